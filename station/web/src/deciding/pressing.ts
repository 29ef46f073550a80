import { settings } from "../api/settings";
import { keysShown, useKeys } from "../parts/keys";
import { decides } from "../parts/places";
import { beginDisposing, reopen } from "./disposing";
import { DECIDING_KEYS, type DecidingKey } from "./keys";
import { chooseReason, listLabels } from "./reasons";
import { say, sendDrawn, step, takeBack } from "./saying";
import { stepOut, type Work } from "./work";

type Actions = Partial<Record<DecidingKey, (event: KeyboardEvent) => void>>;

/** Leave what somebody is amid of; drawing first, where it is a part of something else. */
function leave(work: Work): void {
  if (work.mode.peek() === "finding" && work.drawing.peek()) work.drawing.value = false;
  else stepOut(work);
}

/** Begin or stop to draw a box. */
export function toggleDrawing(work: Work): void {
  const drawing = !work.drawing.peek();
  stepOut(work);
  work.drawing.value = drawing;
}

/** Begin to dismiss the alarm: it takes a reason. */
export function beginDismissing(work: Work): void {
  if (!work.alarm || work.acting.busy.value) return;
  stepOut(work);
  work.mode.value = "dismissing";
}

/** Begin to say what the search found. */
export function beginFinding(work: Work): void {
  stepOut(work);
  work.mode.value = "finding";
}

/** Choose what stands under a number: a reason, or what a drawn box is. */
function choose(work: Work, at: number): void {
  const label = listLabels(settings.value)[at];
  if (work.drawn.peek() && label) void sendDrawn(work, label);
  const reason = settings.value?.reasons[at];
  if (work.mode.peek() === "dismissing" && reason) chooseReason(work, reason);
}

function listOpenActions(work: Work): Actions {
  const looking = work.mode.value === "looking" && !work.drawn.value;
  const choosing = work.mode.value === "dismissing" || work.drawn.value !== null;
  return {
    ...(looking && {
      confirm: () => void say(work, "confirm", null),
      dismiss: () => beginDismissing(work),
      unsure: () => void say(work, "unsure", null),
      undo: () => void takeBack(work),
    }),
    ...(choosing && { choose: (event) => choose(work, Number(event.key) - 1) }),
    draw: () => toggleDrawing(work),
    release: () => beginDisposing(work, "released"),
    search: () => beginDisposing(work, "searched"),
  };
}

function listClosedActions(work: Work): Actions {
  if (!decides(work.role)) return {};
  return {
    ...(work.mode.value === "looking" && { undo: () => void reopen(work) }),
    ...(work.inspection.state === "searched" && { found: () => beginFinding(work) }),
  };
}

/** Have the keys of the panel work. */
export function useDecidingKeys(work: Work): void {
  useKeys(DECIDING_KEYS, {
    next: () => step(work, 1),
    previous: () => step(work, -1),
    out: () => leave(work),
    help: () => {
      keysShown.value = true;
    },
    ...(decides(work.role) && {
      manifest: () => {
        stepOut(work);
        work.mode.value = "stating";
      },
    }),
    ...(work.open ? listOpenActions(work) : listClosedActions(work)),
  });
}
