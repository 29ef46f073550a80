import type { Geometry } from "./frame";

/**
 * How a scan is shown. Counts are windowed in nepers of attenuation, pictures in brightness of
 * 0 to 1; switches are 0 or 1.
 */
export interface Look {
  low: number;
  high: number;
  invert: number;
  edge: number;
  tint: number;
  hatch: number;
}

/** What of a scan is shown between white and black. */
export type Window = Pick<Look, "low" | "high">;

/** The plain image: how every scan is shown first, and by one key again. */
export function plainLook(kind: Geometry["kind"]): Look {
  const high = kind === "display" ? 1 : 4.5;
  return { low: 0, high, invert: 0, edge: 0, tint: 0, hatch: 1 };
}

/** The least width of a window, in the units of {@link Look}. */
const NARROWEST: Record<Geometry["kind"], number> = { dual: 0.05, single: 0.05, display: 0.02 };
const DEEPEST = 12;

/** Drag a window: to the right narrower, upwards to what is thicker. @param by - In windows. */
export function dragWindow(
  look: Look,
  by: readonly [x: number, y: number],
  kind: Geometry["kind"],
): Look {
  const width = look.high - look.low;
  const wider = Math.max(width * 2 ** (-2 * by[0]), NARROWEST[kind]);
  const middle = (look.low + look.high) / 2 + by[1] * width;
  const most = kind === "display" ? 1 : DEEPEST;
  const kept = Math.min(Math.max(middle, 0), most);
  const narrow = Math.min(wider, most * 2);
  return { ...look, low: kept - narrow / 2, high: kept + narrow / 2 };
}

/** A narrow window between what is thin and what is thick. @param at - 0 to 1. */
export function sweepWindow(at: number, kind: Geometry["kind"]): Window {
  if (kind === "display") return { low: at * 0.7 - 0.05, high: at * 0.7 + 0.35 };
  return { low: at * 7.5, high: at * 7.5 + 2.2 };
}
