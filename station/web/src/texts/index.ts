import { signal } from "@preact/signals";
import { IntlMessageFormat } from "intl-messageformat";
import { ProblemError } from "../api/client";
import { en, type Key } from "./en";
import { es } from "./es";
import { fr } from "./fr";
import { nl } from "./nl";

export type { Key } from "./en";

/** Every text in a language, in ICU message syntax. */
export type Texts = Record<Key, string>;

const LANGUAGES: Record<string, Texts> = { en, es, fr, nl };

/** Languages, each by its own name. */
export const LANGUAGE_NAMES: Record<string, string> = {
  en: "English",
  es: "Español",
  fr: "Français",
  nl: "Nederlands",
};

const KEPT = "cargosight.language";

function chooseFirst(): string {
  const wished = [localStorage.getItem(KEPT) ?? "", ...navigator.languages];
  return wished.map((tag) => tag.slice(0, 2)).find((tag) => tag in LANGUAGES) ?? "en";
}

/** The language that is spoken now. */
export const language = signal(chooseFirst());

/** Speak another language, from now on. */
export function speak(tag: string): void {
  localStorage.setItem(KEPT, tag);
  language.value = tag;
}

const formats = new Map<string, IntlMessageFormat>();

function findFormat(tag: string, key: Key): IntlMessageFormat {
  const name = `${tag} ${key}`;
  let format = formats.get(name);
  if (!format) {
    format = new IntlMessageFormat((LANGUAGES[tag] ?? en)[key], tag, undefined, {
      ignoreTag: true,
    });
    formats.set(name, format);
  }
  return format;
}

/** Values that a text takes. */
export type Values = Record<string, string | number>;

/** A text in the language that is spoken. */
export function t(key: Key, values?: Values): string {
  return findFormat(language.value, key).format(values) as string;
}

/** A text whose key is made up at run time, or what to say where there is none. */
export function tOr(key: string, otherwise: string, values?: Values): string {
  return key in en ? t(key as Key, values) : otherwise;
}

/** What went wrong, in the language that is spoken. */
export function sayProblem(error: unknown): string {
  if (!(error instanceof ProblemError)) return t("shell.unreachable");
  const own = `code.${error.code}`;
  if (own in en) return t(own as Key, error.facts);
  return error.status ? t("code.http.other") : error.message;
}

/** A time of day, or a date and one, where the browser is. */
export function sayTime(moment: string | Date, style: "time" | "full" | "date" = "full"): string {
  const at = typeof moment === "string" ? new Date(moment) : moment;
  const date = style !== "time" ? ({ dateStyle: "medium" } as const) : {};
  const time = style !== "date" ? ({ timeStyle: "medium", hourCycle: "h23" } as const) : {};
  return new Intl.DateTimeFormat(language.value, { ...date, ...time }).format(at);
}

/** A number as it is written in the language that is spoken. */
export function sayNumber(value: number, digits = 0): string {
  const options = { maximumFractionDigits: digits, minimumFractionDigits: digits };
  return new Intl.NumberFormat(language.value, options).format(value);
}

/** A share of 0 to 1 as a percentage. */
export function sayShare(value: number, digits = 1): string {
  const options = { style: "percent", maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(language.value, options).format(value);
}
