import { type ProblemError, readProblem, SILENCE_MS } from "../api/client";
import type { Frame } from "./frame";

/** A tile as the station sends it. */
export interface Planar {
  width: number;
  height: number;
  planes: string[];
  numbers: Uint16Array;
}

/**
 * Ask for a tile of all planes that a page draws.
 *
 * @returns null where the scan does not reach yet.
 * @throws ProblemError if it is refused for another reason, an error if no answer came.
 */
export async function fetchTile(
  frame: Frame,
  place: readonly [level: number, column: number, row: number],
  version: string | null,
): Promise<Planar | null> {
  const query = version ? `?version=${encodeURIComponent(version)}` : "";
  const answer = await fetch(
    `/api/scans/${frame.geometry.scan}/tiles/view/${place.join("/")}${query}`,
    { signal: AbortSignal.timeout(SILENCE_MS) },
  );
  if (!answer.ok) return sayNotYet(await readProblem(answer));
  return {
    width: Number(answer.headers.get("X-Tile-Width")),
    height: Number(answer.headers.get("X-Tile-Height")),
    planes: (answer.headers.get("X-Tile-Planes") ?? "").split(","),
    numbers: new Uint16Array(await answer.arrayBuffer()),
  };
}

/** What a scan that still comes in is refused for. */
export const NOT_YET: readonly string[] = ["tile.outside", "scan.no_columns"];

function sayNotYet(problem: ProblemError): null {
  if (NOT_YET.includes(problem.code)) return null;
  throw problem;
}
