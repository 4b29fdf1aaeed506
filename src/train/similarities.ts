/**
 * How alike domains or languages are, pair by pair, as columns that may explain what carries over from one to another: scripts, tokens
 * of the model's own tokenizer, runs of three characters, and the model's states. `measure.regress` asks which of them does,
 * `measure.alikeBy` makes an order of them. Features of grammar and sounds come from elsewhere: `measure.featureDistance`.
 */
import { cka, countsOf, gramsOf, overlap, scriptsOf } from "../measure/index.js";
import type { LanguageModel } from "../types.js";
import type { ReadingOptions } from "./inside/reading.js";
import { statesOf } from "./inside/states.js";
import { byName, type Texts } from "./text.js";

export interface SimilaritiesOptions extends Pick<ReadingOptions, "batch" | "engine" | "signal" | "onProgress"> {
  /** Text by domain, of which the train parts are compared; held-out parts where there are none. */
  on: Texts;
  /** Documents of each, the first; defaults to 200. */
  documents?: number;
  /** Of these, how many the model reads; defaults to 64, and 0 leaves states out. */
  read?: number;
  /** Whose states are compared; defaults to the one in the middle. */
  layer?: number;
  /** Whether the i-th documents of all say the same: then `cka` is among the columns. Defaults to false. */
  aligned?: boolean;
}

/** Of two domains, both ways round, since not all columns are the same both ways. All but `divergence` grow with likeness. */
export interface SimilarityRow {
  a: string;
  b: string;
  /** 1 where most letters of both are of one script, else 0. */
  sameScript: number;
  /** Σ min of the shares of scripts. */
  scripts: number;
  /** Jaccard index of the tokens that occur. */
  types: number;
  /** Share of b's running tokens that occur in a too: what somebody who knows a has seen of b. */
  running: number;
  /** Σ min of the shares of tokens. */
  tokens: number;
  /** Jensen–Shannon divergence of the tokens, bits. */
  divergence: number;
  /** Cosine of the counts of runs of three characters. */
  grams: number;
  /** Cosine of the mean states, which all have a part in common; null where states are left out. */
  states: number | null;
  /** Debiased linear CKA of the states, text by text; null where texts are not aligned. */
  cka: number | null;
}

export async function similarities(model: LanguageModel, options: SimilaritiesOptions): Promise<SimilarityRow[]> {
  const { on, documents = 200, read = 64, aligned = false, ...reading } = options;
  const { layer = Math.round(model.config.layers / 2) } = options;
  if (!(Number.isInteger(documents) && documents >= 1))
    throw new Error(`similarities: invalid documents: ${documents} (a whole number from 1)`);
  if (!(Number.isInteger(read) && read >= 0 && (read >= 4 || !aligned)))
    throw new Error(`similarities: invalid read: ${read} (a whole number from 0; from 4 of aligned texts)`);
  const domains = [];
  for (const [name, { train, heldOut }] of Object.entries(byName(on))) {
    const texts = (train.length > 0 ? train : heldOut).filter((text) => text !== "").slice(0, documents);
    if (texts.length === 0) throw new Error(`similarities: invalid on: ${name} has no text`);
    const ids = await model.tokenizer.encodeBatch(texts);
    const states =
      read === 0 ? undefined : await statesOf(model, { ...reading, texts: texts.slice(0, read), layers: [layer] });
    domains.push({
      name,
      tokens: countsOf(ids.flat()),
      scripts: scriptsOf(texts),
      grams: gramsOf({ texts }),
      states: states?.layers[0]!.states,
    });
  }
  const rows: SimilarityRow[] = [];
  for (const a of domains)
    for (const b of domains) {
      if (a === b) continue;
      const tokens = overlap({ a: a.tokens, b: b.tokens });
      const scripts = a.scripts.size > 0 && b.scripts.size > 0 && overlap({ a: a.scripts, b: b.scripts });
      rows.push({
        a: a.name,
        b: b.name,
        sameScript: Number(scripts && scripts.sameFirst),
        scripts: scripts ? scripts.least : 0,
        types: tokens.types,
        running: tokens.bInA,
        tokens: tokens.least,
        divergence: tokens.divergence,
        grams: overlap({ a: a.grams, b: b.grams }).cosine,
        states: a.states && b.states ? cosine(meanOf(a.states), meanOf(b.states)) : null,
        cka: aligned && a.states && b.states ? await cka({ a: a.states, b: b.states }) : null,
      });
    }
  return rows;
}

function meanOf({ shape, data }: { shape: readonly number[]; data: Float32Array }): Float64Array {
  const [rows, width] = shape as [number, number];
  const mean = new Float64Array(width);
  data.forEach((value, i) => (mean[i % width]! += value / rows));
  return mean;
}

function cosine(a: Float64Array, b: Float64Array): number {
  let [product, ofA, ofB] = [0, 0, 0];
  a.forEach((x, i) => {
    product += x * b[i]!;
    ofA += x * x;
    ofB += b[i]! ** 2;
  });
  return product / Math.sqrt(ofA * ofB);
}
