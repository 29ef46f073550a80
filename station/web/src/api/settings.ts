import { signal } from "@preact/signals";
import { Newest } from "../live/newest";
import { api, get, type Schemas } from "./client";

/** How the station is set up; null until it was asked. */
export const settings = signal<Schemas["Settings"] | null>(null);

/** Ask how the station is set up. @returns What ends it. */
export function followSettings(): () => void {
  const newest = new Newest(
    () => get(api.GET("/api/settings")),
    (found) => {
      settings.value = found;
    },
  );
  void newest.load();
  return () => newest.stop();
}
