import { describe, expect, it, vi } from "vitest";
import type { QueueItem } from "../../live/queue";
import * as asking from "./asking";

vi.hoisted(() => {
  vi.stubGlobal("location", { origin: "http://here" });
  vi.stubGlobal("localStorage", { getItem: () => null });
});

function item(id: string, alarms = 0): QueueItem {
  return { id, alarms } as QueueItem;
}

describe("the query of the history", () => {
  it("asks for all where nothing is stated", () => {
    const stated = JSON.parse(JSON.stringify(asking.toFilters({})));
    expect(stated).toEqual({ state: "all" });
  });

  it("takes both days whole", () => {
    const { since, until } = asking.toFilters({ since: "2026-03-04", until: "2026-03-04" });
    expect(Date.parse(until ?? "") - Date.parse(since ?? "")).toBe(86_400_000);
  });

  it("leaves out what makes no sense", () => {
    const strange = { state: "gone", disposition: "lost", found: "maybe", since: "soon" };
    expect(JSON.parse(JSON.stringify(asking.toFilters(strange)))).toEqual({ state: "all" });
  });
});

describe("rows that are brought up to date", () => {
  it("stay where they are, with what is new of them", () => {
    const { rows, moved } = asking.updateRows([item("b"), item("a")], [item("b", 2), item("a")]);
    expect(rows).toEqual([item("b", 2), item("a")]);
    expect(moved).toBe(false);
  });

  it("do not move for one that came, but say so", () => {
    const { rows, moved } = asking.updateRows([item("b")], [item("c"), item("b", 1)]);
    expect(rows).toEqual([item("b", 1)]);
    expect(moved).toBe(true);
  });

  it("stay where one belongs there no more, but say so", () => {
    const { rows, moved } = asking.updateRows([item("b"), item("a")], [item("a")]);
    expect(rows.map((one) => one.id)).toEqual(["b", "a"]);
    expect(moved).toBe(true);
  });

  it("say so where one comes at their end", () => {
    expect(asking.updateRows([item("a")], [item("a"), item("b")]).moved).toBe(true);
  });

  it("say so where the first one comes", () => {
    expect(asking.updateRows([], [item("a")]).moved).toBe(true);
  });
});
