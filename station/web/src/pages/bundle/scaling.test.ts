import { describe, expect, it } from "vitest";
import {
  drawBand,
  drawPath,
  FRAME,
  findMeasured,
  groupSlices,
  type Measured,
  placePd,
  placePfa,
  saysLittle,
} from "./scaling";

const point = (pfa: number, pd: number, band = 0): Measured => ({
  threshold: 1 - pfa,
  pd,
  pd_interval: band ? [pd - band, pd + band] : null,
  pfa,
  pfa_interval: null,
});

describe("the drawing of Pd against Pfa", () => {
  it("puts nothing outside its frame", () => {
    for (const share of [-1, 0, 0.5, 1, 2]) {
      expect(placePfa(share)).toBeGreaterThanOrEqual(FRAME.left);
      expect(placePfa(share)).toBeLessThanOrEqual(FRAME.width);
      expect(placePd(share)).toBeGreaterThanOrEqual(0);
      expect(placePd(share)).toBeLessThanOrEqual(FRAME.height - FRAME.bottom);
    }
  });

  it("draws more Pd higher and more Pfa further to the right", () => {
    expect(placePd(0.9)).toBeLessThan(placePd(0.1));
    expect(placePfa(0.9)).toBeGreaterThan(placePfa(0.1));
  });

  it("stretches small Pfa: a hundredth is a tenth of the way", () => {
    const way = (placePfa(0.01) - placePfa(0)) / (placePfa(1) - placePfa(0));
    expect(way).toBeCloseTo(0.1);
  });

  it("goes through points by their Pfa, whatever their order was", () => {
    const sorted = drawPath([point(0, 0.1), point(0.25, 0.5), point(1, 1)]);
    expect(drawPath([point(1, 1), point(0, 0.1), point(0.25, 0.5)])).toBe(sorted);
    expect(sorted).toMatch(/^M[\d. ]+ L[\d. ]+ L[\d. ]+$/);
  });

  it("outlines intervals there and back, and nothing where there are none", () => {
    expect(drawBand([point(0, 0.2), point(1, 0.9)])).toBe("");
    const band = drawBand([point(0, 0.2, 0.1), point(1, 0.9, 0.1)]);
    expect(band.split("L")).toHaveLength(4);
    expect(band.endsWith("Z")).toBe(true);
  });

  it("takes no point of which a share was not measured", () => {
    const base = { name: "a", threshold: 0.3, calibrated: false };
    expect(findMeasured([base, { ...base, pd: 0.5, pfa: null }])).toEqual([]);
    expect(findMeasured([{ ...base, pd: 0, pfa: 0 }])).toHaveLength(1);
  });
});

describe("slices", () => {
  const slice = (by: string, name: string, of = 30) => ({
    by,
    name,
    found: 1,
    of,
    interval: [0, 1] as [number, number],
  });

  it("come in groups by what they sort, in their order", () => {
    const groups = groupSlices([slice("pose", "a"), slice("form", "b"), slice("pose", "c")]);
    expect(groups.map(([by, group]) => [by, group.map((each) => each.name)])).toEqual([
      ["pose", ["a", "c"]],
      ["form", ["b"]],
    ]);
  });

  it("say little under 20 firearms", () => {
    expect(saysLittle(slice("pose", "a", 19))).toBe(true);
    expect(saysLittle(slice("pose", "a", 20))).toBe(false);
  });
});
