import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, get } from "../api/client";
import type { Geometry } from "./frame";

const AGAIN_MS = 500;

/** What a page needs to know of a scan before its tiles; asked anew when `stamp` changes. */
export function useGeometry(scan: string, stamp: string): Geometry | null {
  const found = useSignal<Geometry | null>(null);
  useEffect(() => {
    let timer = 0;
    let over = false;
    const ask = async () => {
      const params = { path: { scan_id: scan } };
      const answer = await get(api.GET("/api/scans/{scan_id}/geometry", { params })).catch(
        () => null,
      );
      if (over) return;
      if (answer) found.value = answer;
      else timer = window.setTimeout(() => void ask(), AGAIN_MS);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [scan, stamp]);
  return found.value?.scan === scan ? found.value : null;
}
