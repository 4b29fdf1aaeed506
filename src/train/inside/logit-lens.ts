/**
 * The logit lens (nostalgebraist 2020): what a model would predict if a layer were its last, the final norm and the head on its
 * states. It shows when a prediction is there that the head can read; what a layer holds in a form that only later layers
 * read, it does not. It belongs to one head: numbers of a model before and after its vocabulary grew do not compare.
 */
import * as tf from "../../tensors.js";
import { entries, logSoftmax } from "../../engine/index.js";
import { asLast, forward, LOGITS, logits } from "../../model/index.js";
import type { LanguageModel } from "../../types.js";
import { layersAsked, readOnce, type Reading, type ReadingOptions, type Windows, windowsOf } from "./reading.js";
import { checkTranslators, translated, type Translators } from "./translators.js";

export interface LogitLensOptions extends ReadingOptions {
  /** Defaults to all, from 0. */
  layers?: readonly number[];
  /** Sets of ids by name, e.g. those of a language, whose share of the prediction is asked for. */
  groups?: Readonly<Record<string, ArrayLike<number>>>;
  /** Of `tunedLens`, for this model: layers are read through its translators. Defaults to none. */
  lens?: Translators;
}

/** Of one layer, over all positions: the tokens of the texts, each predicted from what is before it. */
export interface LensRow {
  layer: number;
  /** Mean KL(final ‖ layer), nats: what its prediction lacks of the model's. 0 at the last. */
  kl: number;
  /** Mean loss of the text's own token, nats. */
  loss: number;
  /** Median place of the text's own token in the prediction, from 1. */
  rank: number;
  /** Share of positions at which its likeliest token is the model's. */
  agrees: number;
  /** Mean probability of each group's ids together. */
  mass: Record<string, number>;
  /** Share of positions at which its likeliest token is of the group. */
  first: Record<string, number>;
  positions: number;
}

export async function logitLens(model: LanguageModel, options: LogitLensOptions): Promise<LensRow[]> {
  if (options.lens) checkTranslators("logitLens", options.lens, model.config);
  const windows = await windowsOf("logitLens", model, options);
  const batch = Math.min(options.batch ?? 16, windows.ids.length);
  const reading = lensReading("logitLens", model, windows, { ...options, batch });
  return readOnce(model, windows, reading, { ...options, beside: options.lens?.weights });
}

export interface LensReadingOptions extends Pick<LogitLensOptions, "layers" | "groups"> {
  /** Less where the logits of so many windows are too many. */
  batch: number;
}

export function lensReading(
  caller: string,
  model: LanguageModel,
  windows: Windows,
  options: LensReadingOptions,
): Reading<LensRow[]> {
  const { config } = model;
  const { groups = {}, batch } = options;
  const asked = layersAsked(caller, model, options.layers);
  const { ids, before, time } = windows;
  const names = Object.keys(groups);
  const members = membersOf(caller, groups, config.vocabSize);
  const sums = asked.map(() => ({ kl: 0, loss: 0, ranks: [] as number[], agrees: 0, groups: names.map(() => [0, 0]) }));
  // The first token of a text has nothing before it where `before` is empty.
  const unread = before.length > 0 ? 0 : 1;
  let positions = 0;
  const most = Math.max(1, Math.min(batch, Math.floor(LOGITS / (time * config.vocabSize))));
  return {
    label: "logit lens",
    batch: most,
    inputs: {
      targets: { shape: [most * time, 1], dtype: "int32" },
      ...(names.length > 0 && { members: { shape: [config.vocabSize, names.length], dtype: "float32" as const } }),
    },
    step: (params, { tokens, targets, members }) => {
      const states: tf.Tensor[] = [];
      forward(config, params, tokens!, { onLayer: (layer, x) => void (states[layer] = x) });
      const read = (layer: number): tf.Tensor =>
        logSoftmax(logits(config, params, asLast(config, params, translated(params, layer, states[layer]!))));
      const final = read(config.layers);
      const outputs: Record<string, tf.Tensor> = { final: topOf(final) };
      for (const layer of asked) {
        const logs = layer === config.layers ? final : read(layer);
        const own = entries(logs, targets!);
        outputs[`kl ${layer}`] = lacks(final, logs);
        outputs[`own ${layer}`] = tf.reshape(own, [-1]);
        outputs[`above ${layer}`] = tf.sum(tf.cast(tf.greater(logs, own), "float32"), 1);
        outputs[`top ${layer}`] = topOf(logs);
        if (members) outputs[`mass ${layer}`] = tf.matMul(tf.exp(logs), members);
      }
      return { outputs };
    },
    feed(from, count) {
      const targets = new Int32Array(most * time);
      for (let i = 0; i < count; i++)
        targets.set(Array.from(ids[from + i]!).slice(unread), i * time + Math.max(0, before.length - 1));
      return { targets, ...(names.length > 0 && { members }) };
    },
    take(outputs, from, count) {
      for (let i = 0; i < count; i++) {
        const first = i * time + Math.max(0, before.length - 1);
        const end = first + ids[from + i]!.length - unread;
        positions += end - first;
        asked.forEach((layer, l) => {
          const sum = sums[l]!;
          for (let at = first; at < end; at++) {
            const top = outputs[`top ${layer}`]![at]!;
            sum.kl += outputs[`kl ${layer}`]![at]!;
            sum.loss -= outputs[`own ${layer}`]![at]!;
            sum.ranks.push(1 + outputs[`above ${layer}`]![at]!);
            sum.agrees += Number(top === outputs.final![at]);
            sum.groups.forEach((group, g) => {
              group[0]! += outputs[`mass ${layer}`]![at * names.length + g]!;
              group[1]! += members[top * names.length + g]!;
            });
          }
        });
      }
    },
    result() {
      if (positions === 0) throw new Error(`${caller}: invalid texts: no token has another before it`);
      return asked.map((layer, l) => {
        const { kl, loss, ranks, agrees, groups } = sums[l]!;
        const by = (which: 0 | 1): Record<string, number> =>
          Object.fromEntries(names.map((name, g) => [name, groups[g]![which]! / positions]));
        return {
          layer,
          kl: kl / positions,
          loss: loss / positions,
          rank: median(ranks),
          agrees: agrees / positions,
          mass: by(0),
          first: by(1),
          positions,
        };
      });
    },
  };
}

/** KL(final ‖ layer) of each row, nats, of log-probabilities. */
export const lacks = (final: tf.Tensor, layer: tf.Tensor): tf.Tensor =>
  tf.sum(tf.mul(tf.exp(final), tf.sub(final, layer)), 1);

/** The likeliest id of each row, as a number. */
export const topOf = (logs: tf.Tensor): tf.Tensor => tf.cast(tf.argMax(logs, 1), "float32");

/** [vocabulary, groups]: 1 where the id is of the group. */
export function membersOf(
  caller: string,
  groups: Readonly<Record<string, ArrayLike<number>>>,
  vocabSize: number,
): Float32Array {
  const sets = Object.entries(groups);
  const members = new Float32Array(vocabSize * sets.length);
  sets.forEach(([name, ids], g) => {
    for (const id of Array.from(ids)) {
      if (!(Number.isInteger(id) && id >= 0 && id < vocabSize))
        throw new Error(`${caller}: invalid groups: id ${id} of ${name} (the model has ${vocabSize} rows)`);
      members[id * sets.length + g] = 1;
    }
  });
  return members;
}

/** The lower of the two in the middle. */
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
