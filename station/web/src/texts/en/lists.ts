export const lists = {
  "lists.search": "Search",
  "lists.clear": "Show all",
  "lists.any": "Any",
  "lists.all_lanes": "All lanes",
  "lists.since": "From day",
  "lists.until": "To day",
  "lists.more": "Show more",
  "lists.none": "–",
} as const;
