import { useLocation } from "preact-iso";

/** What an address states after its question mark. */
export type Query = Readonly<Record<string, string>>;

/**
 * An address with a query; what is empty is left out.
 *
 * @param path - Of the place.
 * @param query - What is stated.
 */
export function writeAddress(path: string, query: Query): string {
  const stated = Object.entries(query).filter(([, value]) => value !== "");
  const written = new URLSearchParams(stated).toString();
  return written ? `${path}?${written}` : path;
}

/** A query with some of it changed. */
export function changeQuery(query: Query, changes: Query): Query {
  return { ...query, ...changes };
}

/**
 * What the address states, and how to state something else: each change is a step that
 * "back" takes back.
 */
export function useQuery(): [Query, (changes: Query) => void] {
  const { path, query, route } = useLocation();
  return [query, (changes) => route(writeAddress(path, changeQuery(query, changes)))];
}

/** One of some values, or the first where something else is stated. */
export function pick<T extends string>(value: string | undefined, known: readonly [T, ...T[]]): T {
  return known.find((one) => one === value) ?? known[0];
}

/** Yes or no; undefined where neither is stated. */
export function readAnswer(value: string | undefined): boolean | undefined {
  if (value === "yes") return true;
  return value === "no" ? false : undefined;
}
