import { Projection } from "ol/proj";
import TileGrid from "ol/tilegrid/TileGrid";
import type { Schemas } from "../api/client";

export type Geometry = Schemas["Geometry"];
/** x0, y0, x1, y1, px of the scan, y downwards. */
export type Box = [number, number, number, number];

/** A box that was drawn, px of its scan. */
export interface Drawn {
  scan: string;
  box: Box;
}

/** Columns that a scan may grow to. */
const MOST_COLUMNS = 2 ** 18;

/**
 * Where a scan lies on the map. Its x is columns; its y is upwards, from 0 at the scan's upper
 * edge to below 0, in units of a column's width, so that what is square looks square.
 */
export class Frame {
  readonly aspect: number;
  readonly projection: Projection;
  readonly grid: TileGrid;

  constructor(readonly geometry: Geometry) {
    const pitch = geometry.info.pitch_mm;
    this.aspect = pitch ? (pitch[1] ?? 1) / (pitch[0] ?? 1) : 1;
    const { levels, tile } = geometry;
    const extent = [0, -geometry.height * this.aspect, MOST_COLUMNS, 0];
    this.projection = new Projection({ code: `scan ${geometry.scan}`, units: "pixels", extent });
    this.grid = new TileGrid({
      extent,
      origin: [0, 0],
      resolutions: Array.from({ length: levels }, (_, z) => 2 ** (levels - 1 - z)),
      tileSize: [tile, tile * this.aspect],
    });
  }

  /** The level of the pyramid that a zoom of the grid shows. */
  toLevel(z: number): number {
    return this.geometry.levels - 1 - z;
  }

  /** A box of the scan as an extent of the map. */
  toExtent([x0, y0, x1, y1]: readonly number[]): Box {
    return [x0 ?? 0, -(y1 ?? 0) * this.aspect, x1 ?? 0, -(y0 ?? 0) * this.aspect];
  }

  /** An extent of the map as a box of the scan, within it. */
  toBox([x0, y0, x1, y1]: readonly number[], width: number): Box {
    const { height } = this.geometry;
    const across = (x: number | undefined) => Math.min(Math.max(x ?? 0, 0), width);
    const down = (y: number | undefined) => Math.min(Math.max(-(y ?? 0) / this.aspect, 0), height);
    return [across(x0), down(y1), across(x1), down(y0)];
  }

  /** How far apart two points of the map are, mm; null where the scan has no pixel pitch. */
  measure(from: readonly number[], to: readonly number[]): number | null {
    const pitch = this.geometry.info.pitch_mm?.[0];
    if (!pitch) return null;
    return pitch * Math.hypot((to[0] ?? 0) - (from[0] ?? 0), (to[1] ?? 0) - (from[1] ?? 0));
  }
}
