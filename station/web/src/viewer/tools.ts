import { never, primaryAction } from "ol/events/condition";
import type { LineString } from "ol/geom";
import { Draw, Pointer } from "ol/interaction";
import { createBox } from "ol/interaction/Draw";
import VectorLayer from "ol/layer/Vector";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import VectorSource from "ol/source/Vector";
import { Fill, Stroke, Style, Text } from "ol/style";
import type { Box } from "./frame";
import type { ScanMap } from "./scan-map";

/** What a drag in the picture does: move it, change its window, measure, or draw a box. */
export type Tool = "move" | "window" | "ruler" | "box";

const LINE = new Stroke({ color: "#ffffff", width: 2 });
const HALO = new Stroke({ color: "#000000", width: 4 });

function labelLine(text: string): Style[] {
  const label = new Text({
    text,
    font: '15px system-ui, "DejaVu Sans", sans-serif',
    fill: new Fill({ color: "#ffffff" }),
    backgroundFill: new Fill({ color: "#000000c0" }),
    padding: [2, 4, 1, 4],
    offsetY: -14,
    overflow: true,
  });
  return [new Style({ stroke: HALO }), new Style({ stroke: LINE, text: label })];
}

/** Measure in the picture: a line, and how long it is. @returns What ends it. */
export function addRuler(
  scan: ScanMap,
  say: (mm: number | null, px: number) => string,
): () => void {
  const source = new VectorSource();
  const label = (line: LineString) => {
    const [from = [], to = []] = [line.getFirstCoordinate(), line.getLastCoordinate()];
    return say(scan.frame.measure(from, to), Math.round(line.getLength()));
  };
  const style = (feature: { getGeometry(): unknown }) => {
    const shape = feature.getGeometry() as LineString;
    return shape.getType() === "LineString" ? labelLine(label(shape)) : [];
  };
  const layer = new VectorLayer({ source, style: style as never, zIndex: 6 });
  const draw = new Draw({ source, type: "LineString", maxPoints: 2, style: style as never });
  draw.on("drawstart", () => source.clear());
  scan.map.addLayer(layer);
  scan.map.addInteraction(draw);
  return () => {
    scan.map.removeInteraction(draw);
    scan.map.removeLayer(layer);
  };
}

/** Draw a box, from corner to corner. @returns What ends it. */
export function addBoxDrawing(scan: ScanMap, drawn: (box: Box) => void): () => void {
  const source = new VectorSource();
  const draw = new Draw({
    source,
    type: "Circle",
    geometryFunction: createBox(),
    freehandCondition: primaryAction,
    condition: never,
    style: [new Style({ stroke: HALO }), new Style({ stroke: LINE })],
  });
  draw.on("drawend", (event) => {
    const extent = event.feature.getGeometry()?.getExtent();
    const box = extent && scan.frame.toBox(extent, scan.source.width);
    if (box && box[2] - box[0] >= 2 && box[3] - box[1] >= 2) drawn(box);
  });
  scan.map.addInteraction(draw);
  return () => {
    scan.map.removeInteraction(draw);
  };
}

/** Window and level by drag: by the other button always, by the first one as a tool. */
export function addWindowing(
  scan: ScanMap,
  isTool: () => boolean,
  dragged: (by: readonly [x: number, y: number]) => void,
): () => void {
  let last: number[] = [];
  const begins = (event: MapBrowserEvent) => {
    const pointer = event.originalEvent as PointerEvent;
    last = event.pixel;
    return pointer.button === 2 || (isTool() && pointer.button === 0);
  };
  const drags = (event: MapBrowserEvent) => {
    const [width = 1, height = 1] = scan.map.getSize() ?? [];
    const [x = 0, y = 0] = event.pixel;
    dragged([(x - (last[0] ?? 0)) / width, ((last[1] ?? 0) - y) / height]);
    last = event.pixel;
  };
  const interaction = new Pointer({ handleDownEvent: begins, handleDragEvent: drags });
  const viewport = scan.map.getViewport();
  const quiet = (event: Event) => event.preventDefault();
  viewport?.addEventListener("contextmenu", quiet);
  scan.map.addInteraction(interaction);
  return () => {
    viewport?.removeEventListener("contextmenu", quiet);
    scan.map.removeInteraction(interaction);
  };
}
