/**
 * A study of many domains in order: the same model goes through them one after another, in one order or in several, and every
 * domain is scored before and after each stage, those to come too; and, where asked, through each alone. Each order is a run
 * in stages in a folder of its own, so a study that was cut goes on where it was. Equal steps, equal tokens and equal epochs
 * of domains ask different things, and so does a learning rate that warms up again at each border: here steps are equal, and
 * the schedule begins anew in each stage.
 */
import { join } from "node:path";
import { fixed, type Mixture } from "../mixture/index.js";
import { scoresOf, type StageScores } from "../measure/index.js";
import { checkFileName } from "../names.js";
import type { Evaluation, LanguageModel } from "../types.js";
import type { ContinueOptions } from "./continue.js";
import { trainInStages } from "./recipe/stages.js";
import { byName, closeShards, encodeTexts, type Shards } from "./text.js";

export interface ThroughOptions extends Omit<ContinueOptions, "mixture" | "trainable" | "parameters"> {
  /** By name, the domains that are trained on, one after another; all of `on` are scored. */
  orders: Readonly<Record<string, readonly string[]>>;
  /** Of a stage, e.g. with replay of earlier ones; defaults to the domain alone. */
  mixture?: (domain: string, earlier: readonly string[]) => Mixture;
  /** Whether each domain is also trained on alone, from the start; defaults to false. */
  alone?: boolean;
}

/** What `measure.sequence` and `measure.orderEffect` take; scores are negative bits per byte. */
export interface ThroughOrder {
  stages: string[];
  before: StageScores;
  scores: StageScores[];
  /** Of each domain that was trained on alone, its own score; absent where that was not asked. */
  alone?: StageScores;
  /** After the last stage. */
  model: LanguageModel;
}

export interface Through {
  /** By name; those that a signal ended before their last stage are left out. */
  orders: Record<string, ThroughOrder>;
  /** Every score: after which stage (0 is the start) of which order. An order of one domain alone is called "alone: <domain>". */
  rows: ThroughRow[];
  /** Whether a signal ended it; the same call with `resume` goes on. */
  stopped: boolean;
}

export interface ThroughRow extends Pick<Evaluation, "domain" | "loss" | "bitsPerByte"> {
  order: string;
  stage: number;
  /** The domain that was trained on in that stage; "" of the start. */
  trained: string;
}

/** The model given is left as it is. Of one order: `measure.sequence(study.orders.similar)`. */
export async function continueThrough(model: LanguageModel, options: ThroughOptions): Promise<Through> {
  const { on, orders, alone = false, heldOutBytes, signal, onProgress } = options;
  const domains = Object.keys(byName(on));
  for (const [name, stages] of Object.entries(orders)) {
    checkFileName(name, "continueThrough");
    const stranger = stages.find((domain) => !domains.includes(domain));
    if (stages.length === 0 || stranger !== undefined)
      throw new Error(`continueThrough: invalid orders: ${name} of ${stranger ?? "none"} (${domains.join(", ")})`);
    if (new Set(stages).size < stages.length)
      throw new Error(`continueThrough: invalid orders: ${name} has a domain twice (${stages.join(", ")})`);
  }
  if (Object.keys(orders).length === 0) throw new Error("continueThrough: invalid orders: none");
  const trained = alone ? [...new Set(Object.values(orders).flat())] : [];
  const due = [
    ...trained.map((domain) => ({
      name: `alone: ${domain}`,
      folder: join("alone", `${domains.indexOf(domain) + 1}`),
      stages: [domain],
    })),
    ...Object.entries(orders).map(([name, stages]) => ({ name, folder: join("orders", name), stages })),
  ];
  const shards = await encodeTexts({ on, tokenizer: model.tokenizer, heldOutBytes, signal, onProgress });
  const study: Through = { orders: {}, rows: [], stopped: false };
  const own: Record<string, number> = {};
  try {
    for (const order of due) {
      const found = await through(model, order, shards, options);
      if (!found) return { ...study, stopped: true };
      const { rows, ...rest } = found;
      study.rows.push(...rows);
      if (order.name in orders) study.orders[order.name] = { ...rest, ...(alone && { alone: own }) };
      else own[order.stages[0]!] = rest.scores[0]![order.stages[0]!]!;
    }
    return study;
  } finally {
    closeShards(shards);
  }
}

interface Due {
  name: string;
  folder: string;
  stages: readonly string[];
}

/** Undefined where a signal ended it. */
async function through(
  model: LanguageModel,
  { name, folder, stages }: Due,
  shards: Shards,
  options: ThroughOptions,
): Promise<(Omit<ThroughOrder, "alone"> & { rows: ThroughRow[] }) | undefined> {
  const { on: _, orders: __, alone: ___, mixture = (domain) => fixed({ [domain]: 1 }), dir, steps, ...rest } = options;
  const run = await trainInStages({
    ...rest,
    steps,
    evaluateAt: [...new Set([0, ...(rest.evaluateAt ?? []), steps])].sort((a, b) => a - b),
    name,
    model,
    shards,
    // Each stage's own takes its place.
    mixture: mixture(stages[0]!, []),
    dir: dir && join(dir, folder),
    stages: stages.map((domain, i) => ({
      name: domain,
      trainable: "all",
      mixture: mixture(domain, stages.slice(0, i)),
    })),
  });
  if (run.stopped) return undefined;
  const ends = run.stages.map(({ evaluations }) => evaluations);
  const last = (evaluations: readonly Evaluation[]): number => evaluations.at(-1)!.step;
  const rows = [
    { evaluations: ends[0]!, step: 0 },
    ...ends.map((evaluations) => ({ evaluations, step: last(evaluations) })),
  ];
  return {
    stages: [...stages],
    before: scoresOf({ evaluations: ends[0]!, step: 0 }),
    scores: ends.map((evaluations) => scoresOf({ evaluations })),
    model: run.model,
    rows: rows.flatMap(({ evaluations, step }, stage) =>
      evaluations
        .filter((row) => row.step === step)
        .map(({ domain, loss, bitsPerByte }) => ({
          order: name,
          stage,
          trained: stage === 0 ? "" : stages[stage - 1]!,
          domain,
          loss,
          bitsPerByte,
        })),
    ),
  };
}
