import type { Schemas } from "../api/client";
import { t } from "../texts";
import { Pane } from "./pane";
import { Press } from "./press";
import { listLabels, sayLabel } from "./reasons";
import { sendDrawn } from "./saying";
import { stepOut, type Work } from "./work";

interface DrawnPaneProps {
  work: Work;
  labels: Schemas["Settings"] | null;
}

/** What a box that was just drawn is taken for. */
export function DrawnPane({ work, labels }: DrawnPaneProps) {
  return (
    <Pane title={t("deciding.drawn_what")} onOut={() => stepOut(work)}>
      <div class="choices">
        {listLabels(labels).map((label, at) => (
          <Press
            key={label}
            text={sayLabel(label)}
            keys={String(at + 1)}
            off={work.acting.busy.value}
            onPress={() => void sendDrawn(work, label)}
          />
        ))}
      </div>
    </Pane>
  );
}
