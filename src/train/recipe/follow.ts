/**
 * A recipe carried out: text and model are fetched or made, the tokenizer widened where asked, and the run trained in its
 * folder. Everything before training depends on the recipe alone, so a resumed run makes the same of it.
 */
import { resolve } from "node:path";
import { type Corpus, type CorpusName, load as loadCorpus } from "../../corpus/index.js";
import { grow, type Grown, type InitialiserName, initialisers } from "../../embed/index.js";
import { choose, type Device, type Engine } from "../../engine/index.js";
import type { Mixture } from "../../mixture/index.js";
import { expandBlocks, load as loadModel, roundedLine, roundedTo, type Size } from "../../model/index.js";
import { rng } from "../../rng.js";
import type { Evaluation, LanguageModel, OnProgress, StepRow, Text } from "../../types.js";
import { extend, train as trainTokenizer } from "../../vocab/index.js";
import { branchOf, openParent } from "../run/branch.js";
import { evidenceOf } from "../evidence.js";
import { alike } from "./alike.js";
import { madeOf, mixtureOf, optimiserOf, scheduleOf } from "./made.js";
import { parseRecipe } from "./parse.js";
import { mapPaths } from "./paths.js";
import { evaluationPoints } from "../run/points.js";
import { fresh, specialsFor } from "../pretrain.js";
import type { MixtureRecipe, Recipe } from "./recipe.js";
import type { Run } from "../run/run.js";
import type { Schedule } from "../schedules/index.js";
import { listed, type Stage, trainInStages } from "./stages.js";
import { writtenOut } from "./written-out.js";
import { closeShards, encodeTexts, openShards } from "../text.js";
import type { TrainOptions } from "../options.js";
import { train } from "../train.js";
import { newIds } from "../step/parameters/trainable.js";
import type { NewRows } from "../step/parameters/trainables.js";

export interface FollowOptions {
  /** Checked by `parseRecipe`. */
  recipe: Recipe;
  /** The run's folder. */
  dir: string;
  /** Goes on with a run begun there; defaults to false. */
  resume?: boolean;
  /** The folder that the recipe's paths are relative to; defaults to the working directory. */
  from?: string;
  /** Defaults to what the recipe asks for. */
  engine?: Engine;
  /** Engine threads where the recipe names none; defaults to the number of cores. */
  threads?: number;
  /** Milliseconds to wait for another writer of `dir`; defaults to 0. */
  patience?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
  onStep?: (row: StepRow) => void;
  onEvaluation?: (row: Evaluation) => void;
}

export async function runRecipe(options: FollowOptions): Promise<Run> {
  const { dir, resume, patience, from = process.cwd(), signal, onProgress, onStep, onEvaluation } = options;
  const recipe = mapPaths(options.recipe, (path) => resolve(from, path));
  const { steps, evaluate = {} } = recipe;
  if (recipe.corpus?.dataset !== undefined) parseRecipe(writtenOut(recipe, from));
  const corpus = recipe.corpus && (await corpusOf(recipe.corpus, options));
  const texts = corpus?.texts;
  const { run } = recipe.model;
  const parent = run === undefined ? undefined : openParent(run, recipe.model.at);
  const seed = recipe.seed ?? parent?.record.seed ?? 1;
  const { model, newRows, newLayers, grown } = parent
    ? { model: parent.model, newRows: recipe.newRows, newLayers: undefined, grown: undefined }
    : await beginningOf(recipe, texts, seed, options);
  const rounded = roundedLine(model);
  if (rounded !== undefined) onProgress?.({ label: rounded, done: 1, total: 1, notice: true });
  const shards = texts
    ? await encodeTexts({ on: texts, tokenizer: model.tokenizer, heldOutBytes: evaluate.bytes, signal, onProgress })
    : openShards(recipe.shards!);
  try {
    const { device, threads = options.threads } = recipe.engine ?? {};
    const made = madeOf(recipe);
    const { line, ...begun } = parent
      ? branchOf(parent, { ...recipe.model, ...made, shards })
      : { model, schedule: made.schedule as Schedule, mixture: made.mixture as Mixture, line: undefined };
    if (line !== undefined) onProgress?.({ label: line, done: 1, total: 1, notice: true });
    const common: TrainOptions = {
      shards,
      ...made,
      ...begun,
      ...alike(recipe),
      ...(newLayers && saysNothing(recipe) && { trainable: { layers: newLayers } }),
      consume: true,
      seed,
      newRows,
      evaluateAt: evaluate.at ?? evaluationPoints({ steps, even: evaluate.even }),
      engine: options.engine ?? (await choose({ device: device as Device | undefined, threads })),
      dir,
      resume,
      patience,
      name: recipe.name ?? "run",
      notes: {
        recipe: options.recipe,
        ...(corpus && { corpus: told(corpus) }),
        ...(line !== undefined && { branch: line }),
        ...(rounded !== undefined && { rounded: roundedTo(model) }),
        ...(grown && { grown }),
        ...(newLayers && { newLayers }),
      },
      signal,
      onProgress,
      onStep,
      onEvaluation,
    };
    return recipe.stages ? await trainInStages({ ...common, stages: stagesOf(recipe) }) : await train(common);
  } finally {
    closeShards(shards);
  }
}

