import { useEffect, useRef } from "preact/hooks";
import { counts } from "../parts/keys";

/** What holding a key does, and what letting it go does. */
export interface Hold {
  begin: () => void;
  end: () => void;
}

function isHeldAlone(event: KeyboardEvent): boolean {
  const { ctrlKey, altKey, metaKey, repeat } = event;
  return !(ctrlKey || altKey || metaKey || repeat) && counts(event);
}

/** Have keys do something as long as they are held; a page that loses the keyboard lets go. */
export function useHeldKeys(holds: Readonly<Record<string, Hold>>): void {
  const latest = useRef(holds);
  latest.current = holds;
  useEffect(() => {
    const held = new Map<string, Hold>();
    const press = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      const hold = isHeldAlone(event) ? latest.current[key] : undefined;
      if (!hold || held.has(key)) return;
      event.preventDefault();
      held.set(key, hold);
      hold.begin();
    };
    const release = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      held.get(key)?.end();
      held.delete(key);
    };
    const releaseAll = () => {
      for (const hold of held.values()) hold.end();
      held.clear();
    };
    addEventListener("keydown", press);
    addEventListener("keyup", release);
    addEventListener("blur", releaseAll);
    return () => {
      removeEventListener("keydown", press);
      removeEventListener("keyup", release);
      removeEventListener("blur", releaseAll);
    };
  }, []);
}
