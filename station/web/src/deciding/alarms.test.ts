import { describe, expect, it } from "vitest";
import type { AlarmShown, Inspection } from "../live/inspection";
import {
  chooseAlarm,
  findNextWaiting,
  findReleaseWay,
  findUndo,
  isSecondDue,
  listAlarms,
  stepFrom,
  waitsHere,
} from "./alarms";

type Decision = AlarmShown["decisions"][number];

function makeDecision(changes: Partial<Decision> = {}): Decision {
  return {
    id: "d1",
    decision: "dismiss",
    reason: "cargo",
    by: "op-1",
    mine: false,
    second: false,
    made: "2026-11-26T06:00:00Z",
    undone: null,
    ...changes,
  };
}

function makeAlarm(id: string, changes: Partial<AlarmShown> = {}): AlarmShown {
  return {
    id,
    scan: "s",
    box: [0, 0, 10, 10],
    score: 0.5,
    label: "firearm",
    coarse: false,
    drawn_by: null,
    mine: false,
    raised: "2026-11-26T06:00:00Z",
    said: null,
    standing: null,
    needs: "decision",
    decisions: [],
    ...changes,
  };
}

const decided = { said: "dismiss", standing: "d1", needs: null } as const;
const a = makeAlarm("a");
const b = makeAlarm("b", { ...decided, decisions: [makeDecision()] });
const c = makeAlarm("c");

describe("the order of alarms", () => {
  it("is that in which they were raised, over all scans", () => {
    const scans = [
      { alarms: [makeAlarm("late", { raised: "2026-11-26T06:00:01Z" })] },
      { alarms: [makeAlarm("early", { raised: "2026-11-26T06:00:00.5Z" })] },
    ] as Inspection["scans"];
    expect(listAlarms({ scans }).map((alarm) => alarm.id)).toEqual(["early", "late"]);
  });

  it("goes round and round", () => {
    expect(stepFrom([a, b, c], "c", 1)).toBe("a");
    expect(stepFrom([a, b, c], "a", -1)).toBe("c");
    expect(stepFrom([], "a", 1)).toBeNull();
  });
});

describe("the next alarm", () => {
  it("is the next one that waits, not one that was decided on", () => {
    expect(findNextWaiting([a, b, c], "a")).toBe("c");
    expect(findNextWaiting([a, b, c], "c")).toBe("a");
  });

  it("is none if only the one that is looked at waits", () => {
    expect(findNextWaiting([a, b], "a")).toBeNull();
  });

  it("is the first one that waits at the start, or the first of all", () => {
    expect(chooseAlarm([b, c], null, null)).toBe("c");
    expect(chooseAlarm([b], null, null)).toBe("b");
    expect(chooseAlarm([], "gone", null)).toBeNull();
  });

  it("is not taken from under who looks at one that waits", () => {
    expect(chooseAlarm([a, b, c], "a", new Set(["a", "b"]))).toBe("a");
  });

  it("is a new one where the one that is looked at waits for nothing", () => {
    expect(chooseAlarm([a, b, c], "b", new Set(["a", "b"]))).toBe("c");
  });

  it("stays a decided one that somebody went back to while others wait", () => {
    expect(chooseAlarm([a, b], "b", new Set(["a", "b"]))).toBe("b");
  });
});

describe("four eyes", () => {
  const waiting = { said: "dismiss", standing: "d1", needs: "second" } as const;

  it("ask for the word of somebody else than who dismissed", () => {
    const others = makeAlarm("x", { ...waiting, decisions: [makeDecision()] });
    const own = makeAlarm("y", { ...waiting, decisions: [makeDecision({ mine: true })] });
    expect([isSecondDue(others), waitsHere(others)]).toEqual([true, true]);
    expect([isSecondDue(own), waitsHere(own)]).toEqual([false, false]);
  });
});

describe("a release", () => {
  const confirmed = makeAlarm("k", { said: "confirm" });
  const unsure = makeAlarm("u", { said: "unsure", score: 0.7 });

  it("is free where nothing speaks against it", () => {
    expect(findReleaseWay([b], 0.6, "operator")).toBe("free");
  });

  it("is for a supervisor with a reason where an alarm was confirmed", () => {
    expect(findReleaseWay([b, confirmed], null, "operator")).toBe("forbidden");
    expect(findReleaseWay([b, confirmed], null, "supervisor")).toBe("reason");
  });

  it("is not free where a high score was left as unsure", () => {
    expect(findReleaseWay([unsure], 0.6, "operator")).toBe("forbidden");
    expect(findReleaseWay([unsure], 0.8, "operator")).toBe("free");
    expect(findReleaseWay([unsure], null, "operator")).toBe("free");
  });
});

describe("taking back", () => {
  it("is of one's own last decision alone", () => {
    const mine = makeAlarm("m", { ...decided, decisions: [makeDecision({ mine: true })] });
    expect(findUndo(mine)).toBe("decision");
    expect(findUndo(b)).toBeNull();
    expect(findUndo(a)).toBeNull();
  });

  it("is of an own box as long as nobody has said anything of it", () => {
    const drawn = { drawn_by: "op-1", mine: true, said: "confirm", needs: null } as const;
    expect(findUndo(makeAlarm("x", drawn))).toBe("drawn");
    const doubted = { ...drawn, standing: "d1", decisions: [makeDecision()] };
    expect(findUndo(makeAlarm("x", doubted))).toBeNull();
  });
});
