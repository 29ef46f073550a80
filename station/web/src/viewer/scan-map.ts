import OverviewMap from "ol/control/OverviewMap";
import { containsExtent, getCenter } from "ol/extent";
import { defaults as defaultInteractions } from "ol/interaction/defaults";
import OlMap from "ol/Map";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import View from "ol/View";
import type { ProblemError } from "../api/client";
import type { AlarmShown } from "../live/inspection";
import { AlarmLayer, type Extra } from "./alarm-layer";
import type { Box, Frame } from "./frame";
import type { Look } from "./look";
import { ScanLayer } from "./scan-layer";
import { ScanSource } from "./scan-source";

/** How many columns a scan that comes in is given room for, px: it grows into it. */
const ROOM_STEP = 1024;
const LEAST_ROOM = 4608;

/** Where a view keeps which place it was fitted to. */
const FITTED = "fitted";

function describePlace(view: View): string {
  return `${view.getCenter()?.join()} ${view.getResolution()}`;
}

/** What a map tells its page. */
export interface Told {
  select: (alarm: string) => void;
  /** How many columns, and the boxes of which alarms, the frame has that was just drawn. */
  shown: (columns: number, alarms: readonly string[]) => void;
  pointer: (at: readonly number[] | null) => void;
  /** What the station will not show, and why. */
  refused: (problem: ProblemError) => void;
  /** Whether all of the scan is in sight. */
  whole: (whole: boolean) => void;
}

/** A scan on an OpenLayers map: its tiles, its boxes, and where one looks. */
export class ScanMap {
  readonly source: ScanSource;
  readonly map: OlMap;
  private readonly layer: ScanLayer;
  private readonly small: ScanLayer;
  private readonly alarms: AlarmLayer;
  private room: number;
  private minimap: OverviewMap | null = null;
  private done: boolean;

  constructor(
    target: HTMLElement,
    readonly frame: Frame,
    look: Look,
    private readonly told: Told,
    view?: View,
  ) {
    this.source = new ScanSource(frame);
    this.layer = new ScanLayer(this.source, look);
    this.small = new ScanLayer(this.source, look);
    this.alarms = new AlarmLayer(frame);
    this.done = frame.geometry.complete;
    this.room = this.chooseRoom();
    this.map = new OlMap({
      target,
      layers: [this.layer, this.alarms.layer],
      controls: [],
      interactions: defaultInteractions({
        altShiftDragRotate: false,
        pinchRotate: false,
        keyboard: false, // the page's own keys move it
      }),
      view: view ?? this.makeView(),
      moveTolerance: 4,
    });
    this.watch();
    if (!view) this.fit();
  }

  private makeView(): View {
    return new View({
      projection: this.frame.projection,
      minResolution: 1 / 16,
      maxResolution: 128,
      center: [0, 0],
      resolution: 8,
      smoothExtentConstraint: false,
      constrainRotation: true,
      enableRotation: false,
    });
  }

  private watch(): void {
    this.map.on("singleclick", (event) => {
      const found = this.map.forEachFeatureAtPixel(event.pixel, (feature) => feature.getId(), {
        hitTolerance: 6,
      });
      if (typeof found === "string") this.told.select(found);
    });
    this.map.on("moveend", () => {
      this.refresh();
      this.tellWhole();
    });
    this.map.on("postrender", () =>
      this.told.shown(this.source.countHeld(this.zoom), this.alarms.listDrawn()),
    );
    this.map.on("pointermove", (event: MapBrowserEvent) => this.told.pointer(event.coordinate));
    this.map.getViewport()?.addEventListener("pointerleave", () => this.told.pointer(null));
    this.source.onRenewed = () => this.map.render();
    this.source.onRefused = this.told.refused;
  }

  private tellWhole(): void {
    const extent = this.frame.toExtent([0, 0, this.source.width, this.frame.geometry.height]);
    const whole = containsExtent(this.map.getView().calculateExtent(), extent);
    this.small.setVisible(!whole); // what nobody sees takes no time
    this.told.whole(whole);
  }

  /** The zoom of the grid that is drawn now. */
  get zoom(): number {
    return this.findZoom(this.map);
  }

  private findZoom(map: OlMap): number {
    const resolution = map.getView().getResolution() ?? 1;
    return this.frame.grid.getZForResolution(resolution, this.source.zDirection);
  }

