import { t } from "../texts";
import { mayUndo, reopen } from "./disposing";
import { Press } from "./press";
import { beginFinding } from "./pressing";
import type { Work } from "./work";

/** What can be done once a container was released or searched. */
export function ClosedFoot({ work }: { work: Work }) {
  const { disposition, outcome, state } = work.inspection;
  const amid = work.mode.value === "finding" || work.mode.value === "emptying";
  return (
    <div class="deciding-bar two">
      {state === "searched" && (
        <Press
          text={t(outcome ? "deciding.correct_found" : "deciding.state_found")}
          keys="f"
          off={amid}
          onPress={() => beginFinding(work)}
        />
      )}
      {disposition && mayUndo(disposition, work.role, Date.now()) && (
        <Press
          text={t(state === "released" ? "deciding.undo_release" : "deciding.undo_search")}
          keys="z"
          off={work.acting.busy.value}
          onPress={() => void reopen(work)}
        />
      )}
    </div>
  );
}
