import type { Schemas } from "../api/client";

type Box = [number, number, number, number];

/** Where a thing shows in a scan: an alarm, or a box. */
export interface PlaceDraft {
  scan: string;
  alarm: string | null;
  box: Box | null;
}

/** A thing that was found, as it is typed. */
export interface ThingDraft {
  label: string;
  kind: string;
  firearm: string;
  places: readonly PlaceDraft[];
}

/** The label of what this station looks for. */
export const FIREARM = "firearm";

/** A thing of which nothing is said yet. */
export function beginThing(places: readonly PlaceDraft[] = []): ThingDraft {
  return { label: FIREARM, kind: "", firearm: "", places };
}

/** Say that a thing shows at a place, or no more: it has one place in each scan. */
export function tick(thing: ThingDraft, place: PlaceDraft): ThingDraft {
  const ticked = thing.places.some((one) => one.alarm !== null && one.alarm === place.alarm);
  const others = thing.places.filter((one) => one.scan !== place.scan);
  return { ...thing, places: ticked ? others : [...others, place] };
}

/** Whether a thing was said to show at an alarm. */
export function isTicked(thing: ThingDraft, alarm: string): boolean {
  return thing.places.some((place) => place.alarm === alarm);
}

/** Whether all that must be said of some things is said. */
export function areWhole(things: readonly ThingDraft[]): boolean {
  return things.length > 0 && things.every((thing) => thing.label.trim() !== "");
}

function toPlace(place: PlaceDraft): Schemas["PlaceStated"] {
  return place.alarm !== null ? { alarm: place.alarm } : { scan: place.scan, box: place.box };
}

/** Things as the station takes them. */
export function toThings(things: readonly ThingDraft[]): Schemas["Thing"][] {
  return things.map((thing) => ({
    label: thing.label.trim(),
    kind: thing.kind.trim() || null,
    firearm: thing.firearm.trim() || null,
    places: thing.places.map(toPlace),
  }));
}

/**
 * Things of an outcome, to be corrected.
 *
 * @param scanOf - The scan of each alarm.
 */
export function draftThings(
  found: readonly (Schemas["FoundRecord"] | Schemas["Thing"])[],
  scanOf: ReadonlyMap<string, string>,
): ThingDraft[] {
  return found.map((thing) => ({
    label: thing.label ?? FIREARM,
    kind: thing.kind ?? "",
    firearm: thing.firearm ?? "",
    places: (thing.places ?? []).map((place) => ({
      scan: place.scan ?? scanOf.get(place.alarm ?? "") ?? "",
      alarm: place.alarm ?? null,
      box: (place.box as Box | null | undefined) ?? null,
    })),
  }));
}
