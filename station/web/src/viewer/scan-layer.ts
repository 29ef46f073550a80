import BaseTileLayer from "ol/layer/BaseTile";
import type WebGLTileLayer from "ol/layer/WebGLTile";
import WebGLTileLayerRenderer from "ol/renderer/webgl/TileLayer";
import type { TileRepresentationOptions } from "ol/webgl/BaseTileRepresentation";
import TileTexture, { type TileType } from "ol/webgl/TileTexture";
import type { Geometry } from "./frame";
import type { Look } from "./look";
import type { ScanSource } from "./scan-source";
import { chooseFragment, LOOK_UNIFORMS, VERTEX } from "./shaders";

/** Textures to keep: two levels of what is in sight. */
const CACHE = 256;

/** The texture of a tile that grows: what was there before is given back at once. */
class GrowingTexture extends TileTexture {
  override uploadTile(): void {
    const before = [...this.textures];
    super.uploadTile();
    for (const texture of before) this.helper?.getGL().deleteTexture(texture);
  }
}

class ScanRenderer extends WebGLTileLayerRenderer<WebGLTileLayer> {
  constructor(layer: ScanLayer, look: () => Look) {
    const names = Object.keys(LOOK_UNIFORMS) as (keyof Look)[];
    const uniforms = names.map((name) => [LOOK_UNIFORMS[name], () => look()[name]] as const);
    // OpenLayers' types know its own layers alone.
    super(layer as never, {
      vertexShader: VERTEX,
      fragmentShader: chooseFragment(layer.kind),
      uniforms: Object.fromEntries(uniforms),
      cacheSize: CACHE,
    });
  }

  override createTileRepresentation(options: TileRepresentationOptions<TileType>): TileTexture {
    return new GrowingTexture(options);
  }
}

/** A scan as the graphics draw it, by the look that was chosen. */
export class ScanLayer extends BaseTileLayer<ScanSource, ScanRenderer> {
  readonly kind: Geometry["kind"];

  constructor(
    source: ScanSource,
    private look: Look,
  ) {
    super({ source, cacheSize: CACHE });
    this.kind = source.frame.geometry.kind;
  }

  override createRenderer(): ScanRenderer {
    return new ScanRenderer(this, () => this.look);
  }

  /** Show otherwise. */
  dress(look: Look): void {
    this.look = look;
    this.changed();
  }
}
