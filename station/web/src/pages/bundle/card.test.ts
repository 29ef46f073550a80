import type { ComponentChildren, VNode } from "preact";
import { describe, expect, it } from "vitest";
import { renderCard } from "./card";

/** All elements and words of what is drawn. */
function walk(children: ComponentChildren): { types: string[]; words: string; props: string[] } {
  const found = { types: [] as string[], words: "", props: [] as string[] };
  const visit = (child: ComponentChildren): void => {
    if (Array.isArray(child)) {
      for (const each of child) visit(each);
    } else if (typeof child === "object" && child !== null) {
      const node = child as VNode<Record<string, unknown>>;
      found.types.push(String(node.type));
      found.props.push(...Object.keys(node.props).filter((name) => name !== "children"));
      visit(node.props.children as ComponentChildren);
    } else if (child !== null && child !== undefined && child !== false) {
      found.words += String(child);
    }
  };
  visit(children);
  return found;
}

describe("a card", () => {
  it("shows HTML as it is written, never as elements", () => {
    const drawn = walk(renderCard('# A <b>x</b>\n\n<script>alert(1)</script>\n\n<img src="x">'));
    expect(drawn.types).toEqual(["h3"]);
    expect(drawn.words).toContain("<script>alert(1)</script>");
    expect(drawn.words).toContain("A <b>x</b>");
    expect(drawn.props).toEqual([]);
  });

  it("follows no link and loads no picture, but says where they lead", () => {
    const drawn = walk(
      renderCard("[go](javascript:alert(1)) ![p](http://x.test/p.png) <http://y.test>"),
    );
    expect(drawn.types).not.toContain("a");
    expect(drawn.types).not.toContain("img");
    expect(drawn.words).toContain("go (javascript:alert(1))");
    expect(drawn.words).toContain("p (http://x.test/p.png)");
    expect(drawn.props).toEqual([]);
  });

  it("keeps lists, emphasis, code and tables", () => {
    const drawn = walk(renderCard("## B\n\n- **one** `a<b`\n- two\n\n|x|y|\n|-|-|\n|1|2|\n"));
    expect(drawn.types).toEqual(
      expect.arrayContaining(["h4", "ul", "li", "strong", "code", "table", "th", "td"]),
    );
    expect(drawn.words).toContain("a<b");
  });

  it("reads entities as characters, once", () => {
    expect(walk(renderCard("a &amp; b &lt;i&gt; &amp;lt;")).words).toBe("a & b <i> &lt;");
  });
});
