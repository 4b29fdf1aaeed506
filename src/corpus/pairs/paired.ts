/**
 * Two languages of an aligned corpus as one text: documents go together by their keys, and a rendering (`renderings/`) says what is made
 * of the two. Their lines may go together instead, which comes nearer to sentences and assumes that translators kept the order.
 */
import { join } from "node:path";
import type { Written } from "../../registry.js";
import { rng } from "../../rng.js";
import type { Mark, Text } from "../../types.js";
import { cacheFolder } from "../cache.js";
import { type RenderingName, renderingOf } from "../renderings/registry.js";
import type { Pair, Render, Rendered, Rendering } from "../renderings/types.js";
import { unitsOf } from "../renderings/units.js";
import type { Corpus, TextKeys } from "../types.js";

export interface PairedOptions {
  /** The two languages, in the order of a pair. */
  of: readonly [string, string];
  /** What a pair is; defaults to "document". */
  by?: "document" | "line";
  /** A row of `corpus.renderings`, with its options where it has any. Defaults to "pairs": the two as they are, for the order `pairs`. */
  as?: RenderingName | Written | Rendering;
  /** Each document with the translation of another, drawn by the seed: the same text, and no pair says the same. Defaults to false. */
  strangers?: boolean;
  /** Of the text; defaults to the two languages', joined by a hyphen. */
  name?: string;
  /** Of what is drawn; defaults to 1. */
  seed?: number;
  /** Where fetched dictionaries are kept. Defaults to the folder of fetched corpora. */
  cacheDir?: string;
  signal?: AbortSignal;
}

export interface PairedText extends Text {
  /** What the rendering counted, e.g. `{ words: 1200, replaced: 87 }`. */
  counts: Record<string, number>;
  /** Keys of the documents that stand in it, in one language or the other. */
  keys: TextKeys;
  /** Of each document for training, the stretches that the rendering replaced, as `tokenShare` takes them; absent where it replaces none. */
  replaced?: Mark[][];
}

/** Documents that only one of the two has are left out. */
export async function paired(corpus: Corpus, options: PairedOptions): Promise<PairedText> {
  const { of, by = "document", name = of.join("-"), strangers = false, seed = 1, signal } = options;
  const { cacheDir = join(cacheFolder(), "corpora") } = options;
  const [one, other] = of;
  if (!corpus.aligned)
    throw new Error(`paired: invalid corpus: ${corpus.name} (its documents are no translations of each other by key)`);
  for (const language of of)
    if (!corpus.texts[language])
      throw new Error(`paired: invalid language: ${language} (one of ${corpus.languages.join(", ")})`);
  if (one === other) throw new Error(`paired: invalid languages: ${one} and ${other} (two different ones)`);
  if (by !== "document" && by !== "line") throw new Error(`paired: invalid by: ${String(by)} (document or line)`);
  const rendering = renderingOf(options.as ?? "pairs");
  const render = await rendering.open({ languages: of, cacheDir, signal });
  const counts: Record<string, number> = {};
  const part = (which: "train" | "heldOut"): Made => {
    const whole = pairsOf(corpus, of, which);
    const all = by === "document" ? whole : whole.flatMap(linesOf);
    const some = strangers ? estranged(all, seed) : all;
    const count = (what: string, n = 1): unknown => which === "train" && (counts[what] = (counts[what] ?? 0) + n);
    return renderAll(some, { render, count, which, seed });
  };
  const [train, heldOut] = [part("train"), part("heldOut")];
  if (train.documents.length === 0)
    throw new Error(`paired: invalid languages: ${one} and ${other} (no ${by} in both)`);
  return {
    name,
    ...{ train: textsOf(train), heldOut: textsOf(heldOut) },
    ...([train, heldOut].some(({ documents }) => documents.some(({ marks }) => marks)) && {
      marks: { train: marksOf(train), heldOut: marksOf(heldOut) },
    }),
    ...(train.documents.some(({ replaced }) => replaced) && { replaced: train.documents.map(replacedOf) }),
    ...(rendering.pairs && { pairs: true }),
    ...{ counts, keys: { train: train.keys, heldOut: heldOut.keys } },
  };
}

interface Made {
  documents: Rendered[];
  keys: string[];
}

interface How {
  render: Render;
  count: (what: string, n?: number) => unknown;
  which: "train" | "heldOut";
  seed: number;
}

/** Every pair draws by its own key, so that no pair's text depends on another's. */
function renderAll(pairs: readonly Pair[], { render, count, which, seed }: How): Made {
  const keys = new Set<string>();
  const documents = pairs.flatMap((pair) => {
    const made = render(pair, {
      rng: rng(seed)
        .fork(pair.key)
        .fork(`line ${pair.line ?? 0}`),
      part: which,
      count,
    });
    if (made.length > 0) keys.add(pair.key);
    return made;
  });
  return { documents, keys: [...keys] };
}

function pairsOf({ keys, texts }: Corpus, [one, other]: PairedOptions["of"], which: "train" | "heldOut"): Pair[] {
  const theirs = new Map(keys[other]![which].map((key, i) => [key, texts[other]![which][i]!]));
  return keys[one]![which].flatMap((key, i): Pair[] => {
    const [text, translation] = [texts[one]![which][i]!, theirs.get(key)];
    if (translation === undefined) return [];
    const sides = [
      { language: one, text },
      { language: other, text: translation },
    ] as const;
    return [{ key, sides }];
  });
}

const linesOf = (pair: Pair): Pair[] =>
  unitsOf(pair, "line").flatMap(([text, translation], line): Pair[] => {
    if (text === undefined || translation === undefined) return [];
    const [one, other] = pair.sides;
    return [
      {
        key: pair.key,
        line,
        sides: [
          { ...one, text },
          { ...other, text: translation },
        ],
      },
    ];
  });

/** Each first side with the second of the next, in an order that is drawn. */
function estranged(pairs: readonly Pair[], seed: number): Pair[] {
  const order = rng(seed)
    .fork("strangers")
    .shuffle([...pairs.keys()]);
  const next = new Map(order.map((i, at) => [i, order[(at + 1) % order.length]!]));
  return pairs.map(({ sides, ...pair }, i) => ({ ...pair, sides: [sides[0], pairs[next.get(i)!]!.sides[1]] }));
}

const textsOf = ({ documents }: Made): string[] => documents.map(({ text }) => text);
const marksOf = ({ documents }: Made): Mark[][] =>
  documents.map(({ text, marks }) => marks ?? (text === "" ? [] : [{ from: 0, to: text.length, weight: 1 }]));
const replacedOf = ({ replaced = [] }: Rendered): Mark[] => replaced.map(([from, to]) => ({ from, to, weight: 1 }));
