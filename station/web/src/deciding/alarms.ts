import type { AlarmShown, Inspection } from "../live/inspection";

type Decision = AlarmShown["decisions"][number];

/** All alarms of an inspection, in the order in which they were raised: their numbers stay. */
export function listAlarms(inspection: Pick<Inspection, "scans">): AlarmShown[] {
  const alarms = inspection.scans.flatMap((scan) => scan.alarms);
  return alarms.sort(
    (one, other) =>
      Date.parse(one.raised) - Date.parse(other.raised) || one.id.localeCompare(other.id),
  );
}

/** The decision that counts; null where there is none, as of a box that was just drawn. */
export function getStanding(alarm: AlarmShown): Decision | null {
  return alarm.decisions.find((one) => one.id === alarm.standing) ?? null;
}

/** Whether the next word on an alarm is the second person's, and may be said by who looks. */
export function isSecondDue(alarm: AlarmShown): boolean {
  return alarm.needs === "second" && getStanding(alarm)?.mine === false;
}

/** Whether an alarm waits for who looks. */
export function waitsHere(alarm: AlarmShown): boolean {
  return alarm.needs === "decision" || isSecondDue(alarm);
}

/** The alarm some steps after another, round and round; null without alarms. */
export function stepFrom(
  alarms: readonly AlarmShown[],
  current: string | null,
  by: 1 | -1,
): string | null {
  const at = alarms.findIndex((alarm) => alarm.id === current);
  if (at < 0) return alarms[0]?.id ?? null;
  return alarms[(at + by + alarms.length) % alarms.length]?.id ?? null;
}

/** The first alarm after another, round and round, that waits for who looks. */
export function findNextWaiting(
  alarms: readonly AlarmShown[],
  current: string | null,
): string | null {
  const at = alarms.findIndex((alarm) => alarm.id === current);
  const after = [...alarms.slice(at + 1), ...alarms.slice(0, Math.max(at, 0))];
  return after.find(waitsHere)?.id ?? null;
}

/**
 * The alarm to look at, once the alarms have changed: the same one, unless it is gone, or it
 * waits for nothing and a new one does.
 *
 * @param known - Alarms that were there before; null at first.
 */
export function chooseAlarm(
  alarms: readonly AlarmShown[],
  current: string | null,
  known: ReadonlySet<string> | null,
): string | null {
  const shown = alarms.find((alarm) => alarm.id === current);
  if (!shown) return findNextWaiting(alarms, null) ?? alarms[0]?.id ?? null;
  if (waitsHere(shown) || !known) return shown.id;
  const fresh = alarms.find((alarm) => !known.has(alarm.id) && waitsHere(alarm));
  return fresh?.id ?? shown.id;
}

/** Whether only a supervisor may release a container with such an alarm. */
export function forbidsRelease(alarm: AlarmShown, fourEyes: number | null): boolean {
  const high = fourEyes !== null && (alarm.score ?? 0) >= fourEyes;
  return alarm.said === "confirm" || (alarm.said === "unsure" && high);
}

/** How a release may be made: by anybody who decides, with a reason, or not by who looks. */
export type ReleaseWay = "free" | "reason" | "forbidden";

/** How somebody of a role may release a container. */
export function findReleaseWay(
  alarms: readonly AlarmShown[],
  fourEyes: number | null,
  role: string,
): ReleaseWay {
  if (!alarms.some((alarm) => forbidsRelease(alarm, fourEyes))) return "free";
  return role === "supervisor" ? "reason" : "forbidden";
}

/** What who looks may take back of an alarm: a decision, a drawn box, or nothing. */
export function findUndo(alarm: AlarmShown): "decision" | "drawn" | null {
  const standing = getStanding(alarm);
  if (standing) return standing.mine ? "decision" : null;
  return alarm.mine ? "drawn" : null;
}
