import { describe, expect, it, vi } from "vitest";
import type { EntryMessage } from "../../live/socket";
import { en } from "../../texts/en";
import * as asking from "./asking";
import * as kinds from "./kinds";
import * as payload from "./payload";

vi.hoisted(() => {
  vi.stubGlobal("location", { origin: "http://here" });
  vi.stubGlobal("localStorage", { getItem: () => null });
});

const ENTRY: EntryMessage = {
  type: "entry",
  seq: 7,
  made: "2026-03-04T12:00:00.000001+00:00",
  kind: "alarm.decided",
  actor: "op-4",
  subject: "f00",
  payload: {},
};

describe("kinds of entries", () => {
  it("have words, all of them", () => {
    const all = kinds.ABOUT.flatMap((about) => [`about.${about}`, ...listKeys(about)]);
    expect(all.filter((key) => !(key in en))).toEqual([]);
  });

  it("are all that there are words for", () => {
    const known = kinds.ABOUT.flatMap(listKeys);
    const said = Object.keys(en).filter((key) => key.startsWith("kind."));
    expect(said.filter((key) => !known.includes(key))).toEqual([]);
  });

  function listKeys(about: Parameters<typeof kinds.listKinds>[0]): string[] {
    return kinds.listKinds(about).map((kind) => `kind.${kind}`);
  }
});

describe("entries that come", () => {
  it.each([
    [{}, true],
    [{ kind: "alarm." }, true],
    [{ kind: "alarm.raised" }, false],
    [{ kind: "alarm" }, false],
    [{ actor: "op-4", subject: "f00" }, true],
    [{ actor: "op" }, false],
    [{ subject: "f0" }, false],
    [{ since: "2027-01-01" }, false],
    [{ until: "2025-01-01" }, false],
    [{ since: "2026-03-02", until: "2026-03-06" }, true],
  ])("count where they are asked for: %j", (query, wanted) => {
    expect(asking.isWanted(ENTRY, query as Record<string, string>)).toBe(wanted);
  });
});

describe("an entry", () => {
  it("leads to its inspection", () => {
    const of = (kind: string, said: Record<string, unknown>) =>
      kinds.findInspection({ kind, subject: "a1", payload: said });
    expect(of("inspection.viewed", {})).toBe("a1");
    expect(of("alarm.raised", { inspection: "b2" })).toBe("b2");
    expect(of("lane.gone", {})).toBe(null);
    expect(of("scan.began", { inspection: 5 })).toBe(null);
  });

  it("says all that it holds, but what is not there", () => {
    const said = payload.sayPayload({
      said: "dismiss",
      second: false,
      replaces: null,
      novel: [1, 2.5],
    });
    expect(said).toEqual([
      { name: "Said", value: "dismiss" },
      { name: "Second word", value: "no" },
      { name: "novel", value: "1, 2.50" },
    ]);
  });

  it("is cut short where it is a hash, and only there", () => {
    expect(payload.shorten("0123456789abcdef0123456789abcdef")).toBe("0123456789ab…");
    expect(payload.shorten("a reason of many words that is long")).toBe(
      "a reason of many words that is long",
    );
  });
});
