import { signal } from "@preact/signals";
import { api, get, type Schemas } from "../api/client";
import { Newest } from "./newest";
import { hear, type LaneMessage, type News } from "./socket";

export type Lane = Schemas["LaneShown"];

/** The lanes, in the order of the configuration. */
export const lanes = signal<Lane[]>([]);

/** Whether the station has said which there are. */
export const lanesKnown = signal(false);

/** What comes in at a lane now. */
export interface Coming {
  lane: string;
  scan: string;
  width: number;
  inspection: string | null;
}

/** The scan that last grew at each lane, by the lane's name. */
export const coming = signal<ReadonlyMap<string, Coming>>(new Map());

function takeColumns(news: News): void {
  if (news.type !== "columns") return;
  const { lane, scan, width, inspection = null } = news;
  coming.value = new Map(coming.value).set(lane, { lane, scan, width, inspection });
}

/**
 * Follow the lanes. What was told last of a lane counts above an answer, which may have been
 * made before it: a lane that stopped never looks well again by that.
 *
 * @returns What ends it.
 */
export function followLanes(): () => void {
  const told = new Map<string, Partial<Lane>>();
  const show = (found: readonly Lane[]) => {
    lanesKnown.value = true;
    lanes.value = found.map((lane) => ({ ...lane, ...told.get(lane.name) }));
  };
  const newest = new Newest(() => get(api.GET("/api/lanes")), show);
  const takeLane = ({ type: _, ...fields }: LaneMessage & Partial<Lane>) => {
    told.set(fields.name, fields);
    show(lanes.value);
    if (fields.alive === false) void newest.load(); // when it last said so is not told
  };
  void newest.load();
  const stop = hear((news) => {
    if (news.type === "anew") void newest.load();
    if (news.type === "lane") takeLane(news);
    takeColumns(news);
  });
  return () => {
    stop();
    newest.stop();
    coming.value = new Map();
  };
}
