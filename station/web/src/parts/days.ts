import { language, t } from "../texts";

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MINUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

/**
 * When a day begins where the browser is.
 *
 * @param day - As a field of dates has it: 2026-11-26.
 * @param later - So many days later.
 * @returns The moment with its zone; undefined where that is no day.
 */
export function beginOfDay(day: string | undefined, later = 0): string | undefined {
  const parts = DAY.exec(day ?? "");
  if (!parts) return undefined;
  const [year, month, date] = parts.slice(1).map(Number) as [number, number, number];
  const begin = new Date(year, month - 1, date);
  if (begin.getMonth() !== month - 1) return undefined;
  return new Date(year, month - 1, date + later).toISOString();
}

/** The moment of a field of dates and times; undefined where that is none. */
export function toMoment(local: string | undefined): string | undefined {
  if (!MINUTE.test(local ?? "")) return undefined;
  const at = new Date(local ?? "");
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** A moment as a field of dates and times has it, where the browser is. */
export function toLocal(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

type Unit = "second" | "minute" | "hour" | "day";

const UNITS: readonly [Unit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/**
 * Split a time into its two largest units.
 *
 * @param seconds - How long; under nothing is nothing.
 * @returns The units with their numbers, the larger first; under a minute with one decimal.
 */
export function splitTime(seconds: number): [Unit, number][] {
  if (seconds < 59.95) return [["second", Math.round(Math.max(seconds, 0) * 10) / 10]];
  const finest = seconds < 3600 ? 1 : seconds < 86_400 ? 60 : 3600;
  let left = Math.round(seconds / finest) * finest;
  const split: [Unit, number][] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count) split.push([unit, count]);
  }
  return split.slice(0, 2);
}

/** A time in words, such as "3 min 20 sec". */
export function sayLength(seconds: number | null): string {
  if (seconds === null) return t("lists.none");
  return splitTime(seconds)
    .map(([unit, count]) =>
      new Intl.NumberFormat(language.value, {
        style: "unit",
        unit,
        unitDisplay: "short",
      }).format(count),
    )
    .join(" ");
}
