import type { lists as en } from "../en/lists";

export const lists: Record<keyof typeof en, string> = {
  "lists.search": "Zoeken",
  "lists.clear": "Alles tonen",
  "lists.any": "Alle",
  "lists.all_lanes": "Alle scanstraten",
  "lists.since": "Van dag",
  "lists.until": "Tot en met dag",
  "lists.more": "Meer tonen",
  "lists.none": "–",
};
