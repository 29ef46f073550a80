import { signal } from "@preact/signals";
import { act, api, type Schemas } from "../api/client";
import type { Inspection } from "../live/inspection";
import { hear } from "../live/socket";
import { decides } from "../parts/places";
import type { Key } from "../texts";
import { describeBlocks } from "./blocks";
import { isOpen, stepOut, type Work } from "./work";

type Disposition = "released" | "searched";

/** A container that was released or searched from this page, and may be taken back. */
export interface Disposed {
  inspection: string;
  name: string;
  made: Schemas["DispositionShown"];
}

/** What was disposed of last; null if nothing was, or it was taken back. */
export const lastDisposed = signal<Disposed | null>(null);

/** Say no more of what was disposed of last. */
export function forgetDisposed(): void {
  lastDisposed.value = null;
}

/** Forget it once somebody takes it back, or the login ends. @returns What ends it. */
export function followDisposed(): () => void {
  const stop = hear((news) => {
    if (news.type !== "entry" || news.kind !== "disposition.undone") return;
    if (news.payload.disposition === lastDisposed.peek()?.made.id) forgetDisposed();
  });
  return () => {
    stop();
    forgetDisposed();
  };
}

/** What a container is called: its numbers, or the scanner's, or its identifier. */
export function nameInspection(
  inspection: Pick<Inspection, "containers" | "number" | "id">,
): string {
  const { containers, number, id } = inspection;
  return containers.join(" ") || number || id.slice(0, 8);
}

/** The state of an inspection; a search of which nobody has said the outcome is to come. */
export function findStateText(inspection: Pick<Inspection, "state" | "outcome">): Key {
  const ahead = inspection.state === "searched" && !inspection.outcome;
  return ahead ? "inspection.to_search" : `inspection.${inspection.state}`;
}

/** Whether a disposition may be asked for. */
export function mayDispose(work: Work, disposition: Disposition): boolean {
  const free = work.open && describeBlocks(work.inspection.blocks).length === 0;
  return free && (disposition === "searched" || work.release !== "forbidden");
}

/** Begin a disposition: it takes a second press, or a reason. */
export function beginDisposing(work: Work, disposition: Disposition): void {
  if (!mayDispose(work, disposition) || work.acting.busy.value) return;
  stepOut(work);
  const release = work.release === "reason" ? "overruling" : "releasing";
  work.mode.value = disposition === "searched" ? "searching" : release;
}

async function ask(work: Work, disposition: Disposition, reason: string | null): Promise<boolean> {
  const { inspection } = work;
  const answer = await act((request) =>
    api.POST("/api/inspections/{inspection_id}/disposition", {
      params: { path: { inspection_id: inspection.id } },
      body: { request, disposition, reason },
    }),
  );
  work.told.value = answer.told;
  if (!answer.disposition) return false;
  lastDisposed.value = {
    inspection: inspection.id,
    name: nameInspection(inspection),
    made: answer.disposition,
  };
  return true;
}

/** Release or search the container, and go on; a test that it was is told first. */
export async function dispose(
  work: Work,
  disposition: Disposition,
  reason: string | null,
): Promise<void> {
  if (!mayDispose(work, disposition) || work.acting.busy.value) return;
  let done = false;
  const begun = work.mode.peek();
  const made = await work.acting.run(async () => {
    done = await ask(work, disposition, reason);
  });
  if (made && work.mode.peek() === begun) work.mode.value = "looking";
  if (done) work.onDone();
}

type Undoable = Pick<Schemas["DispositionShown"], "mine" | "undoable_until">;

/** Whether somebody of a role may take a disposition back now. */
export function mayUndo(made: Undoable, role: string, now: number): boolean {
  if (!decides(role) || made.undoable_until === null) return false;
  return role === "supervisor" || (made.mine && now <= Date.parse(made.undoable_until));
}

/** Take a disposition back. */
export async function undoDisposition(inspection: string, disposition: string): Promise<void> {
  const path = { inspection_id: inspection, disposition_id: disposition };
  await act(() =>
    api.DELETE("/api/inspections/{inspection_id}/disposition/{disposition_id}", {
      params: { path },
    }),
  );
  if (lastDisposed.value?.made.id === disposition) forgetDisposed();
}

/** Take the disposition of the inspection that is shown back. */
export async function reopen(work: Work): Promise<void> {
  const { inspection, role } = work;
  const made = inspection.disposition;
  if (isOpen(inspection) || !made || !mayUndo(made, role, Date.now())) return;
  await work.acting.run(() => undoDisposition(inspection.id, made.id));
}
