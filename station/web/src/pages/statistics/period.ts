import { beginOfDay, toLocal, toMoment } from "../../parts/days";
import { pick, type Query } from "../../parts/query";

/** Which spans can be chosen, the one that counts if none is stated first. */
export const SPANS = ["12h", "today", "24h", "7d", "own"] as const;

/** A span that can be chosen. */
export type Span = (typeof SPANS)[number];

const HOUR_MS = 3_600_000;
const HOURS: Readonly<Record<string, number>> = { "12h": 12, "24h": 24, "7d": 168 };

/** A period as the station takes it: half-open, moments with their zone. */
export interface Period {
  from: string;
  to: string;
}

/** What keeps a period from being measured: a key of the texts. */
export type Unfit =
  | "statistics.unfit_incomplete"
  | "statistics.unfit_order"
  | "statistics.unfit_long";

/** The span that an address states. */
export function readSpan(query: Query): Span {
  return pick(query.span, SPANS);
}

/** Whether a span goes on to now, so that it changes by itself. */
export function isRolling(query: Query): boolean {
  return readSpan(query) !== "own";
}

/**
 * The period that an address states.
 *
 * @param query - Of the address.
 * @param now - The time.
 * @returns The period, or what is wrong with the one that was stated.
 */
export function toPeriod(query: Query, now: Date): Period | Unfit {
  const span = readSpan(query);
  if (span === "own") return toOwn(query);
  const begin =
    span === "today"
      ? beginOfDay(toLocal(now).slice(0, 10))
      : new Date(now.getTime() - (HOURS[span] ?? 12) * HOUR_MS).toISOString();
  return { from: begin ?? now.toISOString(), to: now.toISOString() };
}

function toOwn(query: Query): Period | Unfit {
  const [from, to] = [toMoment(query.from), toMoment(query.to)];
  if (!from || !to) return "statistics.unfit_incomplete";
  const length = Date.parse(to) - Date.parse(from);
  if (length <= 0) return "statistics.unfit_order";
  return length > 168 * HOUR_MS ? "statistics.unfit_long" : { from, to };
}

/** What is stated where an own span is chosen: the period that was shown. */
export function beginOwn(query: Query, now: Date): Query {
  const period = toPeriod(query, now);
  if (typeof period === "string") return { span: "own" };
  return {
    span: "own",
    from: toLocal(new Date(period.from)),
    to: toLocal(new Date(period.to)),
  };
}
