import { describe, expect, it } from "vitest";
import { Looking } from "./looking";

describe("what is held", () => {
  it("is given back when it is let go", () => {
    const looking = new Looking("dual");
    const hatch = looking.hold("hatch");
    hatch.begin();
    expect(looking.look.value.hatch).toBe(0);
    hatch.end();
    expect(looking.look.value.hatch).toBe(1);
  });

  it("stays plain where the plain image was asked for meanwhile", () => {
    const looking = new Looking("dual");
    const [hatch, invert] = [looking.hold("hatch"), looking.hold("invert")];
    hatch.begin();
    invert.begin();
    looking.reset();
    hatch.end();
    invert.end();
    expect(looking.isPlain).toBe(true);
  });
});
