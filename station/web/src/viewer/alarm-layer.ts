import Feature from "ol/Feature";
import type { Polygon } from "ol/geom";
import { fromExtent } from "ol/geom/Polygon";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import { Fill, Stroke, Style, Text } from "ol/style";
import type { AlarmShown } from "../live/inspection";
import type { Box, Frame } from "./frame";

/** How a box is drawn for what was said of it: by colour, by dashes, and by a sign. */
interface Drawing {
  colour: string;
  dash: number[];
  sign: string;
}

const DRAWINGS: Record<string, Drawing> = {
  open: { colour: "#ffb454", dash: [], sign: "?" },
  confirm: { colour: "#ff8a80", dash: [], sign: "!" },
  unsure: { colour: "#d7b8ff", dash: [3, 5], sign: "~" },
  dismiss: { colour: "#a5b0bb", dash: [10, 6], sign: "×" },
};
const OPEN = { colour: "#ffb454", dash: [], sign: "?" };

/** Room between a box and the line around it, px of the scan: a line covers nothing. */
const ROOM = 4;

/** A box is met by a click anywhere in it, and covers nothing. */
const SEE_THROUGH = new Fill({ color: "#00000002" });

/** A box beside alarms: where a firearm of a test was, or one that is being drawn. */
export interface Extra {
  box: Box;
  text: string;
}

function drawStyle({ colour, dash, sign }: Drawing, text: string, selected: boolean): Style[] {
  const stroke = new Stroke({ color: colour, width: selected ? 3 : 2, lineDash: dash });
  const halo = new Stroke({ color: "#000000", width: selected ? 6 : 4 });
  const label = new Text({
    text: `${text} ${sign}`,
    font: `${selected ? "bold " : ""}14px system-ui, "DejaVu Sans", sans-serif`,
    fill: new Fill({ color: selected ? "#000000" : colour }),
    backgroundFill: new Fill({ color: selected ? colour : "#000000c0" }),
    padding: [2, 4, 1, 4],
    textAlign: "left",
    textBaseline: "bottom",
    offsetX: 4,
    offsetY: -3,
    overflow: true,
  });
  const corner = (feature: unknown) => {
    const [x0 = 0, , , y1 = 0] = (feature as Feature).getGeometry()?.getExtent() ?? [];
    return fromExtent([x0, y1, x0 + 0.1, y1 + 0.1]);
  };
  return [
    new Style({ stroke: halo, fill: SEE_THROUGH }),
    new Style({ stroke }),
    new Style({ geometry: corner, text: label, zIndex: selected ? 2 : 1 }),
  ];
}

/** Boxes over a scan: each alarm a question, with its number and a sign for its answer. */
export class AlarmLayer {
  private readonly source = new VectorSource<Feature<Polygon>>();
  readonly layer = new VectorLayer({
    source: this.source,
    zIndex: 5,
    // A flag comes up at once, also while the picture is moved.
    updateWhileAnimating: true,
    updateWhileInteracting: true,
  });

  constructor(private readonly frame: Frame) {}

  /** Draw boxes anew. @param numbers - Of each alarm, by its identifier. */
  draw(
    alarms: readonly AlarmShown[],
    numbers: ReadonlyMap<string, number>,
    selected: string | null,
    extras: readonly Extra[],
  ): void {
    const boxes = alarms.map((alarm) => {
      const drawing = DRAWINGS[alarm.said ?? "open"] ?? OPEN;
      const feature = this.frameBox(alarm.box);
      feature.setId(alarm.id);
      const text = String(numbers.get(alarm.id) ?? "");
      feature.setStyle(drawStyle(drawing, text, alarm.id === selected));
      return feature;
    });
    const others = extras.map(({ box, text }) => {
      const feature = this.frameBox(box);
      feature.setStyle(drawStyle({ colour: "#ffffff", dash: [2, 4], sign: "" }, text, false));
      return feature;
    });
    this.source.clear(true);
    this.source.addFeatures([...boxes, ...others]);
  }

  /** Identifiers of the alarms whose boxes there are. */
  listDrawn(): string[] {
    return this.source.getFeatures().flatMap((feature) => (feature.getId() as string) ?? []);
  }

  private frameBox([x0 = 0, y0 = 0, x1 = 0, y1 = 0]: readonly number[]): Feature<Polygon> {
    const wide = [x0 - ROOM, y0 - ROOM, x1 + ROOM, y1 + ROOM];
    return new Feature(fromExtent(this.frame.toExtent(wide)));
  }
}
