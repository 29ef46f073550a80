import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

const WAITING = "input, select, textarea, button";

/** Give the focus to the first field or button of what is shown from now on. */
export function useFocusInside<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null);
  useEffect(() => {
    ref.current?.querySelector<HTMLElement>(WAITING)?.focus();
  }, []);
  return ref;
}