  /** Bring what is in sight up to date, in the minimap too. */
  private refresh(): void {
    const minimap = this.minimap?.getOverviewMap();
    const zooms = new Set([this.zoom, minimap ? this.findZoom(minimap) : this.zoom]);
    for (const zoom of zooms) this.source.refresh(zoom);
  }

  private chooseRoom(): number {
    if (this.done) return this.source.width;
    return Math.max(Math.ceil(this.source.width / ROOM_STEP) * ROOM_STEP, LEAST_ROOM);
  }

  /** All of the scan, with room for what is still to come. */
  fit(): void {
    const { height } = this.frame.geometry;
    const extent = this.frame.toExtent([0, 0, this.room, height]);
    if (this.map.getSize()?.every((side) => side > 0)) {
      const view = this.map.getView();
      view.fit(extent, { padding: [24, 12, 12, 12] });
      view.set(FITTED, describePlace(view), true);
    }
  }

  /** Whether somebody chose where to look, in this view or the one beside that shares it. */
  private get moved(): boolean {
    const view = this.map.getView();
    return view.get(FITTED) !== undefined && view.get(FITTED) !== describePlace(view);
  }

  /** The size of the page's part for the map has changed. */
  resize(): void {
    this.map.updateSize();
    if (!this.moved) this.fit();
  }

  /** More columns have come; where nobody has moved the picture it goes along. */
  grow(width: number): void {
    this.source.grow(width);
    this.refresh();
    this.follow();
  }

  /** All columns have come. */
  complete(width: number, version: string | null): void {
    this.source.complete(width, version);
    this.refresh();
    this.done = true;
    this.follow();
  }

  private follow(): void {
    const room = this.chooseRoom();
    if (room === this.room) return;
    this.room = room;
    this.minimap?.getOverviewMap().setView(this.makeSmallView());
    if (!this.moved) this.fit();
  }

  private makeSmallView(): View {
    const extent = this.frame.toExtent([0, 0, this.room, this.frame.geometry.height]);
    return new View({
      projection: this.frame.projection,
      extent,
      center: getCenter(extent),
      resolution: 32,
      maxResolution: 128,
      minResolution: 1,
      showFullExtent: true,
      enableRotation: false,
    });
  }

  /** Show otherwise. */
  dress(look: Look): void {
    this.layer.dress(look);
    this.small.dress(look);
  }

  /** Draw the boxes anew. */
  drawAlarms(
    alarms: readonly AlarmShown[],
    numbers: ReadonlyMap<string, number>,
    selected: string | null,
    extras: readonly Extra[],
  ): void {
    this.alarms.draw(alarms, numbers, selected, extras);
  }

  /** Bring a box into sight, if it is not. */
  reveal(box: Box): void {
    const seen = this.map.getView().calculateExtent();
    if (!containsExtent(seen, this.frame.toExtent(box))) this.goTo(box);
  }

  /** Go close to a box, with what is around it. */
  goTo(box: Box): void {
    const extent = this.frame.toExtent(box);
    const view = this.map.getView();
    const wide = Math.max(box[2] - box[0], box[3] - box[1], 60);
    const least = this.map.getSize()?.[1] ?? 600;
    const resolution = Math.min(view.getResolution() ?? 1, (wide * 5) / least);
    view.animate({ center: getCenter(extent), resolution, duration: 150 });
  }

  /** Zoom by steps of a half. */
  zoomBy(steps: number): void {
    const view = this.map.getView();
    view.animate({ resolution: (view.getResolution() ?? 1) * 2 ** (-steps / 2), duration: 80 });
  }

  /** Move by shares of what is in sight. */
  panBy(x: number, y: number): void {
    const view = this.map.getView();
    const [width = 0, height = 0] = this.map.getSize() ?? [];
    const [cx = 0, cy = 0] = view.getCenter() ?? [];
    const resolution = view.getResolution() ?? 1;
    view.setCenter([cx + x * width * resolution, cy - y * height * resolution]);
  }

  /** Show all of it small, and where one looks in it. @returns What ends it. */
  addMinimap(target: HTMLElement, label: string): () => void {
    const control = new OverviewMap({
      target,
      layers: [this.small],
      collapsible: false,
      tipLabel: label,
      view: this.makeSmallView(),
    });
    this.map.addControl(control);
    this.minimap = control;
    return () => {
      this.minimap = null;
      this.map.removeControl(control);
    };
  }

  /** Give back what the graphics hold. */
  dispose(): void {
    this.map.setTarget(undefined);
    this.layer.dispose();
    this.small.dispose();
    this.map.dispose();
    this.source.dispose();
  }
}
