import { useId } from "preact/hooks";

interface WhenProps {
  label: string;
  value: string;
  type: "date" | "datetime-local";
  choose: (value: string) => void;
}

/** A labelled day, or day and time: it counts once one is complete, or taken out. */
export function WhenField({ label, value, type, choose }: WhenProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type={type}
        value={value}
        max={type === "date" ? "2199-12-31" : "2199-12-31T23:59"}
        onChange={(event) => choose(event.currentTarget.value)}
      />
    </div>
  );
}
