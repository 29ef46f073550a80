import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Problem } from "../../parts/problem";
import { sayProblem, t } from "../../texts";

interface SheetProps {
  title: string;
  close: () => void;
  stays?: boolean;
  children: ComponentChildren;
}

/**
 * A dialog above the page, which holds the focus until it is closed.
 *
 * `stays`: Escape does not close it.
 */
export function Sheet({ title, close, stays = false, children }: SheetProps) {
  const here = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    here.current?.showModal();
  }, []);
  const cancel = (event: Event) => {
    if (stays) event.preventDefault();
  };
  return (
    <dialog
      ref={here}
      class="asking"
      aria-labelledby={id}
      onCancel={cancel}
      onClose={close}
      {...(stays && { closedby: "none" })}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

interface QuestionProps {
  title: string;
  why: string;
  go: string;
  act: () => Promise<unknown>;
  close: () => void;
  children?: ComponentChildren;
}

/** Ask before something is done; what goes wrong is said in the dialog. */
export function Question({ title, why, go, act, close, children }: QuestionProps) {
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await act();
      close();
    } catch (error) {
      problem.value = sayProblem(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Sheet title={title} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{why}</p>
        {children}
        <Problem text={problem.value} />
        <div class="answers">
          <button type="button" onClick={close}>
            {t("accounts.cancel")}
          </button>
          <button type="submit" class="primary" disabled={busy.value}>
            {go}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
