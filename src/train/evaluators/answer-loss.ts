/**
 * How well a model predicts what counts of held-out text: the answers and not their prompts, by the marks of the text. Windows
 * are those of bits per byte, so each answer is predicted after whatever stands before it in the text.
 */
import { type EvalWindow, evalWindows, type Shard } from "../../corpus/index.js";
import type { Program, State } from "../../engine/index.js";
import { bitsPerByte as bitsOf } from "../../measure/index.js";
import { made } from "../../registry.js";
import { domainFeeds } from "../step/domains.js";
import { evaluationStep } from "../step/step.js";
import type { Evaluator } from "./types.js";

export interface AnswerLossOptions {
  /** Gives loss and bits per byte of the whole text too, of every domain, from the same pass; defaults to false. */
  beside?: boolean;
}

/** Sums over one domain's targets. */
interface Sums {
  nats: number;
  count: number;
  bytes: number;
}

/**
 * Rows: metrics `answer-loss`, nats per token that counts, and `answer-bits-per-byte`, of every domain whose held-out part has
 * marks; both weighted as the marks are.
 */
export function answerLoss({ beside = false }: AnswerLossOptions = {}): Evaluator {
  return made({
    name: "answer-loss",
    options: beside ? { beside } : {},
    begin({ engine, model: { config }, leaves, shards, batch, context }) {
      if (config.encoder) throw new Error("answerLoss: invalid model: an encoder (it has no next tokens)");
      const { fn, signature } = evaluationStep({ config, batch, context, leaves });
      const domains = Object.entries(shards).flatMap(([domain, { heldOut: shard }]) =>
        shard && (beside || shard.counts) ? [{ domain, shard, windows: evalWindows({ shard, context }) }] : [],
      );
      let program: Program | undefined;

      async function scored(state: State, domain: string, windows: EvalWindow[], shard: Shard): Promise<[Sums, Sums]> {
        program ??= await engine.compile(fn, signature);
        const own = domainFeeds(leaves, Array<string>(batch).fill(domain));
        const [whole, answers] = [none(), none()];
        for (let at = 0; at < windows.length; at += batch) {
          const some = windows.slice(at, at + batch);
          const tokens = new Int32Array(batch * (context + 1));
          some.forEach((window, row) => tokens.set(window.tokens, row * (context + 1)));
          const { perToken } = await program.run(state, { tokens, ...own });
          some.forEach(({ start, targets, bytesAt }, row) => {
            const weights = shard.weights(start + 1, targets);
            for (let i = 0; i < targets; i++) {
              add(whole, perToken![row * context + i]!, bytesAt[i]!);
              if (weights[i]! > 0) add(answers, perToken![row * context + i]!, bytesAt[i]!, weights[i]);
            }
          });
        }
        return [whole, answers];
      }

      return {
        async evaluate(state) {
          const rows = [];
          for (const { domain, windows, shard } of domains) {
            const [whole, answers] = await scored(state, domain, windows, shard);
            if (beside) rows.push({ domain, loss: whole.nats / whole.count, bitsPerByte: bits(whole) });
            if (!shard.counts || answers.count === 0) continue;
            rows.push({ metric: "answer-loss", domain, value: answers.nats / answers.count });
            rows.push({ metric: "answer-bits-per-byte", domain, value: bits(answers) });
          }
          return rows;
        },
        async dispose() {
          await program?.dispose();
          program = undefined;
        },
      };
    },
  });
}

const none = (): Sums => ({ nats: 0, count: 0, bytes: 0 });

function add(sums: Sums, nats: number, bytes: number, weight = 1): void {
  sums.nats += weight * nats;
  sums.count += weight;
  sums.bytes += weight * bytes;
}

/** Of a diverged model, or where what counts stands for no bytes, there are none. */
const bits = ({ nats, bytes }: Sums): number => (Number.isFinite(nats) && bytes > 0 ? bitsOf({ nats, bytes }) : NaN);
