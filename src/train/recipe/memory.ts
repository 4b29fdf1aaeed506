/**
 * About how many bytes a recipe's process takes at its peak, from its shapes alone: what a sweep divides the memory by. State,
 * gradients and the base that a mixture compares with are counted; what a batch makes is a formula for a gated layer (norms, projections, feed-forward, scores) and
 * logits. Held against measured peaks in tests/train/memory-needed.test.ts, where it says 4 to 15 % too much.
 */
import { join, resolve } from "node:path";
import { parametersOf } from "../../architecture/index.js";
import { bytesEach, LARGE } from "../../engine/index.js";
import { configOf, copiedLayers, shapeOf, type Size } from "../../model/index.js";
import { makeOf, type Options, type Written } from "../../registry.js";
import type { ModelConfig } from "../../types.js";
import { extentOf, mixtureOf } from "./extent.js";
import { optimiserOf } from "./made.js";
import type { Recipe, StageRecipe } from "./recipe.js";
import { listed } from "./stages.js";
import type { Objective } from "../step/objective.js";
import { objectives } from "../step/objectives/registry.js";
import { parameters } from "../step/parameters/registry.js";
import { BASE } from "../step/objectives/teacher.js";
import { parts as registry } from "../step/parts/registry.js";
import { selection } from "../step/parameters/trainable.js";
import type { Leaves, Parameters, Part, Shaped } from "../step/types.js";

/** Node, the libraries, the text. */
const PROCESS = 200e6;
const FLOAT = 4;

/** `from` is the folder that the recipe's paths are relative to. */
export function memoryNeeded(recipe: Recipe, from: string): number {
  const config = shapeBy(recipe, from);
  const stages = recipe.stages === undefined ? [recipe] : listed(recipe.stages);
  const needs = stages.map((stage) => {
    const { state, others } = held(recipe, stage, config, from);
    // Where memory counts less than speed, the engine plans ahead, and takes twice as much for what a batch makes.
    const work = FLOAT * made(recipe, stage, config) * (state < LARGE ? 2 : 1);
    return PROCESS + state + others + work;
  });
  return Math.max(...needs);
}

function shapeBy({ model, extend }: Recipe, from: string): ModelConfig {
  const { size, folder, run, vocabSize: fresh = 4096, architecture } = model;
  const config = size
    ? configOf({ size: size as Size, vocabSize: fresh, architecture })
    : shapeOf(resolve(from, folder ?? join(run!, "model")));
  const added = model.expandBlocks ? copiedLayers(config, model.expandBlocks).size : 0;
  const vocabSize = config.vocabSize + (extend?.newTokens ?? 0);
  return { ...config, layers: config.layers + added, vocabSize };
}

type Staged = Pick<StageRecipe, "optimiser" | "context"> & {
  trainable?: StageRecipe["trainable"];
  mixture?: Recipe["mixture"];
};

/** Bytes of the state; of gradients, of weights in 16 bits and of a base to compare with. */
function held(recipe: Recipe, stage: Staged, config: ModelConfig, from: string): { state: number; others: number } {
  const { extend, parts = [], accumulate = 1 } = recipe;
  const newRows = recipe.newRows ?? (extend && { from: config.vocabSize - extend.newTokens });
  const asked = recipe.parameters && makeOf<Parameters>(parameters, recipe.parameters);
  const trained = asked?.told?.({ newRows }) ?? asked ?? selection({ trainable: stage.trainable, newRows });
  const { leaves, added = {} }: Leaves = trained.of({ config, seed: 1 });
  const slots = optimiserOf(stage.optimiser ?? recipe.optimiser).slots(leaves);
  const gradients = numbersIn(leaves) * (accumulate > 1 ? 2 : 1);
  const own = parametersOf(config);
  const {
    reference,
    teacher = reference,
    cache,
  } = recipe.objective ? objectiveOf(recipe.objective).options : ({} as Options);
  const base = own.filter(({ name }) => name in leaves);
  const taught =
    typeof teacher !== "string" || cache ? [] : teacher === BASE ? base : parametersOf(shapeOf(resolve(from, teacher)));
  const weights = numbersIn(own) + numbersIn(added);
  const copies = parts.reduce((sum, part) => sum + (makeOf<Part>(registry, part).copies ?? 1), 0);
  const narrow = recipe.precision === undefined || recipe.precision === "float32" ? 0 : weights / 2;
  const compared = comparesWithBase(stage.mixture ?? recipe.mixture) ? weights : 0;
  return {
    state: FLOAT * (weights + numbersIn(taught) + copies * numbersIn(leaves)) + bytesIn(slots),
    others: FLOAT * (gradients + narrow + compared),
  };
}

/** Numbers that a batch makes and that are there at once. */
function made(recipe: Recipe, stage: Staged, config: ModelConfig): number {
  const { memory, context: most, objective } = recipe;
  const { batch } = extentOf({ ...recipe, mixture: stage.mixture ?? recipe.mixture });
  const { layers, width, ffn, heads, vocabSize } = config;
  const context = stage.context ?? most ?? config.context;
  const tokens = batch * context;
  const layer = tokens * (6 * width + 4 * ffn + 2 * heads * context);
  const matrices = (objective && objectiveOf(objective).logits) ?? 3;
  const logits = matrices * tokens * vocabSize;
  // Of blocks; where two models' are compared, what is made of them is not all of one block.
  const blocks = matrices > 3 ? 1.6 * 2 ** 24 + 2 * tokens * vocabSize : 3 * 2 ** 24;
  return memory === "layers" ? tokens * layers * width + layer + Math.min(logits, blocks) : layers * layer + logits;
}

/** Defaults filled in. */
const objectiveOf = (written: Written): Objective => makeOf<Objective>(objectives, written);
/** Of a branch that keeps its mixture nothing is known here. */
const comparesWithBase = (mixture: Recipe["mixture"]): boolean =>
  mixture !== "keep" && (mixtureOf(mixture).wants ?? []).some(({ signal }) => signal === "excess");

/** Of bfloat16 the update has float32 of all slots at once, and a process as much of them as if they were kept so. */
const bytesIn = (slots: Shaped): number =>
  Object.values(slots).reduce((sum, slot) => {
    const { uint8, float32 } = bytesEach;
    return sum + (slot.stored === "uint8" ? uint8 : float32) * numbersIn([slot]);
  }, 0);

const numbersIn = (arrays: Record<string, { shape: number[] }> | { shape: number[] }[]): number =>
  Object.values(arrays).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
