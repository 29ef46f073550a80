import type { KeyTable } from "../parts/keys";

/** Every key of the panel beside the scan. */
export const DECIDING_KEYS = [
  { name: "confirm", keys: ["c"], does: "keys.confirm", where: "keys.alarm" },
  { name: "dismiss", keys: ["d"], does: "keys.dismiss", where: "keys.alarm" },
  { name: "unsure", keys: ["u"], does: "keys.unsure", where: "keys.alarm" },
  { name: "undo", keys: ["z"], does: "keys.undo", where: "keys.alarm" },
  { name: "next", keys: ["n"], does: "keys.next", where: "keys.alarm" },
  { name: "previous", keys: ["p"], does: "keys.previous", where: "keys.alarm" },
  { name: "draw", keys: ["b"], does: "keys.draw", where: "keys.alarm" },
  {
    name: "choose",
    keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    does: "keys.choose",
    where: "keys.alarm",
  },
  { name: "release", keys: ["r"], does: "keys.release", where: "keys.container" },
  { name: "search", keys: ["s"], does: "keys.search", where: "keys.container" },
  { name: "found", keys: ["f"], does: "keys.found", where: "keys.container" },
  { name: "manifest", keys: ["m"], does: "keys.manifest", where: "keys.container" },
  { name: "out", keys: ["Escape"], does: "keys.out", where: "keys.everywhere" },
  { name: "help", keys: ["?"], does: "keys.help", where: "keys.everywhere" },
] as const satisfies KeyTable;

export type DecidingKey = (typeof DECIDING_KEYS)[number]["name"];
