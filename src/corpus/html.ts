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

export function parseHtml(html: string): HtmlElement {
  const root: HtmlElement = { tag: "", attributes: {}, children: [] };
  const open = [root];
  for (const [, comment, closing, name, attributes, text] of html.matchAll(
    /(<!--[^]*?-->|<![^>]*>)|<(\/?)([a-zA-Z][a-zA-Z0-9-]*)([^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*)>|([^<]+|<)/g,
  )) {
    if (comment !== undefined) continue;
    const parent = open.at(-1)!;
    if (name === undefined) parent.children.push(decode(text!));
    else if (closing) {
      const tag = name.toLowerCase();
      let at = open.length - 1;
      while (at > 0 && open[at]!.tag !== tag) at--;
      if (at > 0) open.length = at;
    } else {
      const element: HtmlElement = { tag: name.toLowerCase(), attributes: attributesOf(attributes!), children: [] };
      parent.children.push(element);
      if (!empty.has(element.tag) && !attributes!.endsWith("/")) open.push(element);
    }
  }
  return root;
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
