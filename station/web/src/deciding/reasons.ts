import type { Schemas } from "../api/client";
import { tOr } from "../texts";
import { say } from "./saying";
import type { Work } from "./work";

type Settings = Schemas["Settings"];

const OTHER = "other";
const TYPED = "other: ";
const FIRST = "firearm";

/** What a drawn box may be taken for, firearms first. */
export function listLabels(settings: Pick<Settings, "labels"> | null): string[] {
  const labels = settings?.labels ?? [FIRST];
  return [...labels].sort((one, other) => Number(other === FIRST) - Number(one === FIRST));
}

/** A label in the language that is spoken. */
export function sayLabel(label: string): string {
  return tOr(`label.${label}`, label);
}

/** A reason in the language that is spoken: those of the list, or what was typed. */
export function sayReason(reason: string): string {
  if (reason.startsWith(TYPED)) return reason.slice(TYPED.length);
  return tOr(`reason.${reason}`, reason);
}

/** Dismiss the alarm for a reason of the list; "other" asks for words first. */
export function chooseReason(work: Work, reason: string): void {
  if (reason === OTHER) work.mode.value = "explaining";
  else void say(work, "dismiss", reason);
}

/** Dismiss the alarm for a reason that was typed. */
export async function explain(work: Work, typed: string): Promise<void> {
  if (typed.trim() !== "") await say(work, "dismiss", TYPED + typed.trim());
}
