import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, it } from "vitest";
import { en, type Key } from "./en";
import { es } from "./es";
import { fr } from "./fr";
import { nl } from "./nl";

const LANGUAGES = { en, es, fr, nl };

/** Words that would say that a container holds nothing, by language. */
const BANNED: Record<keyof typeof LANGUAGES, string> = {
  en: "clear|cleared|safe|clean",
  es: "segur[oa]s?|despejad[oa]s?|limpi[oa]s?",
  fr: "sûre?s?|sans danger|sains?|saines?|rien à signaler",
  nl: "veilige?|schone?|schoon",
};

/** Four words in a row: longer than what languages may have in common. */
const SENTENCE = /\p{L}+ \p{L}+ \p{L}+ \p{L}+/u;

/** What `getAst` numbers the kinds of parts that are told apart here. */
const LITERAL = 0;
const SELECT = 5;

type Part = ReturnType<IntlMessageFormat["getAst"]>[number];

function parse(tag: string, text: string): Part[] {
  return new IntlMessageFormat(text, tag, undefined, { ignoreTag: true }).getAst();
}

function nameArgument(part: Part): string[] {
  if (part.type === LITERAL || !("value" in part)) return [];
  const percent = "style" in part && part.style === "percent";
  const branches = part.type === SELECT ? ` of ${Object.keys(part.options).sort()}` : "";
  return [`${part.value}${percent ? " in percent" : ""}${branches}`];
}

/** What parts take: arguments, which of them in percent, and what is selected by. */
function* nameArguments(parts: Part[]): Generator<string> {
  for (const part of parts) {
    yield* nameArgument(part);
    const branches = "options" in part ? Object.values(part.options) : [];
    for (const branch of branches) yield* nameArguments(branch.value);
  }
}

function listArguments(tag: string, text: string): string[] {
  return [...new Set(nameArguments(parse(tag, text)))].sort();
}

describe.each(Object.entries(LANGUAGES))("the texts in %s", (tag, texts) => {
  const all = Object.entries(texts) as [Key, string][];

  it("can all be read, and take what the English ones take", () => {
    const taken = all.map(([key, text]) => [key, listArguments(tag, text)]);
    const wanted = all.map(([key]) => [key, listArguments("en", en[key])]);
    expect(taken).toEqual(wanted);
  });

  it("have the keys of the English ones", () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(en).sort());
  });

  it("never say that a container holds nothing", () => {
    const words = BANNED[tag as keyof typeof LANGUAGES];
    const banned = new RegExp(`(?<!\\p{L})(${words})(?!\\p{L})`, "iu");
    expect(all.filter(([, text]) => banned.test(text))).toEqual([]);
  });

  it("ask where the English ones ask", () => {
    const asks = (text: string) => text.trimEnd().endsWith("?");
    expect(all.filter(([key, text]) => asks(text) !== asks(en[key]))).toEqual([]);
  });

  it.skipIf(tag === "en")("are no English sentences", () => {
    const same = all.filter(([key, text]) => text === en[key] && SENTENCE.test(text));
    expect(same.filter(([key]) => !key.endsWith("_command"))).toEqual([]);
  });
});
