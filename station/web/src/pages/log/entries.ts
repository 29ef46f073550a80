import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { hear } from "../../live/socket";
import { type Query, writeAddress } from "../../parts/query";
import { sayProblem } from "../../texts";
import { askEntries, isWanted, type Line, type Part } from "./asking";

/** Entries that are shown, and how many came since. */
export interface Entries {
  lines: readonly Line[] | null;
  problem: string | null;
  busy: boolean;
  /** How many; null where that is not known. */
  fresh: number | null;
  more: (() => void) | null;
  anew: () => void;
}

/** The log from the newest entry on; what comes later is counted, and moves nothing. */
export function useEntries(query: Query): Entries {
  const lines = useSignal<readonly Line[] | null>(null);
  const before = useSignal<number | null>(null);
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const fresh = useSignal<number | null>(0);
  const newest = useRef(0);
  const turn = useRef(0);
  const what = writeAddress("", query);

  const ask = async (from: number | null, take: (found: Part) => void) => {
    const mine = turn.current;
    busy.value = true;
    try {
      const found = await askEntries(query, from);
      if (mine !== turn.current) return;
      problem.value = null;
      take(found);
    } catch (error) {
      if (mine === turn.current) problem.value = sayProblem(error);
    } finally {
      if (mine === turn.current) busy.value = false;
    }
  };
  const anew = () => {
    turn.current += 1;
    fresh.value = 0;
    void ask(null, (found) => {
      lines.value = found.entries;
      before.value = found.before;
      newest.current = found.entries[0]?.seq ?? 0;
    });
  };
  const more = () =>
    void ask(before.value, (found) => {
      lines.value = [...(lines.value ?? []), ...found.entries];
      before.value = found.before;
    });
  useEffect(() => {
    lines.value = null;
    anew();
    const stop = hear((news) => {
      if (news.type === "anew" && lines.value !== null) fresh.value = null;
      if (news.type !== "entry" || news.seq <= newest.current || !isWanted(news, query)) return;
      newest.current = news.seq;
      if (fresh.value !== null) fresh.value += 1;
    });
    return () => {
      stop();
      turn.current += 1;
    };
  }, [what]);
  return {
    lines: lines.value,
    problem: problem.value,
    busy: busy.value,
    fresh: fresh.value,
    more: before.value === null ? null : more,
    anew,
  };
}
