import { nameKey } from "./keys-dialog";

interface PressProps {
  text: string;
  keys?: string;
  look?: "primary" | "quiet";
  off?: boolean;
  why?: string;
  pressed?: boolean;
  /** What it does; without it, it submits the form that it is in. */
  onPress?: () => void;
}

/** A button with its key. One that is off stays in place, and keeps the focus it has. */
export function Press({ text, keys, look, off = false, why, pressed, onPress }: PressProps) {
  const press = (event: Event) => {
    if (off) event.preventDefault();
    else onPress?.();
  };
  return (
    <button
      type={onPress ? "button" : "submit"}
      class={look}
      aria-disabled={off ? "true" : undefined}
      aria-describedby={why}
      aria-pressed={pressed}
      aria-keyshortcuts={keys}
      onClick={press}
    >
      {text}{" "}
      {keys && (
        <span aria-hidden="true">
          <kbd>{nameKey(keys)}</kbd>
        </span>
      )}
    </button>
  );
}
