/**
 * Whether a model copies what stands before it in the same window: ids drawn evenly from the tokenizer's text tokens, twice, and
 * the loss of the second copy from its second token on (Olsson et al. 2022, https://arxiv.org/abs/2209.11895). Beside it the loss
 * of the same tokens in another order than the first copy's, which knows as much of what occurs and nothing of what follows.
 */
import { meanOf } from "../../../measure/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { Tokenizer } from "../../../types.js";
import type { Seeded } from "./generated.js";
import type { Probe } from "./types.js";

export interface InductionOptions extends Seeded {
  /** Ids of a copy; defaults to half the context, 64 at most. */
  length?: number;
  /** Defaults to 8. */
  items?: number;
}

/** Scores in nats per token: `loss` of the copy, `shuffled` of the other order, `gain` their difference. */
export function induction({ length, items = 8, seed = 1 }: InductionOptions = {}): Probe {
  const check = (name: string, value: number, from: number): void => {
    if (!(Number.isInteger(value) && value >= from))
      throw new Error(`induction: invalid ${name}: ${value} (a whole number from ${from})`);
  };
  check("items", items, 1);
  if (length !== undefined) check("length", length, 2);
  return made({
    name: "induction",
    options: { length, items, seed },
    begin({ model: { tokenizer }, context, prefix }) {
      const room = Math.floor(context / 2);
      const each = length ?? Math.min(64, room);
      if (!(each >= 2 && each <= room))
        throw new Error(`induction: invalid length: ${each} (2 to ${room}, half the context)`);
      const ids = textIds(tokenizer);
      const draws = rng(seed).fork("induction");
      const asked = Array.from({ length: items }, () => {
        const first = Array.from({ length: each }, () => ids[draws.int(ids.length)]!);
        return [first, draws.shuffle([...first])].map(([head, ...rest]) => ({
          context: [prefix, ...first, head!],
          scored: rest,
        }));
      });
      const name = "induction";
      return {
        tasks: [{ name, type: "ids", items: asked.flat(), metrics: ["loss"] }],
        scores({ items: { [name]: found } }) {
          const losses = found!.map(({ logLikelihoods: [sum] }) => -sum! / (each - 1));
          const [copy, other] = [0, 1].map((which) => losses.filter((_, i) => i % 2 === which)) as [number[], number[]];
          const gain = other.map((loss, i) => loss - copy[i]!);
          return Object.entries({ loss: copy, shuffled: other, gain }).map(([metric, values]) => ({
            task: name,
            metric,
            ...meanOf(values),
            items,
          }));
        },
      };
    },
  });
}

/** Of tokens that texts are made of, and not of special ones. */
export function textIds(tokenizer: Tokenizer): number[] {
  const { added_tokens: added = [] } = tokenizer.json as { added_tokens?: { id: number; special?: boolean }[] };
  const special = new Set(added.flatMap(({ id, special }) => (special ? [id] : [])));
  special.add(tokenizer.endOfText);
  return Array.from({ length: tokenizer.size }, (_, id) => id).filter(
    (id) => !special.has(id) && tokenizer.tokenOf(id) !== undefined,
  );
}
