import type DataTile from "ol/DataTile";
import DataTileSource from "ol/source/DataTile";
import TileState from "ol/TileState";
import { mayRepeat, ProblemError } from "../api/client";
import type { Frame } from "./frame";
import { fetchTile } from "./tile-asking";
import { BANDS, fill } from "./tile-data";

const AGAIN_MS = 1000;

/** A tile that was asked for, and how much of it has come. */
interface Kept {
  place: readonly [level: number, column: number, row: number];
  data: Float32Array;
  /** Of the picture and of the minimap, where both show this level. */
  tiles: Set<DataTile>;
  columns: number;
  /** Of the scan, when it was asked for; null while it grew. */
  version: string | null;
  busy: boolean;
}

/** Whether the map can draw a tile: its first numbers were handed over. */
function isLoaded({ tiles }: Kept): boolean {
  return [...tiles].some((tile) => tile.getState() === TileState.LOADED);
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
  /** Is told that there is something new to draw. */
  onRenewed: () => void = () => undefined;
  /** Is told what the station will not show, and why. */
  onRefused: (problem: ProblemError) => void = () => undefined;

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
    if (tile) kept.tiles.add(tile as DataTile);
    return tile;
  }

  /** More columns have come. */
  grow(width: number): void {
    this.width = Math.max(width, this.width);
  }

  /** All has come: from now on tiles are kept by the browser. */
  complete(width: number, version: string | null): void {
    this.width = width;
    this.version = version;
  }

  /** Bring the tiles at a zoom up to date: those at others wait until they are shown. */
  override refresh(z?: number): void {
    if (z === undefined) {
      super.refresh();
      return;
    }
    for (const kept of this.listKept(z)) void this.renew(kept);
  }

  /**
   * How many columns from the left the tiles at a zoom hold: the map shows those with its next
   * frame.
   */
  countHeld(z: number): number {
    const side = this.frame.geometry.tile;
    const ends = this.listKept(z).map((kept) => {
      const columns = isLoaded(kept) ? kept.columns : 0;
      return { end: kept.place[1] * side + columns, full: columns === side };
    });
    const open = ends.filter(({ full }) => !full).map(({ end }) => end);
    const end = open.length > 0 ? Math.min(...open) : Math.max(0, ...ends.map(({ end }) => end));
    return Math.min(end * 2 ** this.frame.toLevel(z), this.width);
  }

  private listKept(z: number): Kept[] {
    const level = this.frame.toLevel(z);
    return [...this.kept.values()].filter(({ place }) => place[0] === level);
  }

  private keep(z: number, column: number, row: number): Kept {
    const place = [this.frame.toLevel(z), column, row] as const;
    const name = place.join("/");
    let kept = this.kept.get(name);
    if (!kept) {
      const side = this.frame.geometry.tile;
      const data = new Float32Array(side * side * BANDS);
      kept = { place, data, tiles: new Set(), columns: 0, version: null, busy: false };
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

  /** What there is of a tile now: a scan that grows faster than tiles come must show, too. */
  private async load(z: number, x: number, y: number): Promise<Float32Array> {
    const kept = this.keep(z, x, y);
    await this.take(kept);
    void this.renew(kept);
    return kept.data;
  }

  private isBehind(kept: Kept): boolean {
    const there = this.countColumns(kept);
    return kept.columns < there || (there > 0 && kept.version !== this.version);
  }

  /** Ask again later, unless the station will never answer otherwise. */
  private fail(kept: Kept, error: unknown): undefined {
    if (error instanceof ProblemError && !mayRepeat(error)) this.onRefused(error);
    else if (!this.disposed) setTimeout(() => void this.renew(kept), AGAIN_MS);
    return undefined;
  }

  private async renew(kept: Kept): Promise<void> {
    if (kept.busy) return;
    kept.busy = true;
    try {
      while (this.isBehind(kept) && (await this.take(kept)));
    } finally {
      kept.busy = false;
    }
  }

  /** Ask for a tile once. @returns Whether all came that was asked for. */
  private async take(kept: Kept): Promise<boolean> {
    const { version } = this;
    const wanted = this.countColumns(kept);
    if (wanted === 0) return false;
    const found = await fetchTile(this.frame, kept.place, version).catch((error: unknown) =>
      this.fail(kept, error),
    );
    if (!found || this.disposed) return false;
    fill(kept.data, found, this.frame);
    kept.columns = Math.max(found.width, kept.columns);
    kept.version = version;
    for (const tile of kept.tiles) tile.dispatchEvent("change");
    this.onRenewed();
    return found.width >= wanted;
  }
}
