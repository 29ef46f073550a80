import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ProblemError } from "../api/client";
import { sayProblem, t } from "../texts";

/** Changes, one at a time: what went wrong, and whether another may be asked for now. */
export interface Acting {
  problem: Signal<string | null>;
  /** Whether an answer is out, or came, or another alarm was shown, a moment ago. */
  busy: { readonly value: boolean };
  /** Make a change, unless one is being made. @returns Whether it was made. */
  run: (change: () => Promise<unknown>) => Promise<boolean>;
  /** Let nothing through for a moment: what is shown has changed by itself. */
  settle: () => void;
}

const SETTLE_MS = 350;
const MEANWHILE = ["alarm.decided_meanwhile", "outcome.changed_meanwhile"];

function sayRefusal(error: unknown): string {
  const meanwhile = error instanceof ProblemError && MEANWHILE.includes(error.code);
  return meanwhile ? t("deciding.meanwhile") : sayProblem(error);
}

/**
 * Make changes to an inspection. After each one, and after each refusal, it is asked anew.
 *
 * @param refresh - Asks it.
 */
export function useActing(refresh: () => Promise<void>): Acting {
  const problem = useSignal<string | null>(null);
  const asking = useSignal(false);
  const settling = useSignal(false);
  const timer = useRef(0);
  const busy = useComputed(() => asking.value || settling.value);
  useEffect(() => () => clearTimeout(timer.current), []);
  const settle = () => {
    settling.value = true;
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      settling.value = false;
    }, SETTLE_MS);
  };
  const run = async (change: () => Promise<unknown>) => {
    if (asking.peek()) return false;
    asking.value = true;
    problem.value = null;
    try {
      await change();
      return true;
    } catch (error) {
      problem.value = sayRefusal(error);
      return false;
    } finally {
      await refresh();
      settle();
      asking.value = false;
    }
  };
  return { problem, busy, run, settle };
}
