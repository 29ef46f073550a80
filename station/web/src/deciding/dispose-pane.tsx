import { t } from "../texts";
import { dispose, nameInspection } from "./disposing";
import { LineForm } from "./line-form";
import { Pane } from "./pane";
import { Press } from "./press";
import { stepOut, type Work } from "./work";

interface DisposePaneProps {
  work: Work;
  mode: "releasing" | "searching" | "overruling";
}

/** The second press of a disposition: nothing is released by accident. */
export function DisposePane({ work, mode }: DisposePaneProps) {
  const name = nameInspection(work.inspection);
  const disposition = mode === "searching" ? "searched" : "released";
  const title = t(mode === "searching" ? "deciding.search_ask" : "deciding.release_ask", { name });
  const button = t(mode === "searching" ? "deciding.search_go" : "deciding.release_go");
  const busy = work.acting.busy.value;
  return (
    <Pane title={title} onOut={() => stepOut(work)}>
      {mode === "overruling" ? (
        <LineForm
          label={t("deciding.overrule_why")}
          button={button}
          off={busy}
          send={(reason) => void dispose(work, disposition, reason)}
        />
      ) : (
        <Press
          text={button}
          keys="Enter"
          look="primary"
          off={busy}
          onPress={() => void dispose(work, disposition, null)}
        />
      )}
    </Pane>
  );
}
