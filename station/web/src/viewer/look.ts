import type { Style } from "ol/layer/WebGLTile";
import type { Geometry } from "./frame";

/**
 * How a scan is shown. Counts are windowed in nepers of attenuation, pictures in brightness of
 * 0 to 1; switches are 0 or 1.
 */
export interface Look {
  low: number;
  high: number;
  invert: number;
  edge: number;
  tint: number;
  hatch: number;
}

/** The plain image: how every scan is shown first, and by one key again. */
export function plainLook(kind: Geometry["kind"]): Look {
  const high = kind === "display" ? 1 : 4.5;
  return { low: 0, high, invert: 0, edge: 0, tint: 0, hatch: 1 };
}

/** The least width of a window, in the units of {@link Look}. */
const NARROWEST: Record<Geometry["kind"], number> = { dual: 0.05, single: 0.05, display: 0.02 };
const DEEPEST = 12;

/** Drag a window: to the right narrower, upwards to what is thicker. @param by - In windows. */
export function dragWindow(
  look: Look,
  by: readonly [x: number, y: number],
  kind: Geometry["kind"],
): Look {
  const width = look.high - look.low;
  const wider = Math.max(width * 2 ** (-2 * by[0]), NARROWEST[kind]);
  const middle = (look.low + look.high) / 2 + by[1] * width;
  const most = kind === "display" ? 1 : DEEPEST;
  const kept = Math.min(Math.max(middle, 0), most);
  const narrow = Math.min(wider, most * 2);
  return { ...look, low: kept - narrow / 2, high: kept + narrow / 2 };
}

/** A narrow window that goes from what is thin to what is thick. @param at - 0 to 1. */
export function sweepWindow(look: Look, at: number, kind: Geometry["kind"]): Look {
  if (kind === "display") return { ...look, low: at * 0.7 - 0.05, high: at * 0.7 + 0.35 };
  return { ...look, low: at * 7.5, high: at * 7.5 + 2.2 };
}

type Expression = unknown[];
const variable = (name: keyof Look): Expression => ["var", name];

/** A number of a pixel, its edges sharper by the switch `edge`. */
function sharpen(band: number): Expression {
  const here: Expression = ["band", band];
  const around: Expression = [
    "+",
    ["band", band, -1, 0],
    ["band", band, 1, 0],
    ["band", band, 0, -1],
    ["band", band, 0, 1],
  ];
  return ["+", here, ["*", variable("edge"), ["*", 1.6, ["-", ["*", 4, here], around]]]];
}

function clampToOne(value: Expression): Expression {
  return ["clamp", value, 0, 1];
}

function windowed(value: Expression): Expression {
  return clampToOne(["/", ["-", value, variable("low")], ["-", variable("high"), variable("low")]]);
}

function invertible(value: Expression): Expression {
  const flipped: Expression = ["-", 1, ["*", 2, variable("invert")]];
  return ["+", variable("invert"), ["*", flipped, value]];
}

const mix = (from: Expression | number, to: Expression | number, share: Expression): Expression => [
  "+",
  ["*", from, ["-", 1, share]],
  ["*", to, share],
];

/** What is lighter than steel turns orange, what is heavier blue: told apart by everybody. */
const ORGANIC = [1, 0.62, 0.15];
const METAL = [0.35, 0.62, 1];
const HATCH = [0.78, 0.36, 0.86];

function paintCounts(channel: number): Expression {
  const grey = invertible(["-", 1, windowed(sharpen(1))]);
  const deviation: Expression = ["/", ["-", ["band", 2], 128], 127];
  const organic: Expression = ["*", variable("tint"), ["clamp", deviation, 0, 1]];
  const metal: Expression = ["*", variable("tint"), ["clamp", ["*", -1, deviation], 0, 1]];
  const warm = mix(grey, ["*", grey, ORGANIC[channel] ?? 1], organic);
  const tinted = mix(warm, ["*", warm, METAL[channel] ?? 1], metal);
  const share: Expression = ["*", variable("hatch"), ["*", 0.75, ["band", 3]]];
  return mix(tinted, HATCH[channel] ?? 1, share);
}

function paintPicture(channel: number): Expression {
  return invertible(windowed(sharpen(channel + 1)));
}

/** How the map draws a scan; only the numbers of the look change, so no drag compiles anything. */
export function makeStyle(geometry: Geometry, look: Look): Style {
  const divide = geometry.kind === "display";
  const paint = divide ? paintPicture : paintCounts;
  return {
    variables: { ...look },
    color: ["array", paint(0), paint(1), paint(2), ["band", 4]],
  } as Style;
}
