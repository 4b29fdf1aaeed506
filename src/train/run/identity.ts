/** What decides a run's bytes: the key of the cache, and what a resumed run must not have changed. */
import type { Buffer, Order } from "../../corpus/index.js";
import type { Precision } from "../../engine/index.js";
import type { Mixture, MixtureStart } from "../../mixture/index.js";
import { isMade, type Json, type Made, type Written, write } from "../../registry.js";
import type { Memory } from "../../model/index.js";
import type { LanguageModel } from "../../types.js";
import { hashOf, hashOfModel } from "../hash.js";
import { highestOf, type Schedule } from "../schedules/index.js";
import { identityOf, type Start } from "./start.js";
import type { Objective } from "../step/objective.js";
import type { Optimiser, Parameters, Part } from "../step/types.js";
import { type SelectionOptions, trainedOf } from "../step/parameters/trainable.js";
import type { Shards } from "../text.js";

/** Raised whenever the same recipe would give other bytes than before: part of every run's identity. */
export const TRAINER = 3;

export interface Identified {
  model: LanguageModel;
  shards: Shards;
  mixture: Mixture;
  buffer?: Buffer;
  /** Order of each domain's text; shuffled where there is none. */
  orders?: Readonly<Record<string, Order>>;
  objective: Objective;
  parameters: Parameters;
  optimiser: Optimiser;
  parts: readonly Part[];
  schedule: Schedule;
  steps: number;
  batch: number;
  accumulate: number;
  memory: Memory;
  precision: Precision;
  context: number;
  seed: number;
  evaluateAt: readonly number[];
  /** Of a branch. */
  start?: Start;
}

export interface Identity {
  /** All that decides a run's bytes, as JSON: two runs with equal identities are the same run. */
  recipe: Record<string, unknown>;
  /** Things of the user's whose name and options are all that is known of them: such a run is not cached. */
  unknown: Made[];
}

/** What stands at its default is left out, so that a run is what it was before there was another choice. */
export function identity(options: Identified): Identity {
  const { model, shards, mixture, schedule, optimiser, objective, parameters, parts, steps, seed } = options;
  const { batch, accumulate, memory, precision, context, evaluateAt } = options;
  const unknown: Made[] = [];
  const said = (thing: Made): Written => {
    if (!isMade(thing)) unknown.push(thing);
    return write(thing);
  };
  const text = Object.fromEntries(
    Object.entries(shards).map(([domain, { train, heldOut }]) => [
      domain,
      { train: train?.hash, heldOut: heldOut?.hash },
    ]),
  );
  const orders = Object.entries(options.orders ?? {}).filter(([, order]) => order.name !== "shuffled");
  const aim = said(objective);
  const recipe = {
    trainer: TRAINER,
    model: { ...model.config, hash: hashOfModel(model) },
    text,
    mixture: ofMixture(options, () => said(mixture)),
    schedule: isMade(schedule) ? write(schedule) : { ...write(schedule), rates: hashOf(ratesOf(schedule, steps)) },
    optimiser: optimiser.name === "adamw" && isMade(optimiser) ? optimiser.options : said(optimiser),
    ...(objective.name !== "causal" && { objective: objective.written?.() ?? aim }),
    ...ofParameters(parameters, model, () => said(parameters)),
    ...(parts.length > 0 && { parts: parts.map((part) => said(part)) }),
    ...(orders.length > 0 && {
      orders: Object.fromEntries(orders.map(([domain, order]) => [domain, said(order)])),
    }),
    ...(options.buffer && { buffer: said(options.buffer) }),
    ...(options.start && { start: identityOf(options.start) }),
    steps,
    batch,
    ...(accumulate !== 1 && { accumulate }),
    ...(memory !== "keep" && { memory }),
    ...(precision !== "float32" && { precision }),
    context,
    seed,
    evaluateAt,
  };
  return { recipe, unknown };
}

/** A selection is written as what it comes to, and not at all where that is every weight. */
function ofParameters(parameters: Parameters, { config }: LanguageModel, said: () => Written): object {
  if (parameters.name !== "selection") return { parameters: said() };
  const trained = trainedOf({ config, ...(parameters.options as SelectionOptions) });
  return trained ? { trained } : {};
}

/** One of the user's that depends on the update alone is what it gives at every update. */
function ofMixture(options: Identified, said: () => Written): Json {
  const { mixture, steps } = options;
  if (isMade(mixture)) return said();
  const mixing = mixture.begin(startOf(options));
  if (mixing.observe !== undefined || mixing.state !== undefined) return said();
  const all = Array.from({ length: steps }, (_, step) => [mixing.shares(step), mixing.weights?.(step) ?? null]);
  return { ...write(mixture), domains: [...mixture.domains], shares: hashOf(all) };
}

/** What a mixture is told of a run. */
export function startOf(
  options: Pick<Identified, "schedule" | "steps" | "batch" | "accumulate" | "context" | "shards">,
): MixtureStart {
  const { schedule, steps, batch, accumulate, context, shards } = options;
  let highest: number | undefined;
  return {
    steps,
    tokensPerStep: batch * accumulate * context,
    sizes: Object.fromEntries(
      Object.entries(shards).flatMap(([domain, { train }]) => (train ? [[domain, train.length]] : [])),
    ),
    rate(step) {
      highest ??= schedule.highest ?? highestOf(schedule, steps);
      return highest > 0 ? schedule.learningRate(step + 1, steps) / highest : 0;
    },
  };
}

const ratesOf = (schedule: Schedule, steps: number): number[] =>
  Array.from({ length: steps }, (_, i) => schedule.learningRate(i + 1, steps));
