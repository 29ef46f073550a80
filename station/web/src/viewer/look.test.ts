import { describe, expect, it } from "vitest";
import { dragWindow, plainLook, sweepWindow } from "./look";

const plain = plainLook("dual");

describe("a window", () => {
  it("gets narrower to the right, around its middle", () => {
    const { low, high } = dragWindow(plain, [0.5, 0], "dual");
    expect(high - low).toBeCloseTo((plain.high - plain.low) / 2);
    expect(low + high).toBeCloseTo(plain.low + plain.high);
  });

  it("goes to what is thicker upwards", () => {
    const { low, high } = dragWindow(plain, [0, 0.5], "dual");
    expect(high - low).toBeCloseTo(plain.high - plain.low);
    expect(low).toBeGreaterThan(plain.low);
  });

  it("is never empty, never upside down, never out of reach", () => {
    let look = plain;
    for (let step = 0; step < 50; step += 1) look = dragWindow(look, [1, 1], "dual");
    expect(look.high).toBeGreaterThan(look.low);
    expect((look.low + look.high) / 2).toBeLessThanOrEqual(12);
    for (let step = 0; step < 50; step += 1) look = dragWindow(look, [-1, -1], "dual");
    expect(look.high - look.low).toBeLessThanOrEqual(24);
  });

  it("sweeps from thin to thick", () => {
    const [thin, thick] = [sweepWindow(0, "dual"), sweepWindow(1, "dual")];
    expect(thick.low).toBeGreaterThan(thin.high);
  });

  it("of a picture shows its brightest at the end of a sweep, in grey", () => {
    const { low, high } = sweepWindow(1, "display");
    expect(low).toBeGreaterThan(0.5);
    expect(high).toBeGreaterThan(1);
  });
});
