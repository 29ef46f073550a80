import type { lists as english } from "../en/lists";

export const lists: Record<keyof typeof english, string> = {
  "lists.search": "Buscar",
  "lists.clear": "Mostrar todo",
  "lists.any": "Cualquiera",
  "lists.all_lanes": "Todos los carriles",
  "lists.since": "Desde el día",
  "lists.until": "Hasta el día",
  "lists.more": "Mostrar más",
  "lists.none": "–",
};
