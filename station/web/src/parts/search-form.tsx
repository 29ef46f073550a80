import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../texts";
import type { Query } from "./query";

interface SearchProps {
  label: string;
  query: Query;
  change: (changes: Query) => void;
  children: ComponentChildren;
}

/** What is typed counts with Enter or the button; what is chosen counts at once. */
export function SearchForm({ label, query, change, children }: SearchProps) {
  const send = (event: Event) => {
    event.preventDefault();
    change(readFields(event.currentTarget as HTMLFormElement));
  };
  const stated = Object.keys(query);
  const clear = () => change(Object.fromEntries(stated.map((name) => [name, ""])));
  return (
    <search>
      <form class="bar" aria-label={label} onSubmit={send}>
        {children}
        <button type="submit">{t("lists.search")}</button>
        {stated.length > 0 && (
          <button type="button" class="quiet" onClick={clear}>
            {t("lists.clear")}
          </button>
        )}
      </form>
    </search>
  );
}

function readFields(form: HTMLFormElement): Query {
  const typed = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]);
  return Object.fromEntries(typed) as Query;
}

interface TypedProps {
  label: string;
  name: string;
  value: string | undefined;
  size?: number;
}

/** A field of a search that is typed into. */
export function Typed({ label, name, value = "", size = 18 }: TypedProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.value = value;
  }, [value]);
  return (
    <label class="field">
      <span class="muted">{label}</span>
      <input ref={input} type="search" name={name} size={size} maxLength={64} spellcheck={false} />
    </label>
  );
}
