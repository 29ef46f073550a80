import { beforeAll, describe, expect, it, vi } from "vitest";

vi.stubGlobal("location", { origin: "http://127.0.0.1", href: "http://127.0.0.1/" });

type Troubles = typeof import("./troubles");
let found: Troubles;

beforeAll(async () => {
  found = await import("./troubles");
});

const entry = (seq: number) => ({
  seq,
  made: "2026-11-26T10:00:00Z",
  kind: "lane.gone",
  subject: "north",
  payload: {},
});

describe("troubles", () => {
  it("are told by their kind, as a whole or by its beginning", () => {
    for (const kind of ["lane.gone", "disk.full", "scan.failed", "file.refused", "number.again"]) {
      expect(found.tellsTrouble(kind)).toBe(true);
    }
    for (const kind of ["scan.finished", "alarm.raised", "login.began", "records.removed"]) {
      expect(found.tellsTrouble(kind)).toBe(false);
    }
  });

  it("are put together without doubles, the newest first", () => {
    const merged = found.merge([entry(5), entry(3)], [entry(9), entry(3)]);
    expect(merged.map((each) => each.seq)).toEqual([9, 5, 3]);
  });

  it("say what an entry holds in one line, without what is empty", () => {
    expect(found.sayPayload({ why: "no disk", free_bytes: 12, scan: null, more: "" })).toBe(
      "why: no disk · free_bytes: 12",
    );
  });
});
