import { useSignal } from "@preact/signals";
import { logOut } from "../api/session";
import { sayProblem, t } from "../texts";

/** End the login; where that fails it is said: nobody leaves a page that only looks closed. */
export function SignOut() {
  const problem = useSignal<string | null>(null);
  const leave = () => {
    problem.value = null;
    logOut().catch((error: unknown) => {
      problem.value = sayProblem(error);
    });
  };
  return (
    <>
      <button type="button" class="quiet" onClick={leave}>
        {t("shell.sign_out")}
      </button>
      <span class="problem" role="alert">
        {problem.value}
      </span>
    </>
  );
}