/** Whether nothing says what is trained. */
const saysNothing = ({ trainable, parameters, stages }: Recipe): boolean => !(trainable ?? parameters ?? stages);

interface BeginningModel {
  model: LanguageModel;
  newRows?: NewRows;
  /** Blocks that were added. */
  newLayers?: number[] | undefined;
  /** What run.json says of new tokens. */
  grown?: object;
}

/** The model that the recipe names, widened where it says so; nothing else is left of what that was made from. */
async function beginningOf(
  recipe: Recipe,
  texts: Record<string, Text> | undefined,
  seed: number,
  options: Making,
): Promise<BeginningModel> {
  const { model: named, extend, newRows } = recipe;
  const whole = named.folder ? loadModel(named.folder) : await freshModel(recipe, texts!, seed, options);
  const { newLayers, ...base } = named.expandBlocks
    ? expandBlocks({ model: whole, ...named.expandBlocks })
    : { ...whole, newLayers: undefined };
  if (!extend) return { model: base, newRows, newLayers };
  const { report, ...model } = await widened(base, extend, texts!, seed, options);
  return {
    model,
    newLayers,
    newRows: newRows ?? newIds({ base: base.tokenizer, tokenizer: model.tokenizer }),
    grown: { ...report, newIds: report.newIds.length },
  };
}

/** Each with evaluations over its own number of updates. */
function stagesOf({ stages: given, steps, evaluate }: Recipe): Stage[] {
  return listed(given!).map(({ mixture, schedule, optimiser, ...rest }) => {
    const stage: Stage = {
      ...rest,
      evaluateAt: evaluationPoints({ steps: rest.steps ?? steps, even: evaluate?.even }),
    };
    if (mixture) stage.mixture = mixtureOf(mixture);
    if (schedule) stage.schedule = scheduleOf(schedule);
    if (optimiser) stage.optimiser = optimiserOf(optimiser);
    return stage;
  });
}

type Making = Pick<FollowOptions, "signal" | "onProgress">;

function corpusOf({ name, ...rest }: NonNullable<Recipe["corpus"]>, making: Making): Promise<Corpus> {
  const { signal, onProgress } = making;
  return loadCorpus({ ...rest, name: name as CorpusName | undefined, signal, onProgress });
}

/** What run.json keeps of the text: where it came from, what was dropped or changed, and what is known of it. */
const told = ({ source, cleaning, notes, truth }: Corpus): object => ({
  source,
  cleaning,
  notes,
  ...(truth && { truth }),
});

async function freshModel(
  recipe: Recipe,
  texts: Record<string, Text>,
  seed: number,
  making: Making,
): Promise<LanguageModel> {
  const { size, architecture, vocabSize = 4096, tokenizerOn } = recipe.model;
  const languages = tokenizerOn ?? readDomains(recipe.mixture as MixtureRecipe);
  const { signal, onProgress } = making;
  const all = languages.flatMap((language) => texts[language]!.train);
  const config = architecture === undefined ? {} : { architecture };
  const specials = specialsFor(config);
  const tokenizer = await trainTokenizer({ texts: all, size: vocabSize, specials, signal, onProgress });
  return fresh({ size: size as Size, tokenizer, seed, config });
}

async function widened(
  base: LanguageModel,
  { on, newTokens, init = "subword-mean", ...files }: NonNullable<Recipe["extend"]>,
  texts: Record<string, Text>,
  seed: number,
  { signal, onProgress }: Making,
): Promise<Grown> {
  const documents = texts[on]!.train;
  const tokenizer = await extend({ base: base.tokenizer, texts: documents, newTokens, signal, onProgress });
  const evidence = await evidenceOf({
    initialiser: initialisers[init as InitialiserName],
    files,
    base: base.tokenizer,
    tokenizer,
    texts: () => Promise.resolve(documents),
    signal,
    onProgress,
  });
  const random = rng(seed).fork("grow");
  return grow({ base, tokenizer, init: init as InitialiserName, evidence, rng: random, signal, onProgress });
}

/** Domains with text to be read: of fixed shares those above 0, else all that the mixture names. */
function readDomains(written: MixtureRecipe): readonly string[] {
  const { name, options, domains } = mixtureOf(written);
  if (name !== "fixed") return domains;
  const shares = options.shares as Record<string, number>;
  return domains.filter((domain) => shares[domain]! > 0);
}
