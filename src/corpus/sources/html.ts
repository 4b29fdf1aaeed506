/**
 * Enough HTML to get the text out of generated help pages: a tree of elements, and its lines of text.
 * Not a browser's parser: no implied end tags, no scripts, no repair beyond closing what was left open.
 */
export interface HtmlElement {
  tag: string;
  attributes: Record<string, string>;
  children: (HtmlElement | string)[];
}

const empty = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]);
const blocks = new Set(
  "address article aside blockquote body br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul".split(
    " ",
  ),
);
const skipped = new Set(["script", "style", "head", "template"]);
const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** Elements stand at most this deep in others, as in browsers; what would stand deeper stands beside the deepest. */
const deepest = 512;

/** Takes time linear in the page, whatever is left open in it. */
export function parseHtml(html: string): HtmlElement {
  const root: HtmlElement = { tag: "", attributes: {}, children: [] };
  const open = [root];
  for (const piece of pieces(html)) {
    if (typeof piece === "string") open.at(-1)!.children.push(decode(piece));
    else if (piece.closing) {
      let at = open.length - 1;
      while (at > 0 && open[at]!.tag !== piece.tag) at--;
      if (at > 0) open.length = at;
    } else {
      const { tag, attributes } = piece;
      const element: HtmlElement = { tag, attributes: attributesOf(attributes), children: [] };
      if (open.length > deepest) open.length = deepest;
      open.at(-1)!.children.push(element);
      if (!empty.has(tag) && !attributes.endsWith("/")) open.push(element);
    }
  }
  return root;
}

interface Tag {
  tag: string;
  closing: boolean;
  /** As they are written. */
  attributes: string;
}

/**
 * Texts and tags as they follow each other, without comments and declarations. A `<` that opens nothing is text; where a tag
 * never ends, all that is left is text.
 */
function* pieces(html: string): Generator<string | Tag> {
  const name = /<(\/?)([a-zA-Z][a-zA-Z0-9-]*)/y;
  // Known in advance, so that nothing is looked for to the end of the page again and again.
  const [lastComment, lastDeclaration] = [html.lastIndexOf("-->"), html.lastIndexOf(">")];
  for (let at = 0; at < html.length;) {
    if (html[at] !== "<") {
      const next = html.indexOf("<", at);
      const end = next < 0 ? html.length : next;
      yield html.slice(at, end);
      at = end;
      continue;
    }
    name.lastIndex = at;
    const found = name.exec(html);
    if (found) {
      const end = tagEnd(html, name.lastIndex);
      if (end < 0) return yield html.slice(at);
      yield { tag: found[2]!.toLowerCase(), closing: found[1] !== "", attributes: html.slice(name.lastIndex, end) };
      at = end + 1;
    } else if (html.startsWith("<!--", at) && at + 4 <= lastComment) at = html.indexOf("-->", at + 4) + 3;
    else if (html.startsWith("<!", at) && at < lastDeclaration) at = html.indexOf(">", at) + 1;
    else {
      yield "<";
      at++;
    }
  }
}

/** Where the tag ends whose attributes begin at `from`: the first `>` outside quotes, or -1. */
function tagEnd(html: string, from: number): number {
  const telling = /[>"']/g;
  telling.lastIndex = from;
  for (let found = telling.exec(html); found; found = telling.exec(html)) {
    if (found[0] === ">") return found.index;
    const closed = html.indexOf(found[0], found.index + 1);
    if (closed < 0) return -1;
    telling.lastIndex = closed + 1;
  }
  return -1;
}

/** The first element, depth first, that `wanted` accepts. */
export function findElement(from: HtmlElement, wanted: (element: HtmlElement) => boolean): HtmlElement | undefined {
  for (const child of from.children) {
    if (typeof child === "string") continue;
    const found = wanted(child) ? child : findElement(child, wanted);
    if (found) return found;
  }
  return undefined;
}

/** Lines of text, one per block; newlines stay where `pre` has them. `children` may leave some of an element's children out. */
export function htmlLines(
  from: HtmlElement,
  children: (element: HtmlElement) => (HtmlElement | string)[] = (element) => element.children,
): string[] {
  let text = "";
  const walk = (element: HtmlElement, preformatted: boolean): void => {
    if (skipped.has(element.tag)) return;
    const block = blocks.has(element.tag);
    if (block) text += "\n";
    for (const child of children(element)) {
      if (typeof child !== "string") walk(child, preformatted || child.tag === "pre");
      else text += preformatted ? child : child.replace(/[\t\n\r ]+/g, " ");
    }
    if (block) text += "\n";
  };
  walk(from, from.tag === "pre");
  return text.split("\n").flatMap((line) => line.trim() || []);
}

function attributesOf(source: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, double, single, bare] of source.matchAll(
    /([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g,
  ))
    attributes[name!.toLowerCase()] = decode(double ?? single ?? bare ?? "");
  return attributes;
}

function decode(text: string): string {
  return text.replace(
    /&(?:#[xX]([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
