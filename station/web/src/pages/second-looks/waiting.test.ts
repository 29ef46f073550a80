import { describe, expect, it } from "vitest";
import { findDismissal, type SecondLook, sortOldest, toAlarm } from "./waiting";

function look(since: string, standing: string | null = null): SecondLook {
  const decisions = [{ id: "d1" }, { id: "d2" }];
  return { since, alarm: { standing, decisions } } as unknown as SecondLook;
}

describe("second looks", () => {
  it("come in the order in which they began to wait, whatever their zones", () => {
    const early = look("2026-03-04T12:00:00+02:00");
    const late = look("2026-03-04T11:00:00Z");
    expect(sortOldest([late, early])).toEqual([early, late]);
  });

  it("say who dismissed: the decision that stands", () => {
    expect(findDismissal(look("", "d2"))?.id).toBe("d2");
    expect(findDismissal(look("", "gone"))).toBe(null);
  });

  it("lead to the alarm", () => {
    expect(toAlarm("i1", "a1")).toBe("/inspections/i1?alarm=a1");
  });
});
