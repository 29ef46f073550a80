import { signal } from "@preact/signals";
import { api, get, type Schemas } from "../api/client";
import { hear } from "./socket";

/** The bundle in use; null until it was asked, or where none can be read. */
export const bundle = signal<Schemas["BundleFacts"] | null>(null);

async function load(): Promise<void> {
  bundle.value = await get(api.GET("/api/bundle")).catch(() => null);
}

/** Follow which bundle is in use. @returns What ends it. */
export function followBundle(): () => void {
  void load();
  return hear((news) => {
    const switched = news.type === "entry" && news.kind.startsWith("bundle.");
    if (switched || news.type === "anew") void load();
  });
}
