import { describe, expect, it } from "vitest";
import { areWhole, beginThing, draftThings, isTicked, tick, toThings } from "./things";

const first = { scan: "side", alarm: "a1", box: null };
const second = { scan: "side", alarm: "a2", box: null };
const above = { scan: "top", alarm: "a3", box: null };

describe("a thing that was found", () => {
  it("has one place in each scan, the last that was ticked", () => {
    const thing = [first, above, second].reduce(tick, beginThing());
    expect(thing.places).toEqual([above, second]);
    expect(isTicked(thing, "a1")).toBe(false);
  });

  it("loses a place that is ticked again", () => {
    expect(tick(tick(beginThing(), first), first).places).toEqual([]);
  });

  it("keeps two boxes of two scans", () => {
    const box: [number, number, number, number] = [1, 2, 3, 4];
    const side = { scan: "side", alarm: null, box };
    const top = { scan: "top", alarm: null, box };
    expect([side, top].reduce(tick, beginThing()).places).toEqual([side, top]);
  });

  it("needs a word for what it is", () => {
    expect(areWhole([beginThing()])).toBe(true);
    expect(areWhole([{ ...beginThing(), label: " " }])).toBe(false);
    expect(areWhole([])).toBe(false);
  });

  it("comes back from an outcome as it was sent", () => {
    const thing = { ...beginThing([first]), kind: "pistol", firearm: "exhibit 9" };
    const sent = toThings([thing]);
    expect(sent).toEqual([
      { label: "firearm", kind: "pistol", firearm: "exhibit 9", places: [{ alarm: "a1" }] },
    ]);
    expect(draftThings(sent, new Map([["a1", "side"]]))).toEqual([thing]);
  });
});
