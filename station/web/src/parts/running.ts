import type { Lane } from "../live/lanes";

/** What a lane says that it runs. */
export interface Running {
  name?: string;
  version?: string;
  sha256?: string;
  signed_by?: string | null;
  device?: string;
  operating_point?: { name?: string; threshold?: number };
}

/** What looks at a lane's scans; null if nothing does. */
export function findRunning(lane: Lane): Running | null {
  return lane.bundle as Running | null;
}

const SHAPES: Record<string, string> = {
  idle: "●",
  scanning: "▶",
  behind: "◆",
  down: "▲",
  gone: "○",
};

/** A shape for each state, so that colour alone tells nothing. */
export function shapeOf(state: string): string {
  return SHAPES[state] ?? "■";
}

/** Whether somebody must see to a lane. */
export function isTrouble(lane: Lane): boolean {
  return ["behind", "down", "gone"].includes(lane.state);
}
