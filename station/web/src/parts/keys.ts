import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Key } from "../texts";

/** What a key does, and where. */
export interface KeyRow<Name extends string = string> {
  name: Name;
  keys: readonly string[];
  does: Key;
  where: Key;
  /** Whether it does so again and again while it is held. */
  repeats?: boolean;
}

export type KeyTable<Name extends string = string> = readonly KeyRow<Name>[];

/** What of a press of a key counts. */
export interface Press {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

/** The row that a key is in; capitals that CapsLock makes count as small letters. */
export function findRow<Name extends string>(
  table: KeyTable<Name>,
  press: Press,
): KeyRow<Name> | null {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  const letter = /^[a-z]$/i.test(press.key);
  if (letter && press.shiftKey) return null;
  const key = letter ? press.key.toLowerCase() : press.key;
  return table.find((row) => row.keys.includes(key)) ?? null;
}

/** Keys that stand more than once in some tables. */
export function findDoubles(tables: readonly KeyTable[]): string[] {
  const keys = tables.flatMap((table) => table.flatMap((row) => row.keys));
  return keys.filter((key, at) => keys.indexOf(key) !== at);
}

const UNTYPED = ["checkbox", "radio", "button", "submit", "range"];

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !UNTYPED.includes(target.type);
  return target.isContentEditable || target.matches("textarea, select");
}

/** Whether a press is meant for the page: not while somebody types, or a dialog is open. */
export function counts(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  if (document.querySelector("dialog[open]")) return false;
  return event.key === "Escape" || !isTyping(event.target);
}

/** Tables of keys that work now, for who asks for them. */
export const keyTables = signal<readonly KeyTable[]>([]);

/** Whether the list of keys is shown. */
export const keysShown = signal(false);

type Actions<Name extends string> = Partial<Record<Name, (event: KeyboardEvent) => void>>;

/**
 * Have keys work as long as something is shown. Keys without an action are left to others; so
 * are all of them while somebody types, holds Ctrl, Alt or Meta, or a dialog is open.
 *
 * @param table - Which keys there are: `?` lists them.
 * @param actions - What they do now.
 */
export function useKeys<Name extends string>(table: KeyTable<Name>, actions: Actions<Name>): void {
  const now = useRef(actions);
  now.current = actions;
  useEffect(() => {
    keyTables.value = [...keyTables.peek(), table];
    const press = (event: KeyboardEvent) => {
      const row = counts(event) ? findRow(table, event) : null;
      const action = row && now.current[row.name];
      if (!action) return;
      event.preventDefault();
      if (!event.repeat || row.repeats) action(event);
    };
    addEventListener("keydown", press);
    return () => {
      removeEventListener("keydown", press);
      keyTables.value = keyTables.peek().filter((one) => one !== table);
    };
  }, [table]);
}
