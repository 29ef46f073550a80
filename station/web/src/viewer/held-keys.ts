import { useEffect, useRef } from "preact/hooks";

/** What holding a key does, and what letting it go does. */
export interface Hold {
  begin: () => void;
  end: () => void;
}

const FIELDS = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select";

function counts(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return false;
  if (document.querySelector("dialog[open]")) return false;
  return !(event.target instanceof Element && event.target.matches(FIELDS));
}

/** Have keys do something as long as they are held; a page that loses the keyboard lets go. */
export function useHeldKeys(holds: Readonly<Record<string, Hold>>): void {
  const latest = useRef(holds);
  latest.current = holds;
  useEffect(() => {
    const held = new Map<string, Hold>();
    const press = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      const hold = counts(event) ? latest.current[key] : undefined;
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
