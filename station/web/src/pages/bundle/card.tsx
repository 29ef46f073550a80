import { marked, type Token, type Tokens } from "marked";
import type { ComponentChildren, VNode } from "preact";

/**
 * A card of Markdown as elements. It is not ours to trust: HTML in it is shown as it is
 * written, links and pictures as words, and nothing outside is asked for.
 */
export function renderCard(markdown: string): ComponentChildren {
  return renderAll(marked.lexer(markdown));
}

type Draw = (token: never) => ComponentChildren;

const DRAWN: Record<string, Draw> = {
  heading: (token: Tokens.Heading) => drawHeading(token),
  paragraph: (token: Tokens.Paragraph) => <p>{renderAll(token.tokens)}</p>,
  list: (token: Tokens.List) => drawList(token),
  table: (token: Tokens.Table) => drawTable(token),
  blockquote: (token: Tokens.Blockquote) => <blockquote>{renderAll(token.tokens)}</blockquote>,
  code: (token: Tokens.Code) => <pre>{token.text}</pre>,
  codespan: (token: Tokens.Codespan) => <code>{token.text}</code>,
  strong: (token: Tokens.Strong) => <strong>{renderAll(token.tokens)}</strong>,
  em: (token: Tokens.Em) => <em>{renderAll(token.tokens)}</em>,
  del: (token: Tokens.Del) => <s>{renderAll(token.tokens)}</s>,
  link: (token: Tokens.Link) => drawLink(token),
  image: (token: Tokens.Image) => <span>{`${token.text} (${token.href})`}</span>,
  text: (token: Tokens.Text) => (token.tokens ? renderAll(token.tokens) : readEntities(token.text)),
  escape: (token: Tokens.Escape) => token.text,
  checkbox: (token: Tokens.Checkbox) => (token.checked ? "☑ " : "☐ "),
  html: (token: Tokens.HTML) => token.text,
  br: () => <br />,
  hr: () => <hr />,
  space: () => null,
  def: () => null,
};

function renderAll(tokens: readonly Token[]): ComponentChildren[] {
  return tokens.map((token) => {
    const draw = DRAWN[token.type] as ((token: Token) => ComponentChildren) | undefined;
    return draw ? draw(token) : token.raw;
  });
}

/** Headings of the card lie below that of its section. */
function drawHeading(token: Tokens.Heading): VNode {
  const inside = renderAll(token.tokens);
  if (token.depth === 1) return <h3>{inside}</h3>;
  if (token.depth === 2) return <h4>{inside}</h4>;
  return <h5>{inside}</h5>;
}

function drawList(token: Tokens.List): VNode {
  const items = token.items.map((item, number) => <li key={number}>{renderAll(item.tokens)}</li>);
  return token.ordered ? <ol start={token.start || 1}>{items}</ol> : <ul>{items}</ul>;
}

function drawTable(token: Tokens.Table): VNode {
  return (
    <table class="table">
      <thead>
        <tr>{token.header.map((cell) => drawCell(cell))}</tr>
      </thead>
      <tbody>
        {token.rows.map((row, number) => (
          <tr key={number}>{row.map((cell) => drawCell(cell))}</tr>
        ))}
      </tbody>
    </table>
  );
}

function drawCell(cell: Tokens.TableCell): VNode {
  const inside = renderAll(cell.tokens);
  return cell.header ? <th scope="col">{inside}</th> : <td>{inside}</td>;
}

/** A link is not followed: its words, and where it would lead. */
function drawLink(token: Tokens.Link): ComponentChildren {
  const words = renderAll(token.tokens);
  return token.text === token.href ? words : [...words, ` (${token.href})`];
}

const NAMED: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** What Markdown writes as entities; what comes of it is a text, never an element. */
function readEntities(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => NAMED[entity] ?? entity);
}
