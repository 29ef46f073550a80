import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, get, ProblemError, type Schemas } from "../api/client";
import { Newest } from "./newest";
import { mayChangeInspections } from "./queue";
import { hear, type News } from "./socket";
import { Soon } from "./soon";

export type Inspection = Schemas["InspectionShown"];
export type ScanShown = Schemas["ScanShown"];
export type AlarmShown = Schemas["AlarmShown"];

/** What is known of an inspection: null while it is asked, "gone" where there is none. */
export interface Followed {
  inspection: Inspection | null;
  gone: boolean;
  /** Ask anew; done once the newest answer is there. */
  refresh: () => Promise<void>;
}

const SOON_MS = 50;

/** Whether news may be about an inspection: entries that name none may be. */
function isAbout(news: News, id: string): boolean {
  if (!mayChangeInspections(news)) return false;
  return news.type !== "entry" || !news.inspection || news.inspection === id;
}

/** Follow an inspection as it changes; answers that come late do not replace newer ones. */
export function useInspection(id: string): Followed {
  const found = useSignal<Inspection | null>(null);
  const gone = useSignal(false);
  const newest = useRef<Newest<Inspection> | null>(null);
  useEffect(() => {
    found.value = null;
    gone.value = false;
    const params = { path: { inspection_id: id } };
    const asking = new Newest<Inspection>(
      () => get(api.GET("/api/inspections/{inspection_id}", { params })),
      (answer) => {
        found.value = answer;
      },
      (error) => {
        gone.value = error instanceof ProblemError && error.status === 404;
      },
    );
    newest.current = asking;
    void asking.load();
    const soon = new Soon(() => void asking.load(), SOON_MS);
    const stop = hear((news) => {
      if (isAbout(news, id)) soon.wish();
    });
    return () => {
      stop();
      soon.stop();
      asking.stop();
    };
  }, [id]);
  const shown = found.value?.id === id ? found.value : null;
  const refresh = async () => newest.current?.load();
  return { inspection: shown, gone: gone.value, refresh };
}
