import { api, get, type Schemas } from "../../api/client";
import type { EntryMessage } from "../../live/socket";
import { beginOfDay } from "../../parts/days";
import type { Query } from "../../parts/query";
import { isOfKind } from "./kinds";

/** An entry of the log. */
export type Line = Schemas["Line"];

/** Some entries, the newest first, and where the older ones begin. */
export type Part = Schemas["Part"];

const PAGE = 100;
const END = Number.MAX_SAFE_INTEGER;

/** The filters of `GET /api/log` that an address states. */
export function toLogFilters(query: Query) {
  return {
    kind: query.kind || undefined,
    actor: query.actor || undefined,
    subject: query.subject || undefined,
    since: beginOfDay(query.since),
    until: beginOfDay(query.until, 1),
  };
}

/**
 * Ask for entries, the newest first.
 *
 * @param query - Of the address.
 * @param before - Number of the last one that is known; null for the newest.
 * @throws ProblemError if it is refused.
 */
export async function askEntries(query: Query, before: number | null): Promise<Part> {
  const asked = { ...toLogFilters(query), before: before ?? END, limit: PAGE };
  return get(api.GET("/api/log", { params: { query: asked } }));
}

/** Whether an entry is one of those that an address asks for. */
export function isWanted(entry: EntryMessage, query: Query): boolean {
  const wanted = toLogFilters(query);
  const made = Date.parse(entry.made);
  const checks = [
    !wanted.kind || isOfKind(entry.kind, wanted.kind),
    !wanted.actor || entry.actor === wanted.actor,
    !wanted.subject || entry.subject === wanted.subject,
    !wanted.since || made >= Date.parse(wanted.since),
    !wanted.until || made < Date.parse(wanted.until),
  ];
  return checks.every(Boolean);
}
