import { describe, expect, it } from "vitest";
import { findCheckDigit, findFault, splitNumbers } from "./container-number";

describe("container numbers", () => {
  it.each(["CSQU3054383", "MSKU0000109", "TGHU7599330"])("%s ends as it should", (number) => {
    expect(findFault(number)).toBeNull();
  });

  it("are told their right check digit", () => {
    expect(findCheckDigit("CSQU305438")).toBe(3);
    expect(findFault("CSQU3054384")).toEqual({ code: "container.check_digit", digit: 3 });
  });

  it("need four letters, the last U, J or Z, and seven figures", () => {
    for (const number of ["CSQX3054383", "CSQU305438", "1SQU3054383", ""]) {
      expect(findFault(number)).toEqual({ code: "container.form" });
    }
  });

  it("are read from what is typed, in any case and with dashes", () => {
    expect(splitNumbers(" csqu305438-3, MSKU0000109 ")).toEqual(["CSQU3054383", "MSKU0000109"]);
    expect(splitNumbers("  ")).toEqual([]);
  });
});
