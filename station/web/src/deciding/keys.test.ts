import { describe, expect, it } from "vitest";
import { findDoubles, findRow, type KeyTable, type Press } from "../parts/keys";
import { VIEWER_KEYS } from "../viewer/looking";
import { DECIDING_KEYS } from "./keys";

function press(key: string, held: Partial<Press> = {}): Press {
  return { key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...held };
}

describe("the keys of the panel", () => {
  it("have one meaning each, beside those of the viewer", () => {
    expect(findDoubles([DECIDING_KEYS, VIEWER_KEYS])).toEqual([]);
  });

  it("are found to have two where they do", () => {
    const other: KeyTable = [
      { name: "invert", keys: ["i", "c"], does: "keys.help", where: "keys.everywhere" },
    ];
    expect(findDoubles([DECIDING_KEYS, other])).toEqual(["c"]);
  });

  it("work with CapsLock, and not with Shift, Ctrl, Alt or Meta", () => {
    expect(findRow(DECIDING_KEYS, press("c"))?.name).toBe("confirm");
    expect(findRow(DECIDING_KEYS, press("C"))?.name).toBe("confirm");
    expect(findRow(DECIDING_KEYS, press("C", { shiftKey: true }))).toBeNull();
    expect(findRow(DECIDING_KEYS, press("c", { ctrlKey: true }))).toBeNull();
    expect(findRow(DECIDING_KEYS, press("c", { metaKey: true }))).toBeNull();
  });

  it("list themselves with a question mark, which needs Shift", () => {
    expect(findRow(DECIDING_KEYS, press("?", { shiftKey: true }))?.name).toBe("help");
  });

  it("release nothing by Enter alone", () => {
    expect(findRow(DECIDING_KEYS, press("Enter"))).toBeNull();
  });
});
