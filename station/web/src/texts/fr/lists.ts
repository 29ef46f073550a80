import type { lists as english } from "../en/lists";

export const lists: Record<keyof typeof english, string> = {
  "lists.search": "Rechercher",
  "lists.clear": "Tout afficher",
  "lists.any": "Tous",
  "lists.all_lanes": "Toutes les voies",
  "lists.since": "Du jour",
  "lists.until": "Au jour",
  "lists.more": "En afficher plus",
  "lists.none": "–",
};
