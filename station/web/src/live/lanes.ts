import { signal } from "@preact/signals";
import { api, get, type Schemas } from "../api/client";
import { hear, type News } from "./socket";

export type Lane = Schemas["LaneShown"];

/** The lanes, in the order of the configuration. */
export const lanes = signal<Lane[]>([]);

/** What comes in at a lane now. */
export interface Coming {
  lane: string;
  scan: string;
  width: number;
  inspection: string | null;
}

/** The scan that last grew at each lane, by the lane's name. */
export const coming = signal<ReadonlyMap<string, Coming>>(new Map());

async function load(): Promise<void> {
  lanes.value = await get(api.GET("/api/lanes")).catch(() => lanes.value);
}

function take(news: News): void {
  if (news.type === "anew") void load();
  if (news.type === "lane") {
    const { type: _, ...fields } = news;
    lanes.value = lanes.value.map((lane) =>
      lane.name === news.name ? ({ ...lane, ...fields } as Lane) : lane,
    );
  }
  if (news.type === "columns") {
    const { lane, scan, width, inspection = null } = news;
    coming.value = new Map(coming.value).set(lane, { lane, scan, width, inspection });
  }
}

/** Follow the lanes. @returns What ends it. */
export function followLanes(): () => void {
  void load();
  return hear(take);
}
