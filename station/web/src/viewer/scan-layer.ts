import BaseTileLayer from "ol/layer/BaseTile";
import type WebGLTileLayer from "ol/layer/WebGLTile";
import type { FrameState } from "ol/Map";
import WebGLTileLayerRenderer from "ol/renderer/webgl/TileLayer";
import { getUid } from "ol/util";
import type { TileRepresentationOptions } from "ol/webgl/BaseTileRepresentation";
import WebGLPostProcessingPass from "ol/webgl/PostProcessingPass";
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

/**
 * Has tiles drawn where they are shown. OpenLayers draws them elsewhere, and copies that: without
 * a GPU the copy takes twice as long as the tiles.
 */
class DirectPass extends WebGLPostProcessingPass {
  override init(frameState: FrameState): void {
    const gl = this.getGL();
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    frameState.renderTargets[getUid(gl.canvas)] = true;
  }

  override apply(): void {
    // Drawn already.
  }
}

/**
 * Have what OpenLayers makes meanwhile draw without smoothed edges, which it has no option for:
 * tiles have none, and without a GPU the smoothing takes as long as the tiles.
 */
function withoutSmoothing<T>(make: () => T): T {
  const canvas = HTMLCanvasElement.prototype;
  const before = canvas.getContext as (kind: string, wishes?: object) => unknown;
  const plain = function (this: HTMLCanvasElement, kind: string, wishes?: object) {
    return before.call(this, kind, { ...wishes, antialias: false });
  };
  Object.assign(canvas, { getContext: plain });
  try {
    return make();
  } finally {
    Object.assign(canvas, { getContext: before });
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

  override prepareFrame(frameState: FrameState): boolean {
    const prepare = () => super.prepareFrame(frameState);
    return this.helper ? prepare() : withoutSmoothing(prepare);
  }

  override afterHelperCreated(): void {
    super.afterHelperCreated();
    const passes = [new DirectPass({ webGlContext: this.helper.getGL() })];
    Object.assign(this.helper, { postProcessPasses_: passes });
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
