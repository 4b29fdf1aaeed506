/** The things that a recipe writes down, made by their rows; short forms as the recipe's documentation says. */
import { type Buffer, buffers, type Order, orders } from "../../corpus/index.js";
import type { Mixture } from "../../mixture/index.js";
import { isWritten, makeOf, type Written } from "../../registry.js";
import { evaluators } from "../evaluators/registry.js";
import type { Evaluator } from "../evaluators/types.js";
import { mixtureOf } from "./extent.js";
import type { OptimiserRecipe, Recipe } from "./recipe.js";
import { type Schedule, schedules } from "../schedules/index.js";
import { activeForgetting } from "../step/parts/active-forgetting.js";
import { adamw } from "../step/optimisers/adamw.js";
import { objectives } from "../step/objectives/registry.js";
import { optimisers } from "../step/optimisers/registry.js";
import { parameters } from "../step/parameters/registry.js";
import { parts } from "../step/parts/registry.js";
import type { Objective } from "../step/objective.js";
import type { Optimiser, Parameters, Part } from "../step/types.js";

export const scheduleOf = (written: Written): Schedule => makeOf(schedules, written);

export const optimiserOf = (written: OptimiserRecipe = {}): Optimiser =>
  isWritten(written) ? makeOf(optimisers, written) : adamw(written);

export interface MadeOfRecipe {
  mixture: Mixture | "keep";
  schedule: Schedule | "keep";
  optimiser: Optimiser;
  objective?: Objective;
  parameters?: Parameters;
  parts: Part[];
  order?: Order | Record<string, Order>;
  buffer?: Buffer;
  evaluators: Evaluator[];
}

/** Everything of a recipe that a registry makes. */
export function madeOf(recipe: Recipe): MadeOfRecipe {
  const { objective, order, activeForgetting: forgetting } = recipe;
  return {
    mixture: recipe.mixture === "keep" ? "keep" : mixtureOf(recipe.mixture),
    schedule: recipe.schedule === "keep" ? "keep" : scheduleOf(recipe.schedule),
    optimiser: optimiserOf(recipe.optimiser),
    objective: objective && makeOf<Objective>(objectives, objective),
    parameters: recipe.parameters && makeOf<Parameters>(parameters, recipe.parameters),
    parts: [
      ...(forgetting ? [activeForgetting(forgetting)] : []),
      ...(recipe.parts ?? []).map((part) => makeOf<Part>(parts, part)),
    ],
    order:
      order && (isWritten(order) ? makeOf<Order>(orders, order) : mapped(order, (one) => makeOf<Order>(orders, one))),
    buffer: recipe.buffer && makeOf<Buffer>(buffers, recipe.buffer),
    evaluators: (recipe.evaluate?.also ?? []).map((each) => makeOf<Evaluator>(evaluators, each)),
  };
}

const mapped = <A, B>(object: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
