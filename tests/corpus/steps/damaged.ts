/** Real text of many kinds, most of it damaged: what rules of quality are compared on, so that each of them finds something. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findPackage } from "../../../src/corpus/sources/packages.js";
import { packageText } from "../../../src/corpus/sources/packages.js";
import { declaration, declarationLanguages } from "../../../src/corpus/sources/declaration.js";
import type { Rng } from "../../../src/rng.js";

const root = join(__dirname, "../../..");

/** English pages of LibreOffice Help where the cache has them, read-me files of packages, and code. */
export function realTexts(): string[] {
  const help = join(process.env.PALIMPSEST_CACHE ?? join(root, ".cache"), "corpora/libreoffice-help/en.jsonl");
  const pages = existsSync(help) ? readFileSync(help, "utf8").trimEnd().split("\n").slice(1) : [];
  const packages = readdirSync(join(root, "node_modules")).map((name) => join(root, "node_modules", name, "README.md"));
  const code = readdirSync(join(root, "src/corpus")).map((name) => join(root, "src/corpus", name));
  return [
    ...pages.map((line) => (JSON.parse(line) as { text: string }).text),
    ...[...packages, ...code].filter((file) => /\.(md|ts)$/.test(file) && existsSync(file)).map(packageText),
  ];
}

/** One UDHR in each of these languages, by language. */
export function declarations(languages: readonly string[]): Record<string, string> {
  const folder = join(findPackage("udhr")!.folder, "declaration");
  const pages = declarationLanguages(folder);
  return Object.fromEntries(
    languages.map((language) => [
      language,
      declaration(folder, pages[language]!)
        .map(({ text }) => text)
        .join("\n"),
    ]),
  );
}

type Damage = (text: string, rng: Rng) => string;

const someLines =
  (change: (line: string, rng: Rng) => string): Damage =>
  (text, rng) => {
    const share = rng.uniform();
    return text
      .split("\n")
      .map((line) => (rng.uniform() < share ? change(line, rng) : line))
      .join("\n");
  };
const pick = <T>(items: readonly T[], rng: Rng): T => items[rng.int(items.length)]!;
const inserted =
  (pieces: readonly string[]): Damage =>
  (text, rng) => {
    const at = rng.int(text.length + 1);
    return text.slice(0, at) + pick(pieces, rng) + text.slice(at);
  };
const often =
  (damage: Damage, most: number): Damage =>
  (text, rng) => {
    for (let i = rng.int(most); i >= 0; i--) text = damage(text, rng);
    return text;
  };

const policy = [
  "terms of use",
  "Privacy Policy.",
  "we use cookies.",
  "JavaScript must be on.",
  "Lorem ipsum dolor sit.",
];
const odd = [
  "\u0085",
  "\x1c",
  "\ufeff",
  "\u2028",
  "\u00a0",
  "\u3000",
  "😀",
  "🥲",
  "ßẞ",
  "\u200d",
  "e\u0301",
  "\0",
  "\r",
  "\t",
  "  ",
  "…",
  "……",
  "։",
  "।",
  "。",
  "１",
  "’’",
  "¯\\(ツ)/¯",
  "http://a.example/b?c=d.",
];

export const damages: Record<string, Damage> = {
  none: (text) => text,
  "no brackets": (text) => text.replace(/[{}]/g, ""),
  stops: someLines((line, rng) => `${line.replace(/[{}]/g, "")}${pick([".", "!", "?", '."', "...", "…", "。"], rng)}`),
  "many stops": (text) =>
    text.replace(/[{}]/g, "").replace(/(\w) (?=\w+ \w+)/g, (all, letter, at) => (at % 7 ? all : `${letter}. `)),
  bullets: someLines((line, rng) => `${pick(["- ", "• ", "  -", "\u00a0•"], rng)}${line}`),
  ellipses: someLines((line, rng) => `${line}${pick(["...", "…", "... "], rng)}`),
  hashes: often(inserted(["#", "##", " # ", "#hash"]), 60),
  dots: often(inserted(["...", "…", "....", "......"]), 60),
  digits: someLines((line) => line.replace(/\p{L}/gu, "7")),
  numbers: often(inserted([" 1 2 3 4 5 6 7 8 9 ", " 10.5 ; ( ) ", " % $ 12 "]), 40),
  lines: someLines((line) => `${line}\n${line}`),
  line: (text, rng) => `${text}\n${`${pick(text.split("\n"), rng)}\n`.repeat(rng.int(12))}`,
  paragraphs: (text, rng) =>
    text.replace(/\n/g, "\n\n") + `\n\n${text.slice(0, 400 + rng.int(600))}`.repeat(rng.int(3)),
  paragraph: (text, rng) => `${text}\n\n${`${text.slice(0, 30 + rng.int(60))}\n\n`.repeat(rng.int(8))}`,
  phrase: (text, rng) => {
    const words = text.split(" ");
    const from = rng.int(words.length);
    const phrase = words.slice(from, from + 2 + rng.int(12)).join(" ");
    return `${text} ${`${phrase} `.repeat(rng.int(14))}`;
  },
  halves: (text, rng) => `${text} ${text.slice(0, rng.int(text.length))}`.replace(/[{}]/g, ""),
  short: (text, rng) => text.slice(0, rng.int(320)),
  "short lines": (text) => text.replace(/(\S+ \S+) /g, "$1\n"),
  "long words": someLines((line) => line.replaceAll(" ", "-")),
  "one word": (text, rng) => text.replaceAll(" ", "x").slice(0, 900 + rng.int(300)),
  letters: (text) => text.replace(/\S+/g, (word) => word[0]!),
  "no stops": (text) => text.replace(/\b(the|be|to|of|and|that|have|with)\b/g, "ja"),
  policy: often(inserted(policy), 4),
  citations: often(inserted(["[1]", "[edit]", "[citation needed]", " [] ", "[٣]"]), 8),
  odd: often(inserted(odd), 12),
  shuffled: (text, rng) => rng.shuffle(text.split(" ")).join(" "),
  "line ends": (text, rng) => text.replaceAll("\n", pick(["\r\n", "\r", "\u2028", "\x0b", "\n \n", "\n\n\n"], rng)),
  empty: (_, rng) => pick(["", " ", "\n\n", "...", "\ufeff", "a"], rng),
};

/** Passages of texts, most with one or two kinds of damage; the same draws give the same. */
export function damagedTexts({ texts, count, rng }: { texts: readonly string[]; count: number; rng: Rng }): string[] {
  const kinds = Object.values(damages);
  return Array.from({ length: count }, () => {
    const lines = pick(texts, rng).split("\n");
    const from = rng.int(lines.length);
    let text = lines.slice(rng.uniform() < 0.5 ? 0 : from, from + 1 + rng.int(120)).join("\n");
    for (let i = rng.int(3); i >= 0; i--) text = pick(kinds, rng)(text, rng);
    return text.replace(/\p{Surrogate}/gu, "\ufffd");
  });
}
