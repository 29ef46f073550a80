import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useNews } from "../../live/answer";
import { mayChangeInspections, type QueueItem } from "../../live/queue";
import type { Query } from "../../parts/query";
import { writeAddress } from "../../parts/query";
import { sayProblem } from "../../texts";
import { askInspections, type Rows, updateRows } from "./asking";

/** A list that grows by pages. */
export interface Paged {
  rows: readonly QueueItem[] | null;
  problem: string | null;
  busy: boolean;
  moved: boolean;
  more: (() => void) | null;
  anew: () => void;
}

const OFTEN_MS = 1500;

/** Inspections page by page; rows that are shown follow the station where they are. */
export function useInspections(query: Query): Paged {
  const rows = useSignal<readonly QueueItem[] | null>(null);
  const next = useSignal<string | null>(null);
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const moved = useSignal(false);
  const turn = useRef(0);
  const what = writeAddress("", query);

  const ask = async (before: string | null, take: (found: Rows) => void, count?: number) => {
    const mine = turn.current;
    busy.value = true;
    try {
      const found = await askInspections(query, before, count);
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
    void ask(null, (found) => {
      rows.value = found.inspections;
      next.value = found.next;
      moved.value = false;
    });
  };
  const more = () =>
    void ask(next.value, (found) => {
      rows.value = [...(rows.value ?? []), ...found.inspections];
      next.value = found.next;
    });
  const update = () => {
    const shown = rows.value;
    if (shown === null || busy.value) return;
    void ask(
      null,
      (found) => {
        const updated = updateRows(rows.value ?? [], found.inspections);
        rows.value = updated.rows;
        moved.value = updated.moved;
      },
      shown.length,
    );
  };
  useEffect(() => {
    rows.value = null;
    anew();
    return () => {
      turn.current += 1;
    };
  }, [what]);
  useNews(mayChangeInspections, update, OFTEN_MS);
  return {
    rows: rows.value,
    problem: problem.value,
    busy: busy.value,
    moved: moved.value,
    more: next.value === null ? null : more,
    anew,
  };
}
