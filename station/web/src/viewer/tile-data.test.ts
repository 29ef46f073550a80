import { describe, expect, it } from "vitest";
import type { Frame } from "./frame";
import { BANDS, fill } from "./tile-data";

const SIDE = 4;

function makeFrame(planes: { name: string; divide: number }[]): Frame {
  return { geometry: { tile: SIDE, planes } } as unknown as Frame;
}

const DUAL = makeFrame([
  { name: "attenuation", divide: 4000 },
  { name: "material", divide: 257 },
  { name: "opaque", divide: 65535 },
]);

function at(data: Float32Array, x: number, y: number): number[] {
  return [...data.subarray((y * SIDE + x) * BANDS, (y * SIDE + x + 1) * BANDS)];
}

describe("a tile", () => {
  it("is written pixel by pixel, and stays empty where the scan has not come", () => {
    const data = new Float32Array(SIDE * SIDE * BANDS);
    const numbers = new Uint16Array([4000, 8000, 257 * 128, 257 * 200, 0, 0]);
    const planes = ["attenuation", "material", "opaque"];
    fill(data, { width: 2, height: 1, planes, numbers }, DUAL);
    expect(at(data, 0, 0)).toEqual([1, 128, 0, 1]);
    expect(at(data, 1, 0)).toEqual([2, 200, 0, 1]);
    expect(at(data, 2, 0)).toEqual([0, 0, 0, 0]);
    expect(at(data, 0, 1)).toEqual([0, 0, 0, 0]);
  });

  it("hatches what is opaque, with ground between the stripes", () => {
    const data = new Float32Array(SIDE * SIDE * BANDS);
    const numbers = new Uint16Array([...Array(4).fill(0), ...Array(4).fill(65535)]);
    fill(data, { width: 4, height: 1, planes: ["attenuation", "opaque"], numbers }, DUAL);
    expect(at(data, 0, 0)[2]).toBe(1);
    expect(at(data, 3, 0)[2]).toBeGreaterThan(0);
    expect(at(data, 3, 0)[2]).toBeLessThan(1);
    expect(at(data, 0, 0)[1]).toBe(128);
  });

  it("of a picture is its brightness, 0 to 1", () => {
    const frame = makeFrame(["red", "green", "blue"].map((name) => ({ name, divide: 257 })));
    const data = new Float32Array(SIDE * SIDE * BANDS);
    const numbers = new Uint16Array([65535, 0, 257 * 51]);
    fill(data, { width: 1, height: 1, planes: ["red", "green", "blue"], numbers }, frame);
    const [red, green, blue, there] = at(data, 0, 0);
    expect([red, green, there]).toEqual([1, 0, 1]);
    expect(blue).toBeCloseTo(0.2);
  });
});
