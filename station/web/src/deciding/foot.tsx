import { settings } from "../api/settings";
import { decides } from "../parts/places";
import { t } from "../texts";
import { ClosedFoot } from "./closed-foot";
import { DismissPane } from "./dismiss-pane";
import { DisposePane } from "./dispose-pane";
import { DispositionBar } from "./disposition-bar";
import { DrawnPane } from "./drawn-pane";
import { Press } from "./press";
import { beginDismissing, toggleDrawing } from "./pressing";
import { say } from "./saying";
import type { Work } from "./work";

/** What can be done now: always in sight, below all that is known. */
export function Foot({ work }: { work: Work }) {
  return (
    <div class="deciding-foot">
      <p class="problem" role="alert">
        {work.acting.problem.value}
      </p>
      <Actions work={work} />
    </div>
  );
}

function Actions({ work }: { work: Work }) {
  if (!decides(work.role)) return <p class="muted">{t("deciding.looks_only")}</p>;
  if (!work.open) return <ClosedFoot work={work} />;
  if (work.drawn.value) return <DrawnPane work={work} labels={settings.value} />;
  const mode = work.mode.value;
  if (mode === "dismissing" || mode === "explaining") return <DismissPane work={work} />;
  if (mode === "releasing" || mode === "searching" || mode === "overruling") {
    return <DisposePane work={work} mode={mode} />;
  }
  return (
    <>
      <AlarmBar work={work} />
      <DispositionBar work={work} />
    </>
  );
}

function AlarmBar({ work }: { work: Work }) {
  const off = !work.alarm || work.acting.busy.value;
  return (
    <div class="deciding-bar three">
      <Press
        text={t("deciding.confirm")}
        keys="c"
        off={off}
        onPress={() => void say(work, "confirm", null)}
      />
      <Press
        text={t("deciding.dismiss")}
        keys="d"
        off={off}
        onPress={() => beginDismissing(work)}
      />
      <Press
        text={t("deciding.unsure")}
        keys="u"
        off={off}
        onPress={() => void say(work, "unsure", null)}
      />
      <Press
        text={t(work.drawing.value ? "deciding.draw_now" : "deciding.draw")}
        keys="b"
        look="quiet"
        pressed={work.drawing.value}
        onPress={() => toggleDrawing(work)}
      />
    </div>
  );
}
