import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, get, ProblemError, type Schemas } from "../api/client";
import { mayChangeInspections } from "./queue";
import { hear, type News } from "./socket";

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
  const asked = useSignal(0);
  const refresh = async (): Promise<void> => {
    asked.value += 1;
    const mine = asked.value;
    const params = { path: { inspection_id: id } };
    try {
      const answer = await get(api.GET("/api/inspections/{inspection_id}", { params }));
      if (mine === asked.peek()) found.value = answer;
    } catch (error) {
      if (error instanceof ProblemError && error.status === 404) gone.value = true;
    }
  };
  const latest = useRef<Promise<void>>(Promise.resolve());
  const refreshNewest = async (): Promise<void> => {
    latest.current = refresh();
    let awaited: Promise<void> | null = null;
    while (awaited !== latest.current) {
      awaited = latest.current;
      await awaited;
    }
  };
  useEffect(() => {
    found.value = null;
    gone.value = false;
    void refreshNewest();
    let timer = 0;
    const stop = hear((news) => {
      if (timer || !isAbout(news, id)) return;
      timer = window.setTimeout(() => {
        timer = 0;
        void refreshNewest();
      }, SOON_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [id]);
  const shown = found.value?.id === id ? found.value : null;
  return { inspection: shown, gone: gone.value, refresh: refreshNewest };
}
