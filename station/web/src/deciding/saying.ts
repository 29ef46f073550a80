import { act, api } from "../api/client";
import type { AlarmShown } from "../live/inspection";
import { findNextWaiting, findUndo, getStanding, isSecondDue, stepFrom } from "./alarms";
import { stepOut, type Work } from "./work";

type Decision = NonNullable<AlarmShown["said"]>;
type Label = "firearm" | "toy gun" | "harmless";

/** Say of the alarm that is looked at what it is, and go on to the next one that waits. */
export async function say(work: Work, decision: Decision, reason: string | null): Promise<void> {
  const { alarm, acting } = work;
  if (!alarm || !work.open || acting.busy.value) return;
  const begun = work.mode.peek();
  const made = await acting.run(async () => {
    const answer = await act((request) =>
      api.POST("/api/alarms/{alarm_id}/decisions", {
        params: { path: { alarm_id: alarm.id } },
        body: {
          request,
          decision,
          reason,
          replaces: alarm.standing,
          second: isSecondDue(alarm),
        },
      }),
    );
    work.told.value = answer.told;
  });
  if (!made) return;
  if (work.mode.peek() === begun) work.mode.value = "looking";
  goOn(work, alarm.id);
}

function goOn(work: Work, from: string): void {
  if (work.selected.peek() !== from) return;
  const next = findNextWaiting(work.alarms, from);
  if (next === null) return;
  work.selected.value = next;
  work.acting.settle();
}

/** Look at the next alarm, or the one before. */
export function step(work: Work, by: 1 | -1): void {
  if (work.mode.peek() !== "looking") return;
  work.selected.value = stepFrom(work.alarms, work.selected.peek(), by);
}

/** Take back what who looks said last of the alarm: a decision, or a box that they drew. */
export async function takeBack(work: Work): Promise<void> {
  const { alarm, acting } = work;
  const way = alarm && work.open && findUndo(alarm);
  if (!alarm || !way || acting.busy.value) return;
  await acting.run(() => (way === "drawn" ? withdraw(alarm.id) : undo(alarm)));
}

function withdraw(alarm: string): Promise<unknown> {
  const params = { path: { alarm_id: alarm } };
  return act(() => api.DELETE("/api/alarms/{alarm_id}", { params }));
}

function undo(alarm: AlarmShown): Promise<unknown> {
  const params = { path: { decision_id: getStanding(alarm)?.id ?? "" } };
  return act(() => api.DELETE("/api/decisions/{decision_id}", { params }));
}

/** Send the box that was drawn, as what it is taken for. */
export async function sendDrawn(work: Work, label: string): Promise<void> {
  const drawn = work.drawn.peek();
  if (!drawn || !work.open || work.acting.busy.value) return;
  let fresh: string | null = null;
  const made = await work.acting.run(async () => {
    const answer = await act((request) =>
      api.POST("/api/scans/{scan_id}/drawn", {
        params: { path: { scan_id: drawn.scan } },
        body: { request, box: drawn.box, label: label as Label },
      }),
    );
    work.told.value = answer.told;
    if (!answer.told) fresh = answer.alarm.id;
  });
  if (!made) return;
  work.awaited.current = fresh;
  if (fresh !== null) work.selected.value = fresh;
  if (work.drawn.peek() === drawn) stepOut(work);
}
