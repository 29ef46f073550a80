import { signal } from "@preact/signals";
import { api, get, type Schemas } from "../api/client";
import { hear, type News } from "./socket";

export type QueueItem = Schemas["QueueItem"];

/** Inspections that are neither released nor searched, the oldest first. */
export const queue = signal<readonly QueueItem[] | null>(null);

const SOON_MS = 120;
const CHANGING = ["scan.", "alarm.", "decision.", "inspection.", "test.", "referral.", "outcome."];

let timer = 0;

async function load(): Promise<void> {
  const found = await get(
    api.GET("/api/inspections", { params: { query: { state: "open", limit: 200 } } }),
  ).catch(() => null);
  if (found) queue.value = found.inspections;
}

/** Load the queue anew, soon; several wishes make one request. */
export function refreshQueue(): void {
  if (timer) return;
  timer = window.setTimeout(() => {
    timer = 0;
    void load();
  }, SOON_MS);
}

/** Whether an entry of the log may change what lists of inspections show. */
export function mayChangeInspections(news: News): boolean {
  if (news.type === "anew") return true;
  return news.type === "entry" && CHANGING.some((begin) => news.kind.startsWith(begin));
}

/** Follow the queue. @returns What ends it. */
export function followQueue(): () => void {
  refreshQueue();
  return hear((news) => {
    if (mayChangeInspections(news)) refreshQueue();
  });
}
