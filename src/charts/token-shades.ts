/** What shades the tokens of a text: a number of each (its loss, how that changed), or a word (its language). */
import { inkOn, type ShadeScale, shading } from "./shades.js";
import { distinct, type Rows, rowsOf } from "./rows.js";

export interface ShadedToken {
  /** As a reader sees it. */
  token: string;
  /** A token without a number (NaN) or a word ("") stays white. */
  value: number | string;
}

export interface TokenViewOptions {
  /** In order. */
  tokens: Rows<ShadedToken>;
  /** What the values are, with their unit, e.g. "Loss (bits)". */
  value: string;
  /** Defaults to "diverging" where there are numbers on both sides of 0. */
  scale?: ShadeScale;
  /** Digits after the point; defaults to 2. */
  digits?: number;
  title?: string;
}

export interface TokenShades {
  /** Framed are those below 0 where there are numbers on both sides: grey print would not tell orange from blue. */
  tokens: { token: string; fill: string; ink: string; said: string; framed: boolean }[];
  /** What the shades mean. */
  caption: string;
  /** Words with their fills; none where values are numbers. */
  words: { word: string; fill: string }[];
}

const white = "#ffffff";
/** They differ in lightness too, from one to the next. */
const fills = ["#cfe2f1", "#e9a46c", "#4f8f78", "#f3dce9", "#8c86b8", "#3b4654"];

export function tokenShades(caller: string, options: TokenViewOptions): TokenShades {
  const { value: what, scale, digits = 2 } = options;
  const tokens = rowsOf(caller, options.tokens, [], ["token", "value"]);
  const kinds = distinct(tokens.map(({ value }) => typeof value));
  if (!(kinds.length === 1 && /^(number|string)$/.test(kinds[0]!)))
    throw new Error(`${caller}: invalid value: ${kinds.join(" and ")} (a number of each token, or a word of each)`);
  if (kinds[0] === "string") {
    const words = distinct(tokens.map(({ value }) => value as string)).filter(Boolean);
    if (words.length > fills.length)
      throw new Error(`${caller}: invalid value: ${words.length} different words (${fills.length} at most)`);
    const fillOf = (word: string): string => (word ? fills[words.indexOf(word)]! : white);
    return {
      tokens: tokens.map(({ token, value }) => {
        const fill = fillOf(value as string);
        return { token, fill, ink: inkOn(fill), said: value as string, framed: false };
      }),
      caption: what,
      words: words.map((word) => ({ word, fill: fillOf(word) })),
    };
  }
  const numbers = tokens.map(({ value }) => value as number).filter(Number.isFinite);
  if (numbers.length === 0) throw new Error(`${caller}: invalid value: not one is a number`);
  const shades = shading(numbers, { scale });
  const both = shades.scale === "diverging";
  const write = (value: number): string => value.toFixed(digits).replace("-", "−");
  return {
    tokens: tokens.map((row) => {
      const value = row.value as number;
      const known = Number.isFinite(value);
      const fill = known ? shades.fill(value) : white;
      const said = known ? write(value) : "";
      // What is written as 0 has no sign.
      return { token: row.token, fill, ink: inkOn(fill), said, framed: both && value < 0 && /[1-9]/.test(said) };
    }),
    caption: `${what}: ${shades.words(write)}${both ? "; framed: below 0" : ""}`,
    words: [],
  };
}
