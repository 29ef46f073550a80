import { describe, expect, it } from "vitest";
import { draftManifest, findUnfit, toManifest } from "./manifest-facts";

const facts = { goods: "tyres", weight_kg: 18_000.5, carrier: "MSCU" };

describe("the facts of a manifest", () => {
  it("are sent whole, as those that are left out would be forgotten", () => {
    const sent = toManifest(draftManifest(facts, ["CSQU3054383"]));
    expect(sent).toEqual({
      ...facts,
      hs_code: null,
      origin: null,
      destination: null,
      seal: null,
      containers: ["CSQU3054383"],
    });
  });

  it("take a decimal comma and small letters", () => {
    const draft = { ...draftManifest(null, []), weight_kg: "18000,5", carrier: "mscu" };
    expect(findUnfit(draft)).toEqual([]);
    expect(toManifest(draft)).toMatchObject({ weight_kg: 18_000.5, carrier: "MSCU" });
  });

  it("are refused where the station would not take them", () => {
    const typed = { hs_code: "12", weight_kg: "-3", carrier: "M1", goods: "x".repeat(201) };
    const draft = { ...draftManifest(null, []), ...typed };
    expect(findUnfit(draft).sort()).toEqual(["carrier", "goods", "hs_code", "weight_kg"]);
  });
});
