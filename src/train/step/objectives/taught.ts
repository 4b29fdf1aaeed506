/**
 * What every objective with a teacher is made of: the next token's cross-entropy and a term that the teacher gives, token by
 * token, each with a weight that may change over the run. Rows say what is compared, and when. The teacher's term is summed
 * over the tokens that count for it and divided by all tokens of the batch, so that its weight is a token's and updates of
 * several batches are exact.
 */
import * as tf from "../../../tensors.js";
import * as z from "zod";
import { forward, headOf, LOGITS, type Memory } from "../../../model/index.js";
import { made, type Options } from "../../../registry.js";
import type { ModelConfig, Weights } from "../../../types.js";
import type { Tensors } from "../../../engine/index.js";
import { hashOfModel } from "../../hash.js";
import { check } from "../checks.js";
import { cached } from "./cached.js";
import { compared, type Divergence, type Likeliest } from "./divergence.js";
import type { Objective, ObjectiveOptions, RunningObjective } from "../objective.js";
import { BASE, baseTeacher, folderTeacher, PREFIX, type Teacher, teacherFolder, teacherOption } from "./teacher.js";

/** What all of them take. */
export const taughtOptions = {
  teacher: teacherOption.optional(),
  weight: z.number().min(0).optional(),
  on: z.array(z.string().min(1)).min(1).optional(),
};

export interface TaughtOptions {
  /** A model's folder, relative to the recipe's own; defaults to "base", the model that the run begins from. */
  teacher?: string;
  /** Of the teacher's term, where the cross-entropy's is 1. */
  weight?: number;
  /** Domains on whose text the teacher's term counts; defaults to all. */
  on?: string[];
}

/** Numbers of each token, [n]. */
export interface Terms {
  crossEntropy: tf.Tensor;
  taught: tf.Tensor;
}

export interface TermsOptions {
  config: ModelConfig;
  weights: Tensors;
  /** All that the engine has. */
  state: Tensors;
  tokens: tf.Tensor;
  /** [n] int32. */
  targets: tf.Tensor;
  teacher: Teacher;
  /** The teacher's weights. */
  theirs: Tensors;
  /** What the teacher reads: an id that it has not is its last. */
  read: tf.Tensor;
  mask?: tf.Tensor;
  /** Instead of a teacher that is read: what it takes for likely. */
  likeliest?: Likeliest;
  memory?: Memory;
}

export interface Taught {
  name: string;
  /** As they are written down, `teacher` and `on` among them. */
  options: Options & { readonly teacher: string; readonly on?: readonly string[] };
  /** Of the two terms at a share of the run that is done. */
  weights(progress: number): { crossEntropy: number; taught: number };
  terms(at: TermsOptions): Terms;
  /** As of an objective; measured with the size "tiny". */
  logits?: number;
  /** Why a teacher is none for this student, in words for a message. */
  refuse?(teacher: Teacher, student: ModelConfig): string | undefined;
  /** Tensors besides the teacher's that never change; names begin with "teacher.". */
  fixed?(teacher: Teacher, student: ModelConfig): Weights;
  /** Reads the teacher before the run, and keeps so many of its likeliest ids at this temperature; defaults to reading it in the run. */
  cache?: { k: number; temperature: number };
  /** What batches are written by before an update, of one run; defaults to what was drawn. */
  writer?(teacher: Teacher, at: ObjectiveOptions): NonNullable<RunningObjective["writer"]>;
  /** Whether a token counts only where the teacher has the right one; defaults to false. */
  gold?: boolean;
}

const MASKED = -1e9;

