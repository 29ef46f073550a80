import type { Frame } from "./frame";
import type { Planar } from "./tile-asking";

/** Numbers of a pixel: three planes, and 1 where the scan has come. */
export const BANDS = 4;

/** Stripes of a hatched region: every so many pixels of a tile a line of so many. */
const STRIPE = 10;
const LINE = 3;
const GROUND = 0.3;

type Convert = (value: number, x: number, y: number) => number;

const scaleBy =
  (divide: number): Convert =>
  (value) =>
    value / divide;

function hatch(value: number, x: number, y: number): number {
  if (value < 32768) return 0;
  return (x + y) % STRIPE < LINE ? 1 : GROUND;
}

function chooseConverts(frame: Frame): Record<string, { band: number; convert: Convert }> {
  const divides = new Map(
    frame.geometry.planes.map((plane) => [plane.name as string, plane.divide]),
  );
  const scale = (name: string) => scaleBy(divides.get(name) ?? 1);
  const brightness = (name: string) => scaleBy((divides.get(name) ?? 1) * 255);
  return {
    attenuation: { band: 0, convert: scale("attenuation") },
    material: { band: 1, convert: scale("material") },
    opaque: { band: 2, convert: hatch },
    red: { band: 0, convert: brightness("red") },
    green: { band: 1, convert: brightness("green") },
    blue: { band: 2, convert: brightness("blue") },
  };
}

/**
 * Write a tile as the map draws it: pixel by pixel, four numbers each.
 *
 * @param data - (tile, tile, 4), changed in place; what the scan has not reached stays 0.
 */
export function fill(data: Float32Array, found: Planar, frame: Frame): void {
  const side = frame.geometry.tile;
  const size = found.width * found.height;
  const converts = chooseConverts(frame);
  if (!found.planes.includes("material")) fillBand(data, found, side, { band: 1, value: 128 });
  found.planes.forEach((name, number) => {
    const plane = converts[name];
    if (!plane) return;
    const numbers = found.numbers.subarray(number * size, (number + 1) * size);
    for (let y = 0; y < found.height; y += 1) {
      for (let x = 0; x < found.width; x += 1) {
        const value = numbers[y * found.width + x] ?? 0;
        data[(y * side + x) * BANDS + plane.band] = plane.convert(value, x, y);
      }
    }
  });
  fillBand(data, found, side, { band: 3, value: 1 });
}

function fillBand(
  data: Float32Array,
  found: Planar,
  side: number,
  { band, value }: { band: number; value: number },
): void {
  for (let y = 0; y < found.height; y += 1) {
    for (let x = 0; x < found.width; x += 1) data[(y * side + x) * BANDS + band] = value;
  }
}
