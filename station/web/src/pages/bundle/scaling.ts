import type { Schemas } from "../../api/client";

export type Slice = Schemas["Slice"];
export type Interval = readonly [low: number, high: number];

/** A threshold, and what it was measured to find and to raise by mistake. */
export interface Measured {
  name?: string;
  threshold: number;
  pd: number;
  pd_interval: Interval | null;
  pfa: number;
  pfa_interval: Interval | null;
}

/** The rectangle that a drawing fills, and where its numbers lie in it. */
export interface Frame {
  width: number;
  height: number;
  left: number;
  bottom: number;
}

export const FRAME: Frame = { width: 480, height: 280, left: 52, bottom: 40 };

const TOP = 12;
const RIGHT = 24;

/** Where shares are marked on an axis. */
export const PD_TICKS = [0, 0.25, 0.5, 0.75, 1];
export const PFA_TICKS = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1];

/** How far to the right a Pfa lies, px: by its root, so that small ones are told apart. */
export function placePfa(pfa: number, frame = FRAME): number {
  const wide = frame.width - frame.left - RIGHT;
  return frame.left + Math.sqrt(clamp(pfa)) * wide;
}

/** How far from the top a Pd lies, px. */
export function placePd(pd: number, frame = FRAME): number {
  const high = frame.height - frame.bottom - TOP;
  return TOP + (1 - clamp(pd)) * high;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** Points in the order of their Pfa, as a path of SVG; a Pd that is reached is kept. */
export function drawPath(points: readonly Measured[], frame = FRAME): string {
  return sortCurve(points)
    .map((point, number) => {
      const at = `${placePfa(point.pfa, frame).toFixed(1)} ${placePd(point.pd, frame).toFixed(1)}`;
      return `${number === 0 ? "M" : "L"}${at}`;
    })
    .join(" ");
}

/** The outline of the intervals of Pd along a curve, as a path; empty where there are none. */
export function drawBand(points: readonly Measured[], frame = FRAME): string {
  const known = sortCurve(points).filter((point) => point.pd_interval);
  if (known.length < 2) return "";
  const place = (point: Measured, end: 0 | 1) => {
    const pd = point.pd_interval?.[end] ?? point.pd;
    return `${placePfa(point.pfa, frame).toFixed(1)} ${placePd(pd, frame).toFixed(1)}`;
  };
  const there = known.map((point) => place(point, 1));
  const back = known.map((point) => place(point, 0)).reverse();
  return `M${[...there, ...back].join(" L")} Z`;
}

/** The points of a curve from left to right, and upwards where Pfa is one. */
export function sortCurve(points: readonly Measured[]): Measured[] {
  return [...points].sort((one, other) => one.pfa - other.pfa || one.pd - other.pd);
}

/** Points of which both shares were measured. */
export function findMeasured(points: readonly Schemas["OperatingPoint"][]): Measured[] {
  return points.flatMap((point) => {
    const { pd = null, pfa = null } = point;
    if (pd === null || pfa === null) return [];
    const { pd_interval = null, pfa_interval = null } = point;
    return [{ name: point.name, threshold: point.threshold, pd, pd_interval, pfa, pfa_interval }];
  });
}

/** Slices by what they sort, in the order in which they are told. */
export function groupSlices(slices: readonly Slice[]): [by: string, slices: Slice[]][] {
  const groups = new Map<string, Slice[]>();
  for (const slice of slices) groups.set(slice.by, [...(groups.get(slice.by) ?? []), slice]);
  return [...groups];
}

/** By how much must be looked through: what a drawing of slices shows. */
export const ATTENUATION = "attenuation around";

const FEW = 20;

/** Whether so few firearms were tried that the share says next to nothing. */
export function saysLittle(slice: Slice): boolean {
  return slice.of < FEW;
}
