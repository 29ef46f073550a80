import { signal } from "@preact/signals";
import { api, get, type Schemas } from "../api/client";
import { Newest } from "./newest";
import { hear } from "./socket";

/** The bundle in use; null until it was asked, or where none can be read. */
export const bundle = signal<Schemas["BundleFacts"] | null>(null);

function take(found: Schemas["BundleFacts"] | null): void {
  bundle.value = found;
}

/** Follow which bundle is in use. @returns What ends it. */
export function followBundle(): () => void {
  const newest = new Newest(
    () => get(api.GET("/api/bundle")),
    take,
    () => take(null),
  );
  void newest.load();
  const stop = hear((news) => {
    const switched = news.type === "entry" && news.kind.startsWith("bundle.");
    if (switched || news.type === "anew") void newest.load();
  });
  return () => {
    stop();
    newest.stop();
  };
}
