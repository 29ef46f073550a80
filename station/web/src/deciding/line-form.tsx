import { useSignal } from "@preact/signals";
import { Field } from "../parts/form";
import { Press } from "./press";

interface LineFormProps {
  label: string;
  button: string;
  off: boolean;
  send: (line: string) => void;
}

/** A line of text that must be stated, and a button. */
export function LineForm({ label, button, off, send }: LineFormProps) {
  const line = useSignal("");
  const missing = line.value.trim() === "" || line.value.length > 190;
  const submit = () => {
    if (!missing && !off) send(line.value.trim());
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field
        label={label}
        value={line.value}
        autocomplete="off"
        onInput={(value) => {
          line.value = value;
        }}
      />
      <Press text={button} keys="Enter" look="primary" off={missing || off} />
    </form>
  );
}
