import { useSignal } from "@preact/signals";
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import { sayProblem } from "../texts";

interface FieldProps {
  label: string;
  value: string;
  type?: "text" | "password" | "search" | "date" | "number";
  autocomplete?: string;
  autofocus?: boolean;
  required?: boolean;
  onInput: (value: string) => void;
}

/** A labelled field. */
export function Field({ label, value, type = "text", onInput, ...rest }: FieldProps) {
  const id = useId();
  const attributes = { id, type, value, ...rest } as InputHTMLAttributes<HTMLInputElement>;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...attributes} onInput={(event) => onInput(event.currentTarget.value)} />
    </div>
  );
}

interface FormProps {
  label: string;
  button: string;
  send: () => Promise<unknown>;
  children: ComponentChildren;
}

/** Fields and a button; what goes wrong is said above the button. */
export function Form({ label, button, send, children }: FormProps) {
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await send();
    } catch (error) {
      problem.value = sayProblem(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="form" aria-label={label} onSubmit={(event) => void submit(event)}>
      {children}
      <p class="problem" role="alert">
        {problem.value}
      </p>
      <button type="submit" class="primary" disabled={busy.value}>
        {button}
      </button>
    </form>
  );
}
