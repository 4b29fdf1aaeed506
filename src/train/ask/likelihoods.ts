/**
 * Log-likelihoods of continuations after contexts, on the engine. Requests are padded to a few lengths, powers of two, so that few
 * graphs are compiled, and the head multiplies only what is scored. Which weights, is said at each call, so that a run's state
 * is scored as a folder is.
 */
import * as tf from "@tensorflow/tfjs";
import { type Engine, entries, logSoftmax, type Program, type Specs, type State } from "../../engine/index.js";
import type { Scored } from "../../measure/index.js";
import { forward, headOf, LOGITS, logitsOf } from "../../model/index.js";
import type { ModelConfig } from "../../types.js";
import { domainFeeds, domainInputs } from "../step/domains.js";
import { stateOf } from "../step/step.js";
import type { Leaves } from "../step/types.js";

export interface Likelihood {
  /** Sum over the scored tokens, in nats. */
  logLikelihood: number;
  /** Whether each is the likeliest where it stands. */
  greedy: boolean;
  /** Ids of the context that were cut off at its beginning. */
  cut: number;
}

export interface LikelihoodsOptions {
  engine: Engine;
  config: ModelConfig;
  leaves: Leaves;
  /** Sequences at once, at most. */
  batch: number;
  /** Tokens that the model predicts at once. */
  context: number;
  /** Logits at once, to spare memory; defaults to 2²⁴. */
  atOnce?: number;
}

/** What is scored, and the domain that it is read as, where leaves ask; defaults to none of theirs. */
export type Request = Scored & { domain?: string | undefined };

export interface Likelihoods {
  score(state: State, requests: readonly Request[], options?: ScoreOptions): Promise<Likelihood[]>;
  dispose(): Promise<void>;
}

export interface ScoreOptions {
  signal?: AbortSignal | undefined;
  onDone?: (done: number) => void;
}

const SHORTEST = 16;
const FEWEST = 4;
/** Fed at once, at most, where that is more than one sequence. */
const TOKENS = 2 ** 14;

/** A request in its place: what is fed, and which of its rows are read. */
interface Fed {
  index: number;
  ids: number[];
  targets: number[];
  cut: number;
  domain: string;
}

export function likelihoods(options: LikelihoodsOptions): Likelihoods {
  const { engine, config, leaves, context, atOnce = LOGITS } = options;
  const programs = new Map<string, Program>();

  async function programOf(batch: number, time: number, each: number): Promise<Program> {
    const key = `${batch} ${time} ${each}`;
    const known = programs.get(key);
    if (known) return known;
    const inputs: Specs = {
      tokens: { shape: [batch, time], dtype: "int32" },
      rows: { shape: [batch * each], dtype: "int32" },
      targets: { shape: [batch * each, 1], dtype: "int32" },
      ...domainInputs(leaves, batch),
    };
    const program = await engine.compile(
      (state, fed) => {
        const weights = leaves.weights?.(state, fed) ?? state;
        const states = forward(config, weights, fed.tokens!, { memory: "layers" });
        const read = tf.gather(states, fed.rows as tf.Tensor1D);
        const rows = batch * each;
        const most = Math.max(1, Math.floor(atOnce / config.vocabSize));
        const parts = Array.from({ length: Math.ceil(rows / most) }, (_, i) => {
          const [from, count] = [i * most, Math.min(most, rows - i * most)];
          const some = tf.slice(read, [from, 0], [count, read.shape[1]!]);
          const all = logSoftmax(logitsOf(headOf(config, weights, some)));
          const own = tf.reshape(entries(all, tf.slice(fed.targets!, [from, 0], [count, 1])), [-1]);
          return { own, short: tf.sub(tf.max(all, 1), own) };
        });
        const joined = (name: "own" | "short"): tf.Tensor => tf.concat(parts.map((part) => part[name]));
        return { outputs: { own: joined("own"), short: joined("short") } };
      },
      { state: stateOf(config, leaves), inputs },
    );
    programs.set(key, program);
    return program;
  }

  return {
    async score(state, requests, { signal, onDone } = {}) {
      const found: Likelihood[] = [];
      let done = 0;
      for (const group of groupsOf(requests, context)) {
        const [time, each] = sizesOf(group[0]!, context);
        const batch = Math.max(1, Math.min(options.batch, Math.floor(TOKENS / time)));
        const program = await programOf(batch, time, each);
        for (let at = 0; at < group.length; at += batch) {
          signal?.throwIfAborted();
          const some = group.slice(at, at + batch);
          const fed = { tokens: new Int32Array(batch * time), ...emptyRows(batch * each) };
          some.forEach(({ ids, targets }, i) => {
            fed.tokens.set(ids, i * time);
            targets.forEach((id, k) => {
              fed.rows[i * each + k] = i * time + ids.length - targets.length + k;
              fed.targets[i * each + k] = id;
            });
          });
          const domains = Array.from({ length: batch }, (_, i) => some[i]?.domain ?? "");
          const own = domainFeeds(leaves, domains);
          const out = await program.run(state, { ...fed, ...own });
          some.forEach(({ index, targets, cut }, i) => {
            const rows = targets.map((_, k) => i * each + k);
            found[index] = {
              logLikelihood: rows.reduce((sum, row) => sum + out.own![row]!, 0),
              greedy: rows.every((row) => out.short![row] === 0),
              cut,
            };
          });
          onDone?.((done += some.length));
        }
      }
      return found;
    },
    async dispose() {
      for (const program of programs.values()) await program.dispose();
      programs.clear();
    },
  };
}

const emptyRows = (n: number): { rows: Int32Array; targets: Int32Array } => ({
  rows: new Int32Array(n),
  targets: new Int32Array(n),
});

/** Of a request that is alike in them, one graph: tokens that are fed, and rows that are read. */
const sizesOf = ({ ids, targets }: Fed, context: number): [number, number] => [
  Math.min(context, powerOver(ids.length, SHORTEST)),
  Math.min(context, powerOver(targets.length, FEWEST)),
];

const powerOver = (n: number, least: number): number => Math.max(least, 2 ** Math.ceil(Math.log2(n)));

/** What is too long loses the beginning of its context. */
function groupsOf(requests: readonly Request[], context: number): Fed[][] {
  const groups = new Map<string, Fed[]>();
  requests.forEach(({ context: before, scored, domain = "" }, index) => {
    if (before.length === 0) throw new Error(`likelihoods: invalid context: none (one id or more; a prefix)`);
    if (scored.length > context)
      throw new Error(
        `likelihoods: invalid continuation: ${scored.length} tokens (the model predicts ${context} at once)`,
      );
    const whole = [...before, ...scored];
    const kept = whole.slice(-context - 1, -1);
    const fed = { index, ids: kept, targets: scored, cut: whole.length - 1 - kept.length, domain };
    const key = sizesOf(fed, context).join(" ");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key)!.push(fed);
  });
  return [...groups.values()];
}
