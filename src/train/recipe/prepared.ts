/**
 * A recipe up to the moment before training: text and model are fetched or made, the tokenizer widened where asked. All of it
 * depends on the recipe alone, so a resumed run makes the same of it, and so does who hands the recipe to another trainer.
 */
import { resolve } from "node:path";
import { type Corpus, type CorpusName, load as loadCorpus } from "../../corpus/index.js";
import { grow, type Grown, type InitialiserName, initialisers } from "../../embed/index.js";
import type { Mixture } from "../../mixture/index.js";
import { expandBlocks, load as loadModel, roundedLine, roundedTo, type Size } from "../../model/index.js";
import { rng } from "../../rng.js";
import type { LanguageModel, OnProgress, Text } from "../../types.js";
import { extend, train as trainTokenizer } from "../../vocab/index.js";
import { branchOf, openParent } from "../run/branch.js";
import { evidenceOf } from "../evidence.js";
import { alike } from "./alike.js";
import { mixtureOf } from "./extent.js";
import { madeOf, optimiserOf, scheduleOf } from "./made.js";
import { parseRecipe } from "./parse.js";
import { mapPaths } from "./paths.js";
import { evaluationPoints } from "../run/points.js";
import { fresh, specialsFor } from "../pretrain.js";
import type { MixtureRecipe, Recipe } from "./recipe.js";
import type { Schedule } from "../schedules/index.js";
import { listed, type Stage } from "./stages.js";
import { writtenOut } from "./written-out.js";
import { closeShards, encodeTexts, openShards } from "../text.js";
import type { TrainOptions } from "../options.js";
import { newIds } from "../step/parameters/trainable.js";
import type { NewRows } from "../step/parameters/trainables.js";

export interface PrepareOptions {
  /** Checked by `parseRecipe`. */
  recipe: Recipe;
  /** The folder that the recipe's paths are relative to; defaults to the working directory. */
  from?: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Prepared {
  /** What `train` takes; the shards are open, and nobody else has the model. */
  options: TrainOptions;
  stages?: Stage[];
  /** What the documents of each domain are called, unless the text was encoded already. */
  keys?: Corpus["keys"];
  /** Closes the shards. */
  close(): void;
}

export async function prepared(options: PrepareOptions): Promise<Prepared> {
  const { from = process.cwd(), signal, onProgress } = options;
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
    };
    return {
      options: common,
      ...(recipe.stages && { stages: stagesOf(recipe) }),
      ...(corpus && { keys: corpus.keys }),
      close: () => closeShards(shards),
    };
  } catch (error) {
    closeShards(shards);
    throw error;
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

type Making = Pick<PrepareOptions, "signal" | "onProgress">;

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
