import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, it } from "vitest";
import { deciding } from "../texts/en/deciding";

const all = Object.entries(deciding);

describe("the texts of the panel", () => {
  it.each(all)("%s is a message that can be read", (_, text) => {
    expect(() => new IntlMessageFormat(text, "en", undefined, { ignoreTag: true })).not.toThrow();
  });

  it("never say that a container holds nothing", () => {
    const said = all.filter(([, text]) => /\b(clear|cleared|safe|no threat|clean)\b/i.test(text));
    expect(said).toEqual([]);
  });
});
