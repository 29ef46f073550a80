import { signal } from "@preact/signals";
import { api, get, type Schemas } from "./client";

/** How the station is set up; null until it was asked. */
export const settings = signal<Schemas["Settings"] | null>(null);

/** Ask how the station is set up. */
export async function loadSettings(): Promise<void> {
  settings.value = await get(api.GET("/api/settings"));
}
