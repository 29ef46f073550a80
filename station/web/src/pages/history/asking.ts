import { api, get } from "../../api/client";
import type { QueueItem } from "../../live/queue";
import { beginOfDay } from "../../parts/days";
import { pick, type Query, readAnswer } from "../../parts/query";

/** States that can be asked for, the one that counts if none is stated first. */
export const STATES = ["all", "open", "scanning", "waiting", "closed"] as const;

/** What became of a container. */
export const DISPOSITIONS = ["", "released", "searched"] as const;

const PAGE = 50;
const MOST = 200;

/** The query of `GET /api/inspections` that an address states; what makes no sense is left out. */
export function toFilters(query: Query) {
  return {
    state: pick(query.state, STATES),
    lane: query.lane || undefined,
    search: query.search || undefined,
    since: beginOfDay(query.since),
    until: beginOfDay(query.until, 1),
    disposition: pick(query.disposition, DISPOSITIONS) || undefined,
    found: readAnswer(query.found),
    referred: readAnswer(query.referred),
  };
}

/** Some inspections, and where the next ones begin: null where there are none. */
export interface Rows {
  inspections: readonly QueueItem[];
  next: string | null;
}

/**
 * Ask for inspections.
 *
 * @param query - Of the address.
 * @param before - Identifier of the last one that is known; null for the first ones.
 * @param count - How many.
 * @throws ProblemError if it is refused.
 */
export async function askInspections(
  query: Query,
  before: string | null,
  count = PAGE,
): Promise<Rows> {
  const limit = Math.min(Math.max(count, PAGE), MOST);
  const asked = { ...toFilters(query), limit, ...(before === null ? {} : { before }) };
  return get(api.GET("/api/inspections", { params: { query: asked } }));
}

/** What is shown, brought up to date without moving a row. */
export interface Updated {
  rows: QueueItem[];
  moved: boolean;
}

/**
 * Bring rows up to date.
 *
 * @param shown - What is shown.
 * @param fresh - What the station answers now: the beginning of the list.
 * @returns The same rows, and whether others came or some belong there no more.
 */
export function updateRows(shown: readonly QueueItem[], fresh: readonly QueueItem[]): Updated {
  const known = new Map(fresh.map((one) => [one.id, one]));
  const rows = shown.map((one) => known.get(one.id) ?? one);
  const first = fresh.slice(0, shown.length).map((one) => one.id);
  const same = first.every((id, index) => id === shown[index]?.id);
  return { rows, moved: !same || fresh.length !== Math.min(shown.length, MOST) };
}
