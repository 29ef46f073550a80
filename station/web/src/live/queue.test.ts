import { describe, expect, it, vi } from "vitest";
import { chooseNext, mayChangeInspections, type QueueItem } from "./queue";
import type { News } from "./socket";

vi.hoisted(() => vi.stubGlobal("location", { origin: "http://here" }));

function item(id: string, changes: Partial<QueueItem> = {}): QueueItem {
  return { id, state: "waiting", undecided: 0, waits_second: 0, ...changes } as QueueItem;
}

const entry = (kind: string) => ({ type: "entry", kind }) as News;

describe("the list of what waits", () => {
  it("is asked anew where a container comes back, is closed, or gets an alarm", () => {
    for (const kind of ["disposition.undone", "inspection.disposed", "alarm.raised"]) {
      expect(mayChangeInspections(entry(kind))).toBe(true);
    }
    expect(mayChangeInspections({ type: "anew" })).toBe(true);
  });

  it("is not where that cannot matter", () => {
    expect(mayChangeInspections(entry("login.began"))).toBe(false);
    expect(mayChangeInspections({ type: "lane", name: "north" })).toBe(false);
  });
});

describe("the container to look at next", () => {
  const stuck = item("stuck", { waits_second: 1 });

  it("is the oldest but the one that is done with", () => {
    expect(chooseNext([item("a"), item("b")], null)).toBe("a");
    expect(chooseNext([item("a"), item("b")], "a")).toBe("b");
    expect(chooseNext([item("a")], "a")).toBeNull();
  });

  it("is not one that waits for somebody else's word, as long as there are others", () => {
    expect(chooseNext([stuck, item("b")], null)).toBe("b");
    expect(chooseNext([stuck], null)).toBe("stuck");
  });

  it("is one with an open question, whatever else waits there", () => {
    const both = item("both", { waits_second: 1, undecided: 1 });
    expect(chooseNext([both, item("b")], null)).toBe("both");
  });
});
