import { useEffect } from "preact/hooks";
import { api, get, login } from "../api/client";
import type { Inspection } from "../live/inspection";

type Viewed = Pick<Inspection, "id" | "second_look">;

const told = new Set<string>();

/**
 * Have the log say that an inspection, or a scan of it, is looked at: once in each login, and
 * once more when the real scan behind a test is shown. What fails is told with the next call.
 *
 * @param scan - Identifier of the scan; null for the inspection.
 */
export async function recordView(inspection: Viewed, scan: string | null): Promise<void> {
  const name = [login.value?.csrf, inspection.id, inspection.second_look, scan].join(" ");
  if (told.has(name)) return;
  told.add(name);
  const params = { path: { inspection_id: inspection.id } };
  const body = { request: crypto.randomUUID(), scan };
  await get(api.POST("/api/inspections/{inspection_id}/views", { params, body })).catch(() =>
    told.delete(name),
  );
}

/** Have the log say that an inspection is looked at, as long as it is shown. */
export function useView(inspection: Inspection): void {
  useEffect(() => {
    void recordView(inspection, null);
  }, [inspection]);
}