export function taught({ name, options, weights: weightsAt, terms, gold = false, cache, ...more }: Taught): Objective {
  const { teacher: path, on } = options;
  const folder = path === BASE ? undefined : teacherFolder(path);
  return made<Objective>({
    name,
    options,
    ...(on && { on }),
    ...(more.logits !== undefined && { logits: more.logits }),
    check({ config }) {
      if (config.encoder) throw new Error(`${name}: invalid model: an encoder (it learns by masked)`);
    },
    written: () => ({ name, ...options, ...(folder && { teacher: folder.hash() }) }),
    begin(at) {
      const found = folder ? folderTeacher({ path, folder, caller: name }, at) : baseTeacher(at);
      const teacher = cache ? { ...found, fixed: {} } : found;
      const why = more.refuse?.(teacher, at.model.config);
      if (why !== undefined) throw new Error(`${name}: invalid teacher: ${path} (${why})`);
      const { shared, without, reads } = teacher;
      const [hidden, masked] = [new Set(without), without.length > 0];
      const mask = Float32Array.from({ length: shared }, (_, id) => (hidden.has(id) ? MASKED : 0));
      const counts = (domain: string): boolean => !on || on.includes(domain);
      const kept =
        cache &&
        cached({
          ...cache,
          name,
          teacher,
          hash: () => folder?.hash() ?? hashOfModel(at.model),
          ...(masked && { mask }),
          counts: (domain, progress) => counts(domain) && weightsAt(progress).taught > 0,
        });
      return {
        ...(more.writer && { writer: more.writer(teacher, at) }),
        ...(kept && {
          async ready(given) {
            await kept.ready(given);
            folder?.forget();
          },
        }),
        fixed: {
          ...teacher.fixed,
          ...more.fixed?.(teacher, at.model.config),
          ...(masked && { [`${PREFIX}mask`]: { shape: [shared], data: mask } }),
        },
        notes: { teacher: teacher.told },
        inputs({ batch, context, weighted }) {
          if (context > teacher.config.context)
            throw new Error(
              `${name}: invalid teacher: ${path} (it reads at most ${teacher.config.context} tokens, the run ${context})`,
            );
          return {
            tokens: { shape: [batch, context + 1], dtype: "int32" },
            counted: { shape: [batch, context], dtype: "float32" },
            crossEntropyWeight: { shape: [], dtype: "float32" },
            taughtWeight: { shape: [], dtype: "float32" },
            ...(weighted && { weight: { shape: [batch], dtype: "float32" } }),
            ...kept?.inputs({ batch, context }),
          };
        },
        feeds({ drawn, domains, context, progress }) {
          const tokens = drawn.tokens as Int32Array;
          const counted = new Float32Array(domains.length * context);
          domains.forEach((domain, row) => {
            if (!counts(domain)) return;
            const window = tokens.subarray(row * (context + 1), (row + 1) * (context + 1));
            // After an id that it has not, the teacher has read another text.
            for (let i = 0; i < context && window[i]! < reads; i++)
              counted[row * context + i] = gold && !(window[i + 1]! < shared && !hidden.has(window[i + 1]!)) ? 0 : 1;
          });
          const { crossEntropy, taught } = weightsAt(progress);
          return {
            ...drawn,
            counted,
            crossEntropyWeight: Float32Array.of(crossEntropy),
            taughtWeight: Float32Array.of(taught),
            ...kept?.feeds({ tokens, domains, context, progress }),
          };
        },
        loss({ config, weights, state, inputs, memory }) {
          const [batch, span] = inputs.tokens!.shape as [number, number];
          const tokens = tf.slice(inputs.tokens!, [0, 0], [batch, span - 1]);
          const { crossEntropy, taught } = terms({
            config,
            weights,
            state,
            tokens,
            targets: tf.reshape(tf.slice(inputs.tokens!, [0, 1], [batch, span - 1]), [-1]),
            teacher,
            theirs: teacher.of(state),
            read: reads < config.vocabSize ? tf.minimum(tokens, tf.scalar(reads - 1, "int32")) : tokens,
            mask: masked ? state[`${PREFIX}mask`] : undefined,
            likeliest: kept && { values: inputs.likeliestValues!, ids: inputs.likeliestIds! },
            memory,
          });
          const bySequence = tf.mean(tf.reshape(crossEntropy, [batch, -1]), 1);
          const own = tf.mean(inputs.weight ? tf.mul(bySequence, inputs.weight) : bySequence);
          const theirs = tf.mean(tf.mul(taught, tf.reshape(inputs.counted!, [-1])));
          const loss = tf.add(tf.mul(own, inputs.crossEntropyWeight!), tf.mul(theirs, inputs.taughtWeight!));
          return { loss, outputs: { bySequence, crossEntropy: tf.mean(bySequence), taught: theirs } };
        },
      };
    },
  });
}

/** The teacher's term where predictions are compared, and the matrices of logits that takes. */
export const predictions = (how: Divergence, factor = 1): Pick<Taught, "terms" | "logits"> => ({
  terms: byPrediction(how, factor),
  logits: how.top !== undefined ? 6 : how.temperature === 1 ? 10 : 12,
});

const byPrediction =
  (how: Divergence, factor: number) =>
  ({ config, weights, tokens, targets, teacher, theirs, read, mask, likeliest, memory }: TermsOptions): Terms => {
    const { crossEntropy, divergence } = compared({
      ...how,
      student: headOf(config, weights, forward(config, weights, tokens, { memory })),
      teacher: likeliest ?? headOf(teacher.config, theirs, forward(teacher.config, theirs, read)),
      targets,
      shared: teacher.shared,
      mask,
      // Of each block there are four such matrices at a time, where the next token alone has one.
      atOnce: memory === "layers" ? LOGITS / 4 : undefined,
    });
    return { crossEntropy, taught: factor === 1 ? divergence : tf.mul(divergence, factor) };
  };

export function checkPositive(caller: string, fields: Record<string, number>): void {
  for (const [field, value] of Object.entries(fields)) check(caller, field, value, value > 0 && value < Infinity);
}

export function checkWeights(caller: string, fields: Record<string, number>): void {
  for (const [field, value] of Object.entries(fields)) check(caller, field, value, value >= 0 && value < Infinity);
}

export function checkTop(caller: string, top: number | undefined, cache = false): void {
  if (top !== undefined) check(caller, "top", top, Number.isInteger(top) && top >= 1);
  if (cache && top === undefined)
    throw new Error(`${caller}: invalid cache: true (say how many of the teacher's ids are kept: top)`);
}
