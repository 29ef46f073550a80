import { type Signal, signal } from "@preact/signals";
import type { KeyTable } from "../parts/keys";
import type { Geometry } from "./frame";
import type { Hold } from "./held-keys";
import { dragWindow, type Look, plainLook, sweepWindow, type Window } from "./look";
import type { Tool } from "./tools";

/** Switches of a look. */
export type Switch = "invert" | "edge" | "tint" | "hatch";

/** Every key of the viewer. Those of the first place work as long as they are held. */
export const VIEWER_KEYS = [
  { name: "sweep", keys: ["k"], does: "viewer.key_sweep", where: "viewer.held" },
  { name: "invert", keys: ["i"], does: "viewer.key_invert", where: "viewer.held" },
  { name: "edge", keys: ["e"], does: "viewer.key_edge", where: "viewer.held" },
  { name: "tint", keys: ["t"], does: "viewer.key_tint", where: "viewer.held" },
  { name: "hatch", keys: ["o"], does: "viewer.key_hatch", where: "viewer.held" },
  { name: "plain", keys: ["0"], does: "viewer.key_plain", where: "viewer.looking" },
  { name: "window", keys: ["w"], does: "viewer.key_window", where: "viewer.looking" },
  { name: "ruler", keys: ["l"], does: "viewer.key_ruler", where: "viewer.looking" },
  { name: "second", keys: ["v"], does: "viewer.key_second", where: "viewer.looking" },
  { name: "alarm", keys: ["a"], does: "viewer.key_alarm", where: "viewer.looking" },
  { name: "fit", keys: ["h"], does: "viewer.key_fit", where: "viewer.looking" },
  {
    name: "closer",
    keys: ["+", "="],
    does: "viewer.key_closer",
    where: "viewer.looking",
    repeats: true,
  },
  {
    name: "farther",
    keys: ["-"],
    does: "viewer.key_farther",
    where: "viewer.looking",
    repeats: true,
  },
  {
    name: "pan",
    keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
    does: "viewer.key_pan",
    where: "viewer.looking",
    repeats: true,
  },
] as const satisfies KeyTable;

/** Every how many ms a sweep goes on, and how many it takes from thin to thick. */
const FRAME_MS = 40;
const SWEEP_MS = 4000;

/** How a scan is looked at: nothing of it is kept for the next one. */
export class Looking {
  readonly look: Signal<Look>;
  readonly tool = signal<Tool>("move");
  readonly sweeping = signal(false);
  private timer = 0;
  private before: Window = { low: 0, high: 1 };

  constructor(private readonly kind: Geometry["kind"]) {
    this.look = signal(plainLook(kind));
  }

  /** Whether nothing is enhanced. */
  get isPlain(): boolean {
    const plain = plainLook(this.kind);
    const look = this.look.value;
    return (Object.keys(plain) as (keyof Look)[]).every((name) => plain[name] === look[name]);
  }

  /** The plain image again, at one press. */
  reset(): void {
    this.stopSweep();
    this.look.value = plainLook(this.kind);
    this.tool.value = "move";
  }

  /** Turn a switch to the other way than it is. */
  turn(name: Switch): void {
    const on = this.look.peek()[name] === 1;
    this.look.value = { ...this.look.peek(), [name]: on ? 0 : 1 };
  }

  /** Turn a switch as long as something is held; what was reset meanwhile stays so. */
  hold(name: Switch): Hold {
    let held: number | null = null;
    return {
      begin: () => {
        this.turn(name);
        held = this.look.peek()[name];
      },
      end: () => {
        if (this.look.peek()[name] === held) this.turn(name);
        held = null;
      },
    };
  }

  drag(by: readonly [x: number, y: number]): void {
    this.look.value = dragWindow(this.look.value, by, this.kind);
  }

  /** Go from what is thin to what is thick, and back, until it is stopped. */
  startSweep(): void {
    if (this.timer) return;
    const begun = performance.now();
    const { low, high } = this.look.peek();
    this.before = { low, high };
    this.sweeping.value = true;
    this.timer = window.setInterval(() => {
      const turn = ((performance.now() - begun) / SWEEP_MS) % 2;
      const at = turn > 1 ? 2 - turn : turn;
      this.look.value = { ...this.look.peek(), ...sweepWindow(at, this.kind) };
    }, FRAME_MS);
  }

  /** Back to the window before the sweep. */
  stopSweep(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = 0;
    this.sweeping.value = false;
    this.look.value = { ...this.look.peek(), ...this.before };
  }
}
