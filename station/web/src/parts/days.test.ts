import { describe, expect, it, vi } from "vitest";
import { beginOfDay, splitTime, toLocal, toMoment } from "./days";

vi.hoisted(() => {
  vi.stubGlobal("location", { origin: "http://here" });
  vi.stubGlobal("localStorage", { getItem: () => null });
});

describe("days", () => {
  it("begin at midnight where the browser is", () => {
    expect(beginOfDay("2026-03-04")).toBe(new Date(2026, 2, 4).toISOString());
    expect(beginOfDay("2026-12-31", 1)).toBe(new Date(2027, 0, 1).toISOString());
  });

  it("are none where the calendar has none", () => {
    expect(
      ["", "2026-13-01", "2026-02-30", "4.3.2026", undefined].map((day) => beginOfDay(day)),
    ).toEqual(Array(5).fill(undefined));
  });
});

describe("moments of a field", () => {
  it("come back as they were", () => {
    expect(toLocal(new Date(toMoment("2026-03-04T05:06") ?? ""))).toBe("2026-03-04T05:06");
  });

  it("are none while they are typed", () => {
    expect(["", "2026-03-04", "2026-03-04T25:00", undefined].map(toMoment)).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe("lengths of time", () => {
  it("have two units at most, the larger first", () => {
    expect(splitTime(4.26)).toEqual([["second", 4.3]]);
    expect(splitTime(59.96)).toEqual([["minute", 1]]);
    expect(splitTime(200.4)).toEqual([
      ["minute", 3],
      ["second", 20],
    ]);
    expect(splitTime(7290)).toEqual([
      ["hour", 2],
      ["minute", 2],
    ]);
    expect(splitTime(3 * 86_400 + 30)).toEqual([["day", 3]]);
  });

  it("are nothing where a clock went back", () => {
    expect(splitTime(-3)).toEqual([["second", 0]]);
  });
});
