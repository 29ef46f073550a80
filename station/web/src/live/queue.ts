import { signal } from "@preact/signals";
import { api, get, type Schemas } from "../api/client";
import { Newest } from "./newest";
import { hear, type News } from "./socket";
import { Soon } from "./soon";

export type QueueItem = Schemas["QueueItem"];

/** Inspections that are neither released nor searched, the oldest first. */
export const queue = signal<readonly QueueItem[] | null>(null);

const SOON_MS = 120;
const PAGE = 200;
const MOST = 1000;
const CHANGING = [
  "scan.",
  "alarm.",
  "decision.",
  "inspection.",
  "disposition.",
  "test.",
  "referral.",
];

/** All that is open, so that what comes in now is there however many wait before it. */
async function askOpen(): Promise<QueueItem[]> {
  const all: QueueItem[] = [];
  let before: string | undefined;
  do {
    const query = { state: "open", limit: PAGE, before } as const;
    const page = await get(api.GET("/api/inspections", { params: { query } }));
    all.push(...page.inspections);
    before = page.next ?? undefined;
  } while (before !== undefined && all.length < MOST);
  return all;
}

/** Whether an entry of the log may change what lists of inspections show. */
export function mayChangeInspections(news: News): boolean {
  if (news.type === "anew") return true;
  return news.type === "entry" && CHANGING.some((begin) => news.kind.startsWith(begin));
}

/** Whether an inspection waits for nothing but the word of a second person. */
function waitsForSecond(item: QueueItem): boolean {
  return item.state === "waiting" && item.undecided === 0 && item.waits_second > 0;
}

/**
 * The inspection to look at next: the oldest, those that wait for a second person alone last.
 *
 * @param items - The oldest first.
 * @param done - Identifier of the one that is done with; null for none.
 */
export function chooseNext(items: readonly QueueItem[], done: string | null): string | null {
  const others = items.filter((item) => item.id !== done);
  const next = others.find((item) => !waitsForSecond(item)) ?? others[0];
  return next?.id ?? null;
}

/** Follow the queue. @returns What ends it. */
export function followQueue(): () => void {
  const newest = new Newest(askOpen, (found) => {
    queue.value = found;
  });
  const soon = new Soon(() => void newest.load(), SOON_MS);
  soon.wish();
  const stop = hear((news) => {
    if (mayChangeInspections(news)) soon.wish();
  });
  return () => {
    stop();
    soon.stop();
    newest.stop();
    queue.value = null;
  };
}
