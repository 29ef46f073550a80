import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { sayProblem } from "../texts";
import { hear, type News } from "./socket";
import { Soon } from "./soon";

/** What was answered last; what is shown stays while it is asked for anew. */
export interface Answered<T> {
  answer: Signal<T | null>;
  problem: Signal<string | null>;
  busy: Signal<boolean>;
  ask: () => Promise<void>;
}

/**
 * Ask the station, and anew when what is asked for changes; answers that come late do not
 * replace newer ones.
 *
 * @param ask - Makes the request.
 * @param what - Says what is asked for.
 */
export function useAnswer<T>(ask: () => Promise<T>, what: string): Answered<T> {
  const answer = useSignal<T | null>(null);
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const turn = useRef(0);
  const taken = useRef(0);
  const latest = useRef(ask);
  latest.current = ask;
  const again = async () => {
    turn.current += 1;
    const mine = turn.current;
    busy.value = true;
    const found = await latest.current().then(
      (data) => ({ data, said: null }),
      (error: unknown) => ({ data: null, said: sayProblem(error) }),
    );
    if (mine === turn.current) busy.value = false;
    if (mine <= taken.current) return;
    taken.current = mine;
    problem.value = found.said;
    if (found.data !== null) answer.value = found.data;
  };
  useEffect(() => {
    answer.value = null;
    problem.value = null;
    void again();
    return () => {
      turn.current += 1;
      taken.current = turn.current;
    };
  }, [what]);
  return { answer, problem, busy, ask: again };
}

/**
 * Do something soon after news that matter.
 *
 * @param matters - Whether they do.
 * @param act - What is done, with the newest of what was last rendered.
 * @param wait - At most so often, ms.
 */
export function useNews(matters: (news: News) => boolean, act: () => void, wait: number): void {
  const latest = useRef({ matters, act });
  latest.current = { matters, act };
  useEffect(() => {
    const soon = new Soon(() => latest.current.act(), wait);
    const stop = hear((news) => {
      if (latest.current.matters(news)) soon.wish();
    });
    return () => {
      stop();
      soon.stop();
    };
  }, [wait]);
}
