import { describe, expect, it, vi } from "vitest";
import * as period from "./period";

vi.hoisted(() => {
  vi.stubGlobal("location", { origin: "http://here" });
  vi.stubGlobal("localStorage", { getItem: () => null });
});

const NOW = new Date(2026, 2, 4, 15, 30);

function length(query: Record<string, string>): number {
  const found = period.toPeriod(query, NOW);
  if (typeof found === "string") throw new Error(found);
  return (Date.parse(found.to) - Date.parse(found.from)) / 3_600_000;
}

describe("the time that is measured", () => {
  it("is the last 12 hours where nothing else is stated", () => {
    expect(length({})).toBe(12);
    expect(length({ span: "for ever" })).toBe(12);
  });

  it("is never longer than the station measures", () => {
    expect(length({ span: "7d" })).toBe(168);
  });

  it("begins at midnight where it is today", () => {
    expect(length({ span: "today" })).toBe(15.5);
  });

  it("is the one that is stated", () => {
    expect(length({ span: "own", from: "2026-03-01T06:00", to: "2026-03-01T14:30" })).toBe(8.5);
  });

  it.each([
    [{}, "statistics.unfit_incomplete"],
    [{ from: "2026-03-01T06:00", to: "2026-03-01T06:00" }, "statistics.unfit_order"],
    [{ from: "2026-03-01T06:00", to: "2026-03-08T06:01" }, "statistics.unfit_long"],
  ])("is refused where it makes no sense: %j", (stated, said) => {
    expect(period.toPeriod({ span: "own", ...stated }, NOW)).toBe(said);
  });

  it("is the one that was shown where an own one is begun", () => {
    const own = period.beginOwn({ span: "24h" }, NOW);
    expect(own).toEqual({ span: "own", from: "2026-03-03T15:30", to: "2026-03-04T15:30" });
  });
});
