/** Models small enough to write into JSON, over vocabularies that share their beginning. */
import { configOf, init } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, Tokenizer } from "../../src/types.js";

/** The first `size` tokens of one made-up vocabulary; 0 is special, 1 is added and not special. */
export const tokens = (size: number, rename: Record<number, string> = {}): Tokenizer =>
  tokensCalled(Array.from({ length: size }, (_, id) => rename[id] ?? `t${id}`));

/** In this order. */
export function tokensCalled(names: string[]): Tokenizer {
  const { length: size } = names;
  const added = [0, 1].map((id) => ({ id, content: names[id], special: id === 0 }));
  return {
    json: { added_tokens: added },
    size,
    endOfText: 0,
    tokenOf: (id: number) => names[id],
    bytesOf: (id: number) => Buffer.from(names[id]!),
    idOf: (token: string) => (names.includes(token) ? names.indexOf(token) : undefined),
  } as Partial<Tokenizer> as Tokenizer;
}

/** Random weights; `rows` may be more than the tokenizer has. */
export function model(
  seed: number,
  tokenizer: Tokenizer,
  fields: { tied?: boolean; layers?: number; rows?: number } = {},
) {
  const { tied = false, layers = 5, rows = tokenizer.size } = fields;
  const shape = { width: 4, heads: 2, kvHeads: 1, ffn: 4, context: 4, layers, tied };
  const config = configOf({ size: "nano", vocabSize: rows, ...shape });
  const weights = init({ config, rng: rng(seed) });
  // Norms are all one at the start, and so alike in every model.
  const draw = rng(seed).fork("norms");
  for (const { shape: of, data } of Object.values(weights))
    if (of.length === 1) data.forEach((_, i) => (data[i] = draw.normal()));
  return { config, weights, tokenizer } satisfies LanguageModel;
}
