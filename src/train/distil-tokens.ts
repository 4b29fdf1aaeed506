/**
 * Token distillation (Dobler et al. 2025, https://arxiv.org/abs/2505.20133): the row of a new token is learned so that the
 * model, reading the new token, is in the state that it was in after the old tokens which spell it. A snippet is read twice,
 * in old tokens and with one span merged; what is compared is the mean square of the difference between hidden states, at
 * every token outside the span and at the last of it. Nothing but rows of new tokens is changed.
 *
 * `layer` says which states: -1 those after the last layer and the final norm, k those after k layers and no norm. The
 * paper's other objectives (logits, next-token loss on the input rows) are not here.
 */
import { tablesOf } from "../architecture/index.js";
import { write } from "../registry.js";
import { rng, type Rng } from "../rng.js";
import type { LanguageModel } from "../types.js";
import { carryOut } from "./run/carry-out.js";
import { hashOf, hashOfModel } from "./hash.js";
import { TRAINER } from "./run/identity.js";
import { outputRows, type OutputRows } from "./output-rows.js";
import type { Run } from "./run/run.js";
import { constant } from "./schedules/index.js";
import { type Snippet, snippetsOf } from "./snippets.js";
import { adamw } from "./step/optimisers/adamw.js";
import { distil, feedsOf } from "./step/objectives/distil.js";
import { newIds, selection } from "./step/parameters/trainable.js";
import { byName, type Texts } from "./text.js";
import type { RunOptions } from "./options.js";

type Kept = "engine" | "dir" | "resume" | "checkpointEvery" | "name" | "labels" | "signal" | "onProgress" | "onStep";

export interface DistilTokensOptions extends Pick<RunOptions, Kept> {
  /** The model before it grew. */
  base: LanguageModel;
  /** The grown one, as `embed.grow` made it: its new rows are where learning starts. */
  model: LanguageModel;
  /** Their train parts are searched for the new tokens. */
  on: Texts;
  /** Old tokens in a snippet; defaults to 50, or the model's context if that is shorter. */
  length?: number;
  /** Snippets of one token, at most; defaults to 100. */
  perToken?: number;
  /** Which hidden states are compared; defaults to -1. */
  layer?: number;
  /** Of the head's new rows, where the head is not tied: learned from the next token ("ce", the default), "zero", "subword-mean", or "keep" what growing gave them. */
  outputs?: OutputRows;
  /** One rate throughout; defaults to the paper's 1e-4. Models of this lab's sizes want 1e-3. */
  learningRate?: number;
  /** Passes over the snippets; defaults to 1. */
  epochs?: number;
  /** Snippets per update; defaults to 16. */
  batch?: number;
  /** Of the choice and the order of snippets; defaults to 1. */
  seed?: number;
}

/** The run, which is also its model. Its steps' `distance` is the mean squared difference before each update. */
export interface Distilled extends Run, LanguageModel {
  /** Mean squared difference before each update. */
  losses: number[];
  /** New tokens of which no snippet was found; their input rows are as they were. */
  unseen: number[];
}

