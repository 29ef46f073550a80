import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { login } from "../api/client";
import { sayProblem, t } from "../texts";
import { forgetDisposed, lastDisposed, mayUndo, undoDisposition } from "./disposing";
import { Press } from "./press";

/**
 * What was released or searched last on this page, with a way back.
 *
 * @param except - Identifier of an inspection that says so itself.
 */
export function JustDisposed({ except }: { except?: string }) {
  const problem = useSignal<string | null>(null);
  const last = lastDisposed.value;
  useEffect(() => {
    problem.value = null;
  }, [last]);
  if (!last || last.inspection === except) return null;
  const role = login.value?.user.role ?? "";
  const said =
    last.made.disposition === "released" ? "deciding.was_released" : "deciding.was_searched";
  const undo = () =>
    undoDisposition(last.inspection, last.made.id).catch((error: unknown) => {
      problem.value = sayProblem(error);
    });
  return (
    <div class="banner just-disposed" role="status">
      <a href={`/inspections/${last.inspection}`}>{t(said, { name: last.name })}</a>
      {mayUndo(last.made, role, Date.now()) && (
        <Press text={t("deciding.undo")} onPress={() => void undo()} />
      )}
      <Press text={t("deciding.close")} look="quiet" onPress={forgetDisposed} />
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </div>
  );
}
