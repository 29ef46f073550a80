import { signal } from "@preact/signals";
import { CopyButton } from "../../parts/copy-button";
import { t } from "../../texts";
import { Sheet } from "./question";

/** A secret that is shown once, and what it is. */
export interface Secret {
  title: string;
  why: string;
  text: string;
}

/** What is shown now; gone for good once it is closed. */
export const secret = signal<Secret | null>(null);

/** A password or token, once. It is closed by a button alone, not by Escape. */
export function ShownOnce() {
  const shown = secret.value;
  if (!shown) return null;
  const close = () => {
    secret.value = null;
  };
  return (
    <Sheet title={shown.title} close={close} stays>
      <p>{shown.why}</p>
      <p class="secret">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: to be read and marked by keyboard */}
        <code tabIndex={0}>{shown.text}</code> <CopyButton text={shown.text} label={shown.title} />
      </p>
      <div class="answers">
        <button type="button" class="primary" onClick={close}>
          {t("accounts.once.done")}
        </button>
      </div>
    </Sheet>
  );
}
