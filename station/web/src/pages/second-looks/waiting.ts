import type { Schemas } from "../../api/client";

/** A dismissed alarm that waits for a second word. */
export type SecondLook = Schemas["SecondLook"];

/** Those that wait longest first. */
export function sortOldest(looks: readonly SecondLook[]): SecondLook[] {
  return [...looks].sort((one, other) => Date.parse(one.since) - Date.parse(other.since));
}

/** The decision that waits for another person's word. */
export function findDismissal(look: SecondLook): SecondLook["alarm"]["decisions"][number] | null {
  return look.alarm.decisions.find((one) => one.id === look.alarm.standing) ?? null;
}

/** Where an inspection opens at an alarm. */
export function toAlarm(inspection: string, alarm: string): string {
  return `/inspections/${inspection}?${new URLSearchParams({ alarm })}`;
}
