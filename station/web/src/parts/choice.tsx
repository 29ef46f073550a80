import { useId } from "preact/hooks";

/** Something that can be chosen: what it is called by programs, and in words. */
export type Option = readonly [value: string, words: string];

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly Option[];
  choose: (value: string) => void;
}

/** A labelled list to choose one of. */
export function Choice({ label, value, options, choose }: ChoiceProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
