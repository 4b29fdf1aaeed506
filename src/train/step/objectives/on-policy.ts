/**
 * A teacher's divergence on what the model writes itself, and not on text alone (Agarwal et al. 2024, GKD,
 * https://arxiv.org/abs/2306.13649): what it would go wrong at on its own is what it hears about. A share of the batches keeps
 * the beginning of each window and has the rest written by the weights of that moment; there the divergence on what was written
 * is the loss. The others are text, with the next token's loss beside it, as `kl` has it.
 *
 * What it costs: a batch that is written takes a token at a time, and a copy of the weights meanwhile. Of the size "tiny" (4096
 * ids, 16 windows of 128 tokens, half of each written, processor time of one thread of a busy machine) an update on one took six
 * times that of the next token alone, where `kl` takes 1.7; hence the share.
 */
import * as z from "zod";
import { check } from "../checks.js";
import type { Objective } from "../objective.js";
import type { Feeds } from "../types.js";
import { ownWriting } from "./own-writing.js";
import { checkPositive, checkWeights, predictions, taught } from "./taught.js";
import { BASE, teacherOption } from "./teacher.js";

export interface OnPolicyOptions {
  /** A model's folder, relative to the recipe's own; defaults to "base", the model that the run begins from. */
  teacher?: string;
  /** Of the divergence, where the next token's loss counts 1; defaults to 1. */
  weight?: number;
  /** Batches that are written, of all; defaults to 0.25. */
  share?: number;
  /** Part of each window that is kept; defaults to 0.5. */
  prompt?: number;
  /** At which is written; defaults to 1, 0 takes the likeliest. */
  temperature?: number;
  /** "forward", Σ q log q/p with q the teacher's, or "reverse", Σ p log p/q (the default). */
  direction?: "forward" | "reverse";
}

const share = z.number().gt(0).max(1);

export const onPolicyOptions = z.strictObject({
  teacher: teacherOption.optional(),
  weight: z.number().gt(0).optional(),
  share: share.optional(),
  prompt: z.number().gt(0).lt(1).optional(),
  temperature: z.number().min(0).optional(),
  direction: z.enum(["forward", "reverse"]).optional(),
});

export function onPolicy(options: OnPolicyOptions = {}): Objective {
  const { teacher = BASE, weight = 1, share = 0.25, prompt = 0.5, temperature = 1, direction = "reverse" } = options;
  checkPositive("onPolicy", { weight });
  checkWeights("onPolicy", { temperature });
  check("onPolicy", "share", share, share > 0 && share <= 1);
  check("onPolicy", "prompt", prompt, prompt > 0 && prompt < 1);
  return taught({
    name: "on-policy",
    options: { teacher, weight, share, prompt, temperature, direction },
    weights: () => ({ crossEntropy: 1, taught: weight }),
    ...predictions({ temperature: 1, direction }),
    writer({ reads }, { model: { config, tokenizer }, leaves }) {
      // What the teacher cannot read it has no opinion on.
      const ids = Math.min(reads, tokenizer.size);
      return ({ engine, batch, context, rng }) => {
        const kept = Math.max(1, Math.min(context, Math.round(prompt * context)));
        const writing = ownWriting({ engine, config, leaves, batch, context, prompt: kept, temperature, ids });
        // What was kept is no one's writing; what follows it counts as if it were all.
        const counted = Float32Array.from({ length: batch * context }, (_, i) =>
          i % context >= kept - 1 ? context / (context - kept + 1) : 0,
        );
        return {
          async write({ state, feeds, domains, step }) {
            const next: Feeds[] = [];
            for (const [i, fed] of feeds.entries()) {
              const draws = rng.fork(`${step}.${i}`);
              if (draws.uniform() >= share) {
                next.push(fed);
                continue;
              }
              const drawn = { tokens: fed.tokens as Int32Array, domains: domains.slice(i * batch, (i + 1) * batch) };
              const tokens = await writing.write(state, { ...drawn, rng: draws });
              next.push({ ...fed, tokens, counted, crossEntropyWeight: Float32Array.of(0) });
            }
            return next;
          },
          dispose: () => writing.dispose(),
        };
      };
    },
  });
}
