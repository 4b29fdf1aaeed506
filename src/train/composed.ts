/** What was not asked for filled in, and what was asked for checked: before anything is opened, fetched or written. */
import { type Order } from "../corpus/index.js";
import { precisions } from "../engine/index.js";
import type { Mixture } from "../mixture/index.js";
import { BATCH } from "./batch.js";
import { evaluationPoints } from "./run/points.js";
import { adamw } from "./step/optimisers/adamw.js";
import { causal } from "./step/objectives/causal.js";
import { shortened } from "./step/rows.js";
import { selection } from "./step/parameters/trainable.js";
import type { Optimiser, Parameters } from "./step/types.js";
import type { LanguageModel } from "../types.js";
import { checkShards } from "./text.js";
import type { RunOptions, TrainOptions } from "./options.js";

/** What a mixture makes of a run's updates, batch and steps to evaluate at, where it makes something of them. */
export function extended(options: TrainOptions): TrainOptions {
  const { mixture, steps, batch = BATCH, evaluateAt } = options;
  if (!mixture.extent) return options;
  const run = mixture.extent({ steps, batch });
  return { ...options, ...run, evaluateAt: evaluateAt?.map((at) => Math.round((at * run.steps) / steps)) };
}

export type Composed = ReturnType<typeof composedOf>;

/** Everything that decides the bytes, defaults filled in. */
export function composedOf(options: Omit<TrainOptions, "name">) {
  const { model, shards, mixture, seed = 1, batch = BATCH, steps } = options;
  const { order, optimiser, trainable } = options;
  const newRows = options.newRows && shortened(options.newRows, model.config.vocabSize);
  if (options.parameters && trainable)
    throw new Error("train: invalid parameters: not together with trainable (give one of the two)");
  return {
    seed,
    batch,
    accumulate: options.accumulate ?? 1,
    memory: options.memory ?? "keep",
    precision: options.precision ?? "float32",
    context: options.context ?? roomIn(model, options.parameters),
    evaluateAt: withWanted(options.evaluateAt ?? evaluationPoints({ steps }), mixture, steps),
    objective: options.objective ?? causal(),
    optimiser: isOptimiser(optimiser) ? optimiser : adamw(optimiser),
    parameters: options.parameters?.told?.({ newRows }) ?? options.parameters ?? selection({ trainable, newRows }),
    parts: options.parts ?? [],
    orders: isOrder(order) ? Object.fromEntries(Object.keys(shards).map((domain) => [domain, order])) : (order ?? {}),
  };
}

/** The most tokens that a window may have. */
export const roomIn = ({ config }: LanguageModel, parameters?: Parameters): number =>
  Math.max(1, config.context - (parameters?.places ?? 0));

/** The steps to evaluate at, those that the mixture wants among them. */
function withWanted(points: readonly number[], { wants = [] }: Mixture, steps: number): readonly number[] {
  const every = wants.flatMap((want) => (want.signal === "evaluations" ? [want.every] : []));
  const wanted = every.flatMap((n) => Array.from({ length: Math.floor(steps / n) + 1 }, (_, i) => i * n));
  return wanted.length === 0 ? points : [...new Set([...points, ...wanted])].sort((a, b) => a - b);
}

export const isOptimiser = (given: RunOptions["optimiser"]): given is Optimiser =>
  given !== undefined && "update" in given;
export const isOrder = (given: RunOptions["order"]): given is Order => typeof given?.open === "function";

/** Throws one line where what was asked for does not fit together. */
export function check(
  { model, shards, mixture, steps, buffer, snapshots, dir }: TrainOptions,
  {
    objective,
    batch,
    accumulate,
    memory,
    precision,
    context,
    checkpointEvery,
    evaluateAt,
    orders,
    parameters,
  }: Composed & { checkpointEvery: number },
): void {
  wholeFrom1({ batch, accumulate, context, checkpointEvery });
  objective.check?.(model);
  if (model.config.encoder && (mixture.wants ?? []).length > 0)
    throw new Error(
      `train: invalid mixture: ${mixture.name} (it is told losses of next tokens, which an encoder has none of)`,
    );
  if (memory !== "keep" && memory !== "layers")
    throw new Error(`train: invalid memory: ${String(memory)} (keep or layers)`);
  if (!precisions.includes(precision))
    throw new Error(`train: invalid precision: ${String(precision)} (one of ${precisions.join(", ")})`);
  for (const at of evaluateAt)
    if (!(Number.isInteger(at) && at >= 0 && at <= steps))
      throw new Error(`train: invalid evaluateAt: ${at} (a whole number from 0 to steps, ${steps})`);
  const room = roomIn(model, parameters);
  if (context > room) throw new Error(`train: invalid context: ${context} (the model sees at most ${room} tokens)`);
  const known = `there is text for ${Object.keys(shards).join(", ") || "nothing"}`;
  for (const domain of mixture.domains)
    if (!shards[domain]) throw new Error(`train: invalid mixture: ${domain} (${known})`);
  for (const domain of objective.on ?? [])
    if (!shards[domain]) throw new Error(`train: invalid domain of ${objective.name}: ${domain} (${known})`);
  for (const domain of Object.keys(orders))
    if (!shards[domain]) throw new Error(`train: invalid order: ${domain} (${known})`);
  const padded = Object.values(orders).find((order) => order.padded);
  if (padded && !objective.reads)
    throw new Error(
      `train: invalid order: ${padded.name} (its windows are padded, and ${objective.name} would learn the padding; an objective that reads weights or documents does not)`,
    );
  const segmented = Object.values(orders).find((order) => order.segmented);
  if (segmented && buffer)
    throw new Error(
      `train: invalid buffer: ${buffer.name} (it keeps windows by where they begin, and those of ${segmented.name} are of several documents)`,
    );
  for (const domain of objective.order === undefined ? [] : mixture.domains) {
    const { name } = orders[domain] ?? { name: "shuffled" };
    if (name !== objective.order)
      throw new Error(
        `train: invalid order of ${domain}: ${name} (${objective.name} reads windows of ${objective.order})`,
      );
  }
  checkShards(shards, model);
  if (snapshots && dir === undefined)
    throw new Error("train: invalid snapshots: there is no folder to keep them in (give dir)");
}

export function wholeFrom1(fields: Record<string, number>): void {
  for (const [field, value] of Object.entries(fields))
    if (!(Number.isInteger(value) && value >= 1))
      throw new Error(`train: invalid ${field}: ${value} (a whole number from 1)`);
}
