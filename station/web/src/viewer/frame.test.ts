import { describe, expect, it } from "vitest";
import { Frame, type Geometry } from "./frame";

function makeGeometry(pitch: [number, number] | null = [4, 4]): Geometry {
  return {
    scan: "a",
    kind: "dual",
    width: 500,
    height: 200,
    complete: true,
    version: "1",
    tile: 256,
    levels: 8,
    planes: [],
    info: { pitch_mm: pitch } as Geometry["info"],
    opaque_regions: [],
    coarse: [],
    unseen: [],
    missing: [],
    opaque_fraction: null,
    bundle: null,
  };
}

describe("a frame", () => {
  it("turns boxes over, and back", () => {
    const frame = new Frame(makeGeometry());
    expect(frame.toExtent([10, 20, 30, 60])).toEqual([10, -60, 30, -20]);
    expect(frame.toBox(frame.toExtent([10, 20, 30, 60]), 500)).toEqual([10, 20, 30, 60]);
  });

  it("keeps boxes within the scan as far as it has come", () => {
    const frame = new Frame(makeGeometry());
    expect(frame.toBox([-5, -900, 480, 7], 400)).toEqual([0, 0, 400, 200]);
  });

  it("shows pixels that are not square as they are", () => {
    const frame = new Frame(makeGeometry([4, 2]));
    expect(frame.toExtent([0, 0, 10, 10])).toEqual([0, -5, 10, -0]);
    expect(frame.toBox(frame.toExtent([1, 2, 3, 4]), 500)).toEqual([1, 2, 3, 4]);
    expect(frame.measure([0, 0], [3, 4])).toBe(20);
  });

  it("says nothing of millimetres where there is no pitch", () => {
    expect(new Frame(makeGeometry(null)).measure([0, 0], [3, 4])).toBeNull();
  });

  it("has the pyramid's full scale at its greatest zoom", () => {
    const frame = new Frame(makeGeometry());
    expect(frame.toLevel(7)).toBe(0);
    expect(frame.grid.getResolution(7)).toBe(1);
    expect(frame.grid.getResolution(0)).toBe(128);
  });
});
