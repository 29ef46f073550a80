import Feature from "ol/Feature";
import { MultiLineString } from "ol/geom";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import { Stroke, Style } from "ol/style";
import type { ScanMap } from "./scan-map";

const REACH = 2 ** 18;

/** Shows where the pointer is in the view beside. */
export class Crosshair {
  private readonly feature = new Feature<MultiLineString>();
  private readonly layer = new VectorLayer({
    source: new VectorSource({ features: [this.feature] }),
    style: new Style({ stroke: new Stroke({ color: "#7cc4ff", width: 1 }) }),
    zIndex: 7,
  });

  constructor(scan: ScanMap) {
    scan.map.addLayer(this.layer);
  }

  /** Move it. @param at - Where on the map; null for nowhere. */
  move(at: readonly number[] | null): void {
    if (!at) {
      this.feature.setGeometry(undefined);
      return;
    }
    const [x = 0, y = 0] = at;
    this.feature.setGeometry(
      new MultiLineString([
        [
          [x, -REACH],
          [x, REACH],
        ],
        [
          [-REACH, y],
          [REACH, y],
        ],
      ]),
    );
  }
}
