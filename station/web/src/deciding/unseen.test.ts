import { describe, expect, it } from "vitest";
import type { Inspection, ScanShown } from "../live/inspection";
import { describeBlocks } from "./blocks";
import { leads, listUnseen } from "./unseen";

function makeScan(changes: Partial<ScanShown> = {}): ScanShown {
  const scan = { id: "s", view: "side", state: "looked", whole: true, kept: true, error: null };
  return { ...scan, blanks: [], leads: false, alarms: [], ...changes } as ScanShown;
}

const listCodes = (scans: Inspection["scans"]) => listUnseen({ scans }).map((one) => one.code);

describe("what could not be seen", () => {
  it("is nothing where all was looked at", () => {
    expect(listCodes([makeScan()])).toEqual([]);
  });

  it("begins with scans that nothing looked at", () => {
    const opaque = { code: "blank.opaque", facts: { share: 0.2 }, text: "" } as const;
    const scans = [makeScan({ blanks: [opaque] }), makeScan({ state: "failed", error: "why" })];
    expect(listCodes(scans)).toEqual(["deciding.unseen_failed", "blank.opaque"]);
    expect(leads({ scans })).toBe(true);
  });

  it("says that columns are missing once the scan is over, and once only", () => {
    expect(listCodes([makeScan({ whole: false, state: "receiving" })])).toEqual([]);
    expect(listCodes([makeScan({ whole: false })])).toEqual(["deciding.unseen_part"]);
    const missing = { code: "blank.missing", facts: { columns: 3 }, text: "" } as const;
    expect(listCodes([makeScan({ whole: false, blanks: [missing] })])).toEqual(["blank.missing"]);
  });
});

describe("what stands in the way", () => {
  it("is named by what it is of, with how many", () => {
    const blocks: Inspection["blocks"] = [
      { kind: "scan", ids: ["s"], text: "1 scan …" },
      { kind: "second", ids: ["a", "b"], text: "2 alarms …" },
    ];
    expect(describeBlocks(blocks)).toMatchObject([
      { text: "deciding.block_scan", count: 1, alarms: false },
      { text: "deciding.block_second", count: 2, alarms: true },
    ]);
  });
});
