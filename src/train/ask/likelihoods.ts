/**
 * Log-likelihoods of continuations after contexts, on the engine. Requests are padded to a few lengths, 16, 24, 32, 48, …, so that few
 * graphs are compiled, and the head multiplies only what is scored. Which weights, is said at each call, so that a run's state
 * is scored as a folder is.
 */
import * as tf from "../../tensors.js";
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

/** What is fed, and what is read of it: choices of one token each after one context are read in one sequence. */
interface Fed {
  ids: number[];
  domain: string;
  wanted: { index: number; targets: number[]; cut: number }[];
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
          some.forEach(({ ids, wanted }, i) => {
            fed.tokens.set(ids, i * time);
            let at = i * each;
            for (const { targets } of wanted)
              targets.forEach((id, k) => {
                fed.rows[at] = i * time + ids.length - targets.length + k;
                fed.targets[at++] = id;
              });
          });
          const domains = Array.from({ length: batch }, (_, i) => some[i]?.domain ?? "");
          const own = domainFeeds(leaves, domains);
          const out = await program.run(state, { ...fed, ...own });
          some.forEach(({ wanted }, i) => {
            let at = i * each;
            for (const { index, targets, cut } of wanted) {
              const rows = targets.map(() => at++);
              found[index] = {
                logLikelihood: rows.reduce((sum, row) => sum + out.own![row]!, 0),
                greedy: rows.every((row) => out.short![row] === 0),
                cut,
              };
              done += 1;
            }
          });
          onDone?.(done);
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
function sizesOf({ ids, wanted }: Fed, context: number): [number, number] {
  const rows = wanted.reduce((sum, { targets }) => sum + targets.length, 0);
  const power = powerOver(ids.length, SHORTEST);
  const between = (3 / 4) * power;
  const time = ids.length <= between && between > SHORTEST ? between : power;
  return [Math.min(context, time), Math.max(rows, Math.min(context, powerOver(rows, FEWEST)))];
}

const powerOver = (n: number, least: number): number => Math.max(least, 2 ** Math.ceil(Math.log2(n)));

/** What is too long loses the beginning of its context. */
function groupsOf(requests: readonly Request[], context: number): Fed[][] {
  const sequences = new Map<string, Fed>();
  requests.forEach(({ context: before, scored, domain = "" }, index) => {
    if (before.length === 0) throw new Error(`likelihoods: invalid context: none (one id or more; a prefix)`);
    if (scored.length > context)
      throw new Error(
        `likelihoods: invalid continuation: ${scored.length} tokens (the model predicts ${context} at once)`,
      );
    const whole = [...before, ...scored];
    const kept = whole.slice(-context - 1, -1);
    const key = `${domain} ${kept.join(" ")}`;
    const fed = sequences.get(key) ?? { ids: kept, domain, wanted: [] };
    fed.wanted.push({ index, targets: scored, cut: whole.length - 1 - kept.length });
    sequences.set(key, fed);
  });
  const groups = new Map<string, Fed[]>();
  for (const fed of sequences.values()) {
    const key = sizesOf(fed, context).join(" ");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key)!.push(fed);
  }
  return [...groups.values()];
}
