import { afterEach, describe, expect, it, vi } from "vitest";
import { bundle } from "../live/bundle";
import type { Lane } from "../live/lanes";
import { describeLane } from "./state-line";

vi.hoisted(() => {
  vi.stubGlobal("location", { origin: "http://here" });
  vi.stubGlobal("localStorage", { getItem: () => null });
});

const RUNNING = { name: "port", version: "7", signed_by: "key", device: "cpu" };

function listTroubles(changes: Partial<Lane>): number {
  const lane = { name: "north", state: "idle", behind: 0, bundle: RUNNING, ...changes } as Lane;
  return describeLane(lane).filter((fact) => fact.trouble).length;
}

afterEach(() => {
  bundle.value = null;
});

describe("the state of a lane", () => {
  it("is plain where all is as it should be", () => {
    bundle.value = { device: "cpu" } as typeof bundle.value;
    expect([listTroubles({}), listTroubles({ state: "scanning" })]).toEqual([0, 0]);
  });

  it.each(["down", "behind", "gone"])("is red where it is %s", (state) => {
    expect(listTroubles({ state })).toBe(1);
  });

  it("is red where the bundle is not signed", () => {
    expect(listTroubles({ bundle: { ...RUNNING, signed_by: null } })).toBe(1);
  });

  it("is red where the device is not the one that was asked for", () => {
    bundle.value = { device: "cuda" } as typeof bundle.value;
    expect(listTroubles({})).toBe(1);
  });

  it("is red where nothing looks, whatever else is said", () => {
    expect(listTroubles({ bundle: null })).toBe(1);
  });
});
