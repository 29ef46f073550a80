import { describe, expect, it, vi } from "vitest";
import * as bars from "./bars";
import * as rates from "./hit-rates";

vi.hoisted(() => {
  vi.stubGlobal("location", { origin: "http://here" });
  vi.stubGlobal("localStorage", { getItem: () => null });
});

describe("bars", () => {
  it("are shares of the whole, and nothing where there is none", () => {
    expect([bars.scaleBar(3, 12), bars.scaleBar(0, 0), bars.scaleBar(5, 4)]).toEqual([25, 0, 100]);
  });
});

describe("hit rates", () => {
  it("say little where their interval is wide", () => {
    expect(rates.saysLittle({ low: 0.3, high: 0.95 })).toBe(true);
    expect(rates.saysLittle({ low: 0.8, high: 0.93 })).toBe(false);
  });
});
