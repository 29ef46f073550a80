import type DataTile from "ol/DataTile";
import DataTileSource from "ol/source/DataTile";
import type { Frame } from "./frame";
import { BANDS, fetchTile, fill } from "./tile-data";

/** A tile that was asked for, and how much of it has come. */
interface Kept {
  place: readonly [level: number, column: number, row: number];
  data: Float32Array;
  tile: DataTile | null;
  columns: number;
  busy: boolean;
}

/**
 * The tiles of a scan, which grow with it: what has come is written into the numbers that the
 * map holds already, so nothing flickers.
 */
export class ScanSource extends DataTileSource<DataTile> {
  private readonly kept = new Map<string, Kept>();
  private version: string | null;
  /** Columns that may be seen. */
  width: number;
  /** Is told how many columns the tiles at a level show. */
  onShown: (columns: number) => void = () => undefined;

  constructor(readonly frame: Frame) {
    const { tile } = frame.geometry;
    super({
      projection: frame.projection,
      tileGrid: frame.grid,
      tileSize: [tile, tile],
      bandCount: BANDS,
      transition: 0,
      interpolate: true,
      wrapX: false,
      loader: (z, x, y) => this.load(z, x, y),
    });
    this.width = frame.geometry.width;
    this.version = frame.geometry.version;
    this.setTileSizes(frame.grid.getResolutions().map(() => [tile, tile]));
  }

  override getTile(
    ...[z, x, y, ratio, projection]: Parameters<DataTileSource<DataTile>["getTile"]>
  ): ReturnType<DataTileSource<DataTile>["getTile"]> {
    const tile = super.getTile(z, x, y, ratio, projection);
    const kept = this.keep(z, x, y);
    if (tile) kept.tile = tile as DataTile;
    return tile;
  }

  /** More columns have come. @param z - The zoom of the grid that is shown now. */
  grow(width: number, z: number): void {
    this.width = Math.max(width, this.width);
    this.refresh(z);
  }

  /** All has come: from now on tiles are kept by the browser. */
  complete(width: number, version: string | null, z: number): void {
    this.width = width;
    this.version = version;
    for (const kept of this.kept.values()) kept.columns = Math.min(kept.columns, 0);
    this.refresh(z);
  }

  /** Bring the tiles at a zoom up to date: those at others wait until they are shown. */
  override refresh(z?: number): void {
    if (z === undefined) {
      super.refresh();
      return;
    }
    const level = this.frame.toLevel(z);
    for (const kept of this.kept.values()) {
      if (kept.place[0] === level && kept.columns < this.countColumns(kept)) void this.renew(kept);
    }
    this.tellShown(level);
  }

  private keep(z: number, column: number, row: number): Kept {
    const place = [this.frame.toLevel(z), column, row] as const;
    const name = place.join("/");
    let kept = this.kept.get(name);
    if (!kept) {
      const side = this.frame.geometry.tile;
      const data = new Float32Array(side * side * BANDS);
      kept = { place, data, tile: null, columns: 0, busy: false };
      this.kept.set(name, kept);
    }
    return kept;
  }

  /** How many columns of a tile may be seen. */
  private countColumns({ place: [level, column] }: Kept): number {
    const side = this.frame.geometry.tile;
    const there = Math.ceil(this.width / 2 ** level) - column * side;
    return Math.min(Math.max(there, 0), side);
  }

  private async load(z: number, x: number, y: number): Promise<Float32Array> {
    const kept = this.keep(z, x, y);
    await this.renew(kept);
    return kept.data;
  }

  private async renew(kept: Kept): Promise<void> {
    if (kept.busy) return;
    kept.busy = true;
    try {
      while (kept.columns < this.countColumns(kept)) {
        const wanted = this.countColumns(kept);
        const found = await fetchTile(this.frame, kept.place, this.version);
        if (!found) break;
        fill(kept.data, found, this.frame);
        kept.columns = Math.max(found.width, kept.columns);
        kept.tile?.dispatchEvent("change");
        this.tellShown(kept.place[0]);
        if (found.width < wanted) break;
      }
    } finally {
      kept.busy = false;
    }
  }

  private tellShown(level: number): void {
    const side = this.frame.geometry.tile;
    const last = Math.floor((Math.ceil(this.width / 2 ** level) - 1) / side);
    const here = [...this.kept.values()].filter(({ place }) => place[0] === level);
    const ends = here
      .filter(({ place }) => place[1] === last || place[1] === last - 1)
      .map((kept) => (kept.columns < side ? kept.place[1] * side + kept.columns : Infinity));
    const shown = Math.min(...ends, Math.ceil(this.width / 2 ** level));
    this.onShown(Math.min(shown * 2 ** level, this.width));
  }
}
