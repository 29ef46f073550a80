import type { Geometry } from "./frame";
import type { Look } from "./look";

/** The numbers of a look, as the graphics know them. */
export const LOOK_UNIFORMS: Readonly<Record<keyof Look, string>> = {
  low: "u_low",
  high: "u_high",
  invert: "u_invert",
  edge: "u_edge",
  tint: "u_tint",
  hatch: "u_hatch",
};

/** Where a pixel lies in its tile, and on the map; the names are OpenLayers'. */
export const VERTEX = `
attribute vec2 a_textureCoord;
uniform mat4 u_tileTransform;
uniform float u_depth;
varying vec2 v_at;

void main() {
  v_at = a_textureCoord;
  gl_Position = u_tileTransform * vec4(a_textureCoord, u_depth, 1.0);
}`;

const BEGIN = `
precision highp float;
varying vec2 v_at;
uniform sampler2D u_tileTextures[1];
uniform float u_transitionAlpha;
uniform float u_texturePixelWidth;
uniform float u_texturePixelHeight;
uniform float u_low;
uniform float u_high;
uniform float u_invert;
uniform float u_edge;
uniform float u_tint;
uniform float u_hatch;

vec4 take(float x, float y) {
  vec2 step = vec2(x / u_texturePixelWidth, y / u_texturePixelHeight);
  return texture2D(u_tileTextures[0], v_at + step);
}

vec3 sharpen(vec4 here) {
  if (u_edge == 0.0) return here.rgb;
  vec4 around = take(-1.0, 0.0) + take(1.0, 0.0) + take(0.0, -1.0) + take(0.0, 1.0);
  return here.rgb + u_edge * 1.6 * (4.0 * here.rgb - around.rgb);
}

vec3 window(vec3 value) {
  return clamp((value - u_low) / (u_high - u_low), 0.0, 1.0);
}

vec3 flip(vec3 grey) {
  return mix(grey, 1.0 - grey, u_invert);
}

void show(vec3 color, float there) {
  gl_FragColor = vec4(color, 1.0) * there * u_transitionAlpha;
}
`;

/**
 * Of counts: what is lighter than steel turns orange, what is heavier blue, told apart by
 * everybody. The numbers of a pixel are attenuation, material, hatched or not, and there or not.
 */
const COUNTS = `${BEGIN}
const vec3 ORGANIC = vec3(1.0, 0.62, 0.15);
const vec3 METAL = vec3(0.35, 0.62, 1.0);
const vec3 HATCH = vec3(0.78, 0.36, 0.86);

void main() {
  vec4 here = take(0.0, 0.0);
  vec3 color = flip(1.0 - window(sharpen(here).rrr));
  float deviation = u_tint * clamp((here.g - 128.0) / 127.0, -1.0, 1.0);
  color *= mix(vec3(1.0), ORGANIC, max(deviation, 0.0));
  color *= mix(vec3(1.0), METAL, max(-deviation, 0.0));
  show(mix(color, HATCH, u_hatch * 0.75 * here.b), here.a);
}`;

const PICTURE = `${BEGIN}
void main() {
  vec4 here = take(0.0, 0.0);
  show(flip(window(sharpen(here))), here.a);
}`;

/**
 * How the graphics draw a pixel of a scan. It is by hand, as every look at a texture counts
 * where there is no GPU; only the numbers of the look change, so no drag compiles anything.
 */
export function chooseFragment(kind: Geometry["kind"]): string {
  return kind === "display" ? PICTURE : COUNTS;
}
