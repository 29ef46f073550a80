import type { Inspection } from "../live/inspection";
import type { Key } from "../texts";

type Block = Inspection["blocks"][number];

/** What stands in the way, to be said, and of which it is. */
export interface Hindrance {
  text: Key;
  count: number;
  ids: readonly string[];
  /** Whether the identifiers are those of alarms. */
  alarms: boolean;
}

const TEXTS: Record<Block["kind"], Key> = {
  scan: "deciding.block_scan",
  decision: "deciding.block_decision",
  second: "deciding.block_second",
};

/** What stands in the way of a disposition, in our texts. */
export function describeBlocks(blocks: readonly Block[]): Hindrance[] {
  return blocks.map(({ kind, ids }) => ({
    text: TEXTS[kind],
    count: ids.length,
    ids,
    alarms: kind !== "scan",
  }));
}
