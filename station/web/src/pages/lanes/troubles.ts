import { signal } from "@preact/signals";
import { api, get } from "../../api/client";
import { type EntryMessage, hear, type News } from "../../live/socket";

/** An entry of the log that tells of a trouble, or of its end. */
export type Trouble = Pick<EntryMessage, "seq" | "made" | "kind" | "subject" | "payload">;

/** Kinds of troubles: those that end with a dot are beginnings. */
export const KINDS = [
  "lane.",
  "disk.",
  "records.cut",
  "records.back",
  "process.",
  "clock.",
  "scan.failed",
  "scan.cut_off",
  "file.",
  "frames.",
  "number.",
];

const MOST = 100;
const HOURS = 12;

/** Troubles that were told, the newest first. */
export const troubles = signal<readonly Trouble[]>([]);

/** Whether a kind of entry tells of a trouble. */
export function tellsTrouble(kind: string): boolean {
  return KINDS.some((each) => (each.endsWith(".") ? kind.startsWith(each) : kind === each));
}

/** Put troubles together: none twice, the newest first, no more than are shown. */
export function merge(known: readonly Trouble[], more: readonly Trouble[]): Trouble[] {
  const all = new Map([...known, ...more].map((each) => [each.seq, each]));
  return [...all.values()].sort((one, other) => other.seq - one.seq).slice(0, MOST);
}

/** Words and numbers of a payload, in one line. */
export function sayPayload(payload: Record<string, unknown>): string {
  return Object.entries(payload)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(" · ");
}

/** Load the troubles of the last hours from the log; for those who may read it. */
export async function loadTroubles(now = Date.now()): Promise<void> {
  const since = new Date(now - HOURS * 3_600_000).toISOString();
  const asked = KINDS.map((kind) => get(askLog(kind, since)));
  const parts = await Promise.all(asked);
  for (const part of parts) troubles.value = merge(troubles.value, part.entries);
}

function askLog(kind: string, since: string) {
  const query = { kind, since, before: 2 ** 52, limit: MOST };
  return api.GET("/api/log", { params: { query } });
}

function take(news: News): void {
  if (news.type !== "entry" || !tellsTrouble(news.kind)) return;
  troubles.value = merge(troubles.value, [news]);
}

/** Follow troubles as they are told. @returns What ends it. */
export function followTroubles(): () => void {
  const stop = hear(take);
  return () => {
    stop();
    troubles.value = [];
  };
}
