import { describe, expect, it } from "vitest";
import { changeQuery, pick, readAnswer, writeAddress } from "./query";

describe("addresses with a query", () => {
  it("leave out what is empty", () => {
    expect(writeAddress("/history", { lane: "north", search: "" })).toBe("/history?lane=north");
    expect(writeAddress("/history", { lane: "" })).toBe("/history");
  });

  it("keep signs that mean something in addresses", () => {
    const address = writeAddress("/log", { actor: "lane:a b&c=d", subject: "é%" });
    const read = Object.fromEntries(new URL(address, "http://here").searchParams);
    expect(read).toEqual({ actor: "lane:a b&c=d", subject: "é%" });
  });

  it("change in part alone", () => {
    const changed = changeQuery({ lane: "north", state: "open" }, { state: "" });
    expect(writeAddress("", changed)).toBe("?lane=north");
  });
});

describe("what an address states", () => {
  it("counts where it is known, and else is the first", () => {
    expect(pick("b", ["a", "b"])).toBe("b");
    expect(pick("x", ["a", "b"])).toBe("a");
    expect(pick(undefined, ["a", "b"])).toBe("a");
  });

  it("is yes, no, or neither", () => {
    expect(["yes", "no", "", "true", undefined].map(readAnswer)).toEqual([
      true,
      false,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
