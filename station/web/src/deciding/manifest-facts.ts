import type { Schemas } from "../api/client";
import { splitNumbers } from "./container-number";

type Facts = Schemas["Facts"];

/** Facts of a manifest, in the order in which they are shown. */
export const FACTS = [
  "goods",
  "hs_code",
  "weight_kg",
  "origin",
  "destination",
  "seal",
  "carrier",
] as const;

export type FactName = (typeof FACTS)[number];

/** A manifest as it is typed: texts all of them, empty where nothing is stated. */
export type ManifestDraft = Record<FactName | "containers", string>;

/** What can be stated is typed anew from what is known. */
export function draftManifest(facts: Facts | null, containers: readonly string[]): ManifestDraft {
  const typed = FACTS.map((name) => [name, String(facts?.[name] ?? "")]);
  return { ...Object.fromEntries(typed), containers: containers.join(" ") } as ManifestDraft;
}

const LINE = 200;
const HEAVIEST_KG = 200_000;
const MOST_CONTAINERS = 8;

function toWeight(typed: string): number {
  return Number(typed.trim().replace(",", "."));
}

function isWeight(typed: string): boolean {
  const weight = toWeight(typed);
  return weight > 0 && weight <= HEAVIEST_KG;
}

function areNumbers(typed: string): boolean {
  const numbers = splitNumbers(typed);
  return numbers.length <= MOST_CONTAINERS && numbers.every((number) => number.length <= 16);
}

const FITS: Partial<Record<keyof ManifestDraft, (typed: string) => boolean>> = {
  hs_code: (typed) => /^[0-9]{4,10}$/.test(typed.trim()),
  weight_kg: isWeight,
  carrier: (typed) => /^[A-Z]{2,4}$/.test(typed.trim().toUpperCase()),
  containers: areNumbers,
};

/** The fields in which something stands that the station would not take. */
export function findUnfit(draft: ManifestDraft): (keyof ManifestDraft)[] {
  const names = Object.keys(draft) as (keyof ManifestDraft)[];
  return names.filter((name) => {
    const typed = draft[name];
    if (typed.trim() === "") return false;
    return !(FITS[name]?.(typed) ?? typed.length <= LINE);
  });
}

/** What is sent: all facts, as those that are not stated are forgotten. */
export function toManifest(draft: ManifestDraft): Omit<Schemas["Manifest"], "request"> {
  const text = (name: FactName) => draft[name].trim() || null;
  return {
    goods: text("goods"),
    hs_code: text("hs_code"),
    weight_kg: draft.weight_kg.trim() === "" ? null : toWeight(draft.weight_kg),
    origin: text("origin"),
    destination: text("destination"),
    seal: text("seal"),
    carrier: text("carrier")?.toUpperCase() ?? null,
    containers: splitNumbers(draft.containers),
  };
}
