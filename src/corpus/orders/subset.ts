/**
 * A part of the text, every window of it once an epoch: chance's choice by the seed, or the best by a score. A part of the
 * proper size for several epochs, instead of one pass over everything, is Guo et al.'s first remedy for the stability gap;
 * the best part is their second.
 */
import { type Json, made, write } from "../../registry.js";
import { rng } from "../../rng.js";
import { readyOf, type Score } from "../scores/types.js";
import { cut } from "../windows/cut.js";
import { passes } from "./passes.js";
import { ranked } from "./ranked.js";
import type { Order, OrderOptions } from "./types.js";

export interface SubsetOptions {
  /** Of the text, in (0, 1]; or else `tokens`. */
  share?: number;
  /** In whole windows, rounded down. */
  tokens?: number;
  /** The windows that are easiest by it; defaults to windows by chance. */
  score?: Score;
  /** The hardest instead; defaults to false. */
  hardestFirst?: boolean;
}

export function subset(options: SubsetOptions): Order {
  const { share, tokens, score, hardestFirst } = options;
  if ((share === undefined) === (tokens === undefined))
    throw new Error("subset: invalid share: give either share or tokens");
  if (share !== undefined && !(share > 0 && share <= 1))
    throw new Error(`subset: invalid share: ${share} (above 0, at most 1)`);
  if (hardestFirst !== undefined && !score) throw new Error("subset: invalid hardestFirst: there is no score");
  return made(
    {
      name: "subset",
      options: {
        share,
        tokens,
        score: score && (write(score) as Json),
        hardestFirst: score && (hardestFirst ?? false),
      },
      ...(score && { ready: () => readyOf(score) }),
      open(at) {
        const chosen = (score ? ranked("subset", { score, hardestFirst }, at) : byChance(at)).slice(
          0,
          sizeOf(options, at),
        );
        return passes(at, (chance) => chance.shuffle([...chosen]));
      },
    },
    ...(score ? [score] : []),
  );
}

/** In windows. */
function sizeOf({ share, tokens }: SubsetOptions, at: OrderOptions): number {
  const { count } = cut(at);
  const { length } = at.shard;
  if (tokens !== undefined && !(tokens <= length))
    throw new Error(`subset: invalid tokens: ${tokens} (the text has ${length})`);
  const size =
    tokens === undefined ? Math.round(share! * count) : Math.min(count, Math.floor(tokens / (at.context + 1)));
  if (size < 1)
    throw new Error(
      `subset: invalid ${tokens === undefined ? `share: ${share}` : `tokens: ${tokens}`} (less than one window of ${at.context + 1} tokens; the text has ${count})`,
    );
  return size;
}

const byChance = (at: OrderOptions): number[] =>
  rng(at.seed)
    .fork("subset")
    .shuffle(Array.from({ length: cut(at).count }, (_, i) => i));
