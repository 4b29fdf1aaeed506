/**
 * In which language a model is about to write, at every layer: the logit lens after prompts of each language, and how much of the next
 * token each language's ids have together. Where the last layers turn from one language to another, they decide which is
 * written (CoCo-CoLa; Rahmati et al. 2025, https://arxiv.org/abs/2502.12476). Which ids are whose, `measure.idsByLanguage` says.
 */
import * as tf from "../../tensors.js";
import { logSoftmax } from "../../engine/index.js";
import { meanOf } from "../../measure/index.js";
import { asLast, forward, LOGITS, logits } from "../../model/index.js";
import type { LanguageModel } from "../../types.js";
import { membersOf, topOf } from "./logit-lens.js";
import { layersAsked, readOnce, type Reading, type ReadingOptions, type Windows, windowsOf } from "./reading.js";

export interface LanguageByLayerOptions extends Omit<ReadingOptions, "texts"> {
  /** By the language that they are in; each is read to its end, where the next token is looked at. */
  prompts: Readonly<Record<string, readonly string[]>>;
  /** Of every language that may be written, its ids. */
  ids: Readonly<Record<string, ArrayLike<number>>>;
  /** Defaults to all, from 0. */
  layers?: readonly number[];
}

export interface LanguageRow {
  /** Language of the prompts. */
  prompts: string;
  layer: number;
  /** Language of the ids. */
  written: string;
  /** Mean probability of these ids together, and its standard error over prompts. */
  mass: number;
  error: number;
  /** Share of prompts after which the likeliest token is one of them. */
  first: number;
}

export async function languageByLayer(model: LanguageModel, options: LanguageByLayerOptions): Promise<LanguageRow[]> {
  const { prompts, ids, ...rest } = options;
  const caller = "languageByLayer";
  if (Object.keys(prompts).length === 0) throw new Error(`${caller}: invalid prompts: none`);
  if (Object.keys(ids).length === 0) throw new Error(`${caller}: invalid ids: none (of one language or more)`);
  const rows: LanguageRow[] = [];
  for (const [language, texts] of Object.entries(prompts)) {
    const windows = await windowsOf(caller, model, { ...rest, texts });
    if (windows.cut > 0)
      throw new Error(`${caller}: invalid prompts: ${windows.cut} in ${language} are longer than the model's context`);
    const found = await readOnce(model, windows, readingOf(model, windows, options), rest);
    rows.push(...found.map((row) => ({ prompts: language, ...row })));
  }
  return rows;
}

type Row = Omit<LanguageRow, "prompts">;

function readingOf(model: LanguageModel, windows: Windows, options: LanguageByLayerOptions): Reading<Row[]> {
  const { config } = model;
  const { ids, before, time } = windows;
  const asked = layersAsked("languageByLayer", model, options.layers);
  const names = Object.keys(options.ids);
  const members = membersOf("languageByLayer", options.ids, config.vocabSize);
  const fit = Math.max(1, Math.floor(LOGITS / config.vocabSize));
  const batch = Math.min(options.batch ?? 16, ids.length, fit);
  // By layer and language, of each prompt.
  const masses = asked.map(() => names.map((): number[] => []));
  const firsts = asked.map(() => names.map((): number[] => []));
  return {
    label: "language by layer",
    batch,
    inputs: {
      last: { shape: [batch], dtype: "int32" },
      members: { shape: [config.vocabSize, names.length], dtype: "float32" },
    },
    step: (params, { tokens, last, members }) => {
      const states: tf.Tensor[] = [];
      forward(config, params, tokens!, { onLayer: (layer, x) => void (states[layer] = x) });
      const outputs: Record<string, tf.Tensor> = {};
      for (const layer of asked) {
        const read = tf.gather(states[layer]!, last as tf.Tensor1D);
        const logs = logSoftmax(logits(config, params, asLast(config, params, read)));
        outputs[`top ${layer}`] = topOf(logs);
        outputs[`mass ${layer}`] = tf.matMul(tf.exp(logs), members!);
      }
      return { outputs };
    },
    feed: (from, count) => ({
      members,
      last: Int32Array.from({ length: batch }, (_, i) =>
        i < count ? i * time + before.length + ids[from + i]!.length - 1 : 0,
      ),
    }),
    take(outputs, _, count) {
      for (let i = 0; i < count; i++)
        asked.forEach((layer, l) =>
          names.forEach((_, g) => {
            masses[l]![g]!.push(outputs[`mass ${layer}`]![i * names.length + g]!);
            firsts[l]![g]!.push(members[outputs[`top ${layer}`]![i]! * names.length + g]!);
          }),
        );
    },
    result: () =>
      asked.flatMap((layer, l) =>
        names.map((written, g) => {
          const { value: mass, error } = meanOf(masses[l]![g]!);
          return { layer, written, mass, error, first: meanOf(firsts[l]![g]!).value };
        }),
      ),
  };
}
