import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const WAITING = "input, select, textarea, button";

/**
 * Give the focus to what is shown from now on: to its first field or button, or, where none of
 * several is meant, to all of it. It has the focus as soon as it can be seen: no key is lost.
 */
export function useFocusInside<T extends HTMLElement>(several: boolean): RefObject<T | null> {
  const ref = useRef<T>(null);
  useLayoutEffect(() => {
    const first = ref.current?.querySelector<HTMLElement>(WAITING);
    (several ? ref.current : first)?.focus();
  }, []);
  return ref;
}
