import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

const WAITING = "input, select, textarea, button";

/**
 * Give the focus to what is shown from now on: to its first field or button, or, where none of
 * several is meant, to all of it.
 */
export function useFocusInside<T extends HTMLElement>(several: boolean): RefObject<T | null> {
  const ref = useRef<T>(null);
  useEffect(() => {
    const first = ref.current?.querySelector<HTMLElement>(WAITING);
    (several ? ref.current : first)?.focus();
  }, []);
  return ref;
}
