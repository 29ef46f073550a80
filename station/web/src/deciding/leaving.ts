import { useEffect } from "preact/hooks";
import { mayDispose } from "./disposing";
import type { Mode, Work } from "./work";

const OF_ALARM: readonly Mode[] = ["dismissing", "explaining"];
const OF_CONTAINER: readonly Mode[] = ["releasing", "overruling", "searching"];

/**
 * Leave a question that holds no more: a reason that was asked for another alarm than the one
 * that is looked at now, or a disposition that something stands in the way of.
 */
export function useLeaving(work: Work): void {
  const { mode, selected, acting } = work;
  const leave = (modes: readonly Mode[]) => {
    if (!modes.includes(mode.peek())) return;
    mode.value = "looking";
    acting.settle();
  };
  const free = mayDispose(work, mode.value === "searching" ? "searched" : "released");
  useEffect(() => leave(OF_ALARM), [selected.value]);
  useEffect(() => {
    if (!free) leave(OF_CONTAINER);
  }, [free, mode.value]);
}
