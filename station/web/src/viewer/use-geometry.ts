import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, get, ProblemError } from "../api/client";
import { Newest } from "../live/newest";
import { sayProblem } from "../texts";
import type { Geometry } from "./frame";
import { NOT_YET } from "./tile-asking";

const AGAIN_MS = 500;

/** What is known of a scan's picture; the problem is what keeps it from being shown. */
export interface Known {
  geometry: Geometry | null;
  problem: string | null;
}

/** What a page needs to know of a scan before its tiles; asked anew when `stamp` changes. */
export function useGeometry(scan: string, stamp: string): Known {
  const found = useSignal<Geometry | null>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    let timer = 0;
    const params = { path: { scan_id: scan } };
    const newest = new Newest<Geometry>(
      () => get(api.GET("/api/scans/{scan_id}/geometry", { params })),
      (geometry) => {
        found.value = geometry;
        problem.value = null;
      },
      (error) => {
        const soon = error instanceof ProblemError && NOT_YET.includes(error.code);
        if (soon) timer = window.setTimeout(() => void newest.load(), AGAIN_MS);
        else problem.value = sayProblem(error);
      },
    );
    void newest.load();
    return () => {
      newest.stop();
      clearTimeout(timer);
    };
  }, [scan, stamp]);
  return { geometry: found.value?.scan === scan ? found.value : null, problem: problem.value };
}
