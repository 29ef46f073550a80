import { useSignal } from "@preact/signals";
import { type Key, t } from "../texts";

interface CopyButtonProps {
  text: string;
  label?: string;
}

/** Copy a text; says whether that went well. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const said = useSignal<Key>("copy.go");
  const copy = async () => {
    const went = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    said.value = went ? "copy.done" : "copy.by_hand";
  };
  return (
    <button type="button" class="small" onClick={() => void copy()}>
      <span aria-live="polite">{t(said.value)}</span>
      {label && <span class="sr-only"> {label}</span>}
    </button>
  );
}
