import { settings } from "../api/settings";
import { t } from "../texts";
import { LineForm } from "./line-form";
import { Pane } from "./pane";
import { Press } from "./press";
import { chooseReason, explain, sayReason } from "./reasons";
import { stepOut, type Work } from "./work";

/** Why an alarm is dismissed. */
export function DismissPane({ work }: { work: Work }) {
  const out = () => stepOut(work);
  const busy = work.acting.busy.value;
  if (work.mode.value === "explaining") {
    return (
      <Pane key="other" title={t("deciding.why_other")} onOut={out}>
        <LineForm
          label={t("deciding.other_words")}
          button={t("deciding.dismiss")}
          off={busy}
          send={(typed) => void explain(work, typed)}
        />
      </Pane>
    );
  }
  return (
    <Pane key="list" title={t("deciding.why")} onOut={out} several>
      <div class="choices">
        {(settings.value?.reasons ?? []).map((reason, at) => (
          <Press
            key={reason}
            text={sayReason(reason)}
            keys={at < 9 ? String(at + 1) : undefined}
            off={busy}
            onPress={() => chooseReason(work, reason)}
          />
        ))}
      </div>
    </Pane>
  );
}