export async function distilTokens(options: DistilTokensOptions): Promise<Distilled> {
  const {
    base,
    model,
    on,
    perToken = 100,
    layer = -1,
    learningRate = 1e-4,
    epochs = 1,
    batch = 16,
    seed = 1,
  } = options;
  const { length = Math.min(50, model.config.context), outputs = "ce", signal, onProgress } = options;
  const { config, tokenizer } = model;
  const layers = layer < 0 ? config.layers + 1 + layer : layer;
  for (const [field, value] of Object.entries({ perToken, epochs, batch }))
    check(field, value, Number.isInteger(value) && value >= 1, "a whole number from 1");
  check(
    "length",
    length,
    Number.isInteger(length) && length >= 3 && length <= config.context,
    `3 to ${config.context}`,
  );
  check(
    "layer",
    layer,
    Number.isInteger(layer) && layers >= 1 && layers <= config.layers,
    `1 to ${config.layers}, or -1 for the last`,
  );
  check("model", "an encoder", !config.encoder, "distillation here is of decoders");
  check("learningRate", learningRate, learningRate > 0 && learningRate < Infinity, "a positive number");
  check("outputs", outputs, ["ce", "zero", "subword-mean", "keep"].includes(outputs), "ce, zero, subword-mean or keep");
  const ids = newIds({ base: base.tokenizer, tokenizer });
  if (ids.length === 0)
    throw new Error("distilTokens: invalid model: it has no token that the base has not (grow it first)");
  sameBut(ids, base, model);

  const documents = Object.values(byName(on)).flatMap(({ train }) => train);
  const random = rng(seed).fork("token distillation");
  const found = await snippetsOf({
    base: base.tokenizer,
    tokenizer,
    newIds: ids,
    documents,
    length,
    perToken,
    rng: random,
    signal,
    onProgress,
  });
  const seen = new Set(found.map(({ id }) => id));
  if (seen.size === 0) throw new Error("distilTokens: invalid on: none of the new tokens is in the text");

  const { head } = tablesOf(config);
  const started =
    head === undefined ? model.weights : { ...model.weights, [head]: outputRows({ base, model, ids, outputs }) };
  const rows = [...seen];
  const learns = outputs === "ce" && !config.tied;
  const parameters = selection({ trainable: { embedding: rows, head: outputs === "ce" ? rows : undefined } });
  const objective = distil({ layers, head: learns });
  const batches = batchesOf(found, batch, epochs, random);
  const steps = batches.length;
  const schedule = constant({ peak: learningRate });
  const start = { ...model, weights: started };
  const run = await carryOut({
    ...options,
    name: options.name ?? "distilling tokens",
    model: start,
    seed,
    recipe: {
      trainer: TRAINER,
      model: { ...config, hash: hashOfModel(start) },
      snippets: hashOf(found),
      objective: write(objective),
      optimiser: plain.options,
      schedule: write(schedule),
      steps,
      batch,
      length,
      seed,
    },
    objective,
    optimiser: plain,
    leaves: parameters.of({ config, seed }),
    parts: [],
    schedule,
    steps,
    evaluateAt: [],
    checkpointEvery: options.checkpointEvery ?? Math.ceil(steps / 10),
    batches: () => ({
      batch,
      context: length,
      next: (step) => ({ feeds: [feedsOf(batches[step]!, { batch, length, width: config.width })], domains: [] }),
      state: {},
    }),
    evaluators: () => [],
  });
  sameBut(ids, base, run.model);
  const losses = run.steps.map(({ distance }) => distance!);
  return { ...run, ...run.model, losses, unseen: ids.filter((id) => !seen.has(id)) };
}

/** Few updates and no decay: the second moment has the usual memory, and small gradients are as good as large ones. */
const plain = adamw({ betas: [0.9, 0.999], weightDecay: 0, clip: Infinity });

function batchesOf(snippets: Snippet[], batch: number, epochs: number, random: Rng): Snippet[][] {
  return Array.from({ length: epochs }, (_, epoch) => {
    const order = epoch === 0 ? snippets : random.shuffle([...snippets]);
    return Array.from({ length: Math.ceil(order.length / batch) }, (_, i) => order.slice(i * batch, (i + 1) * batch));
  }).flat();
}

/** The teacher is the base only while everything but the new rows is the base's, bit for bit. */
function sameBut(ids: number[], base: LanguageModel, model: LanguageModel): void {
  const fresh = new Set(ids);
  const { embedding, head } = tablesOf(base.config);
  for (const [name, { shape, data }] of Object.entries(base.weights)) {
    const now = model.weights[name]?.data;
    const [isTable, width] = [name === embedding || name === head, shape[1] ?? 1];
    const end = isTable ? base.tokenizer.size * width : data.length;
    for (let i = 0; i < end; i++)
      if (!(now && Object.is(now[i], data[i])) && !(isTable && fresh.has(Math.floor(i / width))))
        throw new Error(
          `distilTokens: invalid model: ${name} is not the base's (distil a grown model before it is trained on)`,
        );
  }
}

function check(field: string, value: unknown, ok: boolean, wanted: string): void {
  if (!ok) throw new Error(`distilTokens: invalid ${field}: ${String(value)} (${wanted})`);
}
