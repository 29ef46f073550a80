import { sayNumber, t, tOr } from "../../texts";

/** One thing that an entry says: what it is called, and what it is. */
export interface Said {
  name: string;
  value: string;
}

const HASH = /^[0-9a-f]{24,64}$/;
const SHOWN = 12;

/** A long identifier or hash cut short: the whole one is in the title. */
export function shorten(text: string): string {
  return HASH.test(text) ? `${text.slice(0, SHOWN)}…` : text;
}

/** A value of an entry in words; identifiers whole. */
export function sayValue(value: unknown): string {
  if (value === null || value === undefined || value === "") return t("lists.none");
  if (typeof value === "boolean") return t(value ? "log.yes" : "log.no");
  if (typeof value === "number") return sayNumber(value, Number.isInteger(value) ? 0 : 2);
  if (typeof value === "string") return tOr(`value.${value}`, value);
  if (Array.isArray(value)) return value.length ? value.map(sayValue).join(", ") : t("lists.none");
  return JSON.stringify(value);
}

/** What an entry says, in the order in which it is written; what is not there is left out. */
export function sayPayload(payload: Readonly<Record<string, unknown>>): Said[] {
  return Object.entries(payload)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({ name: tOr(`payload.${name}`, name), value: sayValue(value) }));
}
