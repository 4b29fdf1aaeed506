/** Which fields of a recipe are paths: said once, for whoever looks at what the files hold. */
import { mapTextPaths, orders, renderings } from "../../corpus/index.js";
import { isWritten, type Json, type Made, mapWritten, type Registry, type Written } from "../../registry.js";
import { evidenceFiles } from "../evidence.js";
import { evaluators } from "../evaluators/registry.js";
import { objectives } from "../step/objectives/registry.js";
import { parts as rows } from "../step/parts/registry.js";
import { BASE } from "../step/objectives/teacher.js";
import type { CorpusRecipe, Recipe } from "./recipe.js";

/** The same recipe with every path in it replaced. */
export function mapPaths(recipe: Recipe, map: (path: string) => string): Recipe {
  const { corpus, shards, model, extend, objective, order, parts, evaluate } = recipe;
  const made: Recipe = { ...recipe, model: { ...model } };
  // The word for the run's own base is none.
  const mapRow = (registry: Registry<Made>, written: Written): Written =>
    mapWritten(registry, written, (path) => (path === BASE ? path : map(path)));
  // A rendering may be made of another.
  const mapRendering = (as: Written): Written => ({
    ...mapRow(renderings, as),
    ...(as.by && { by: mapRow(renderings, as.by as Written) as Json }),
  });
  if (model.folder !== undefined) made.model.folder = map(model.folder);
  if (model.run !== undefined) made.model.run = map(model.run);
  if (extend) {
    const named = evidenceFiles.filter((field) => extend[field] !== undefined);
    made.extend = { ...extend, ...Object.fromEntries(named.map((field) => [field, map(extend[field]!)])) };
  }
  if (objective) made.objective = mapRow(objectives, objective);
  if (corpus?.paired)
    made.corpus = {
      ...corpus,
      paired: mapValues(corpus.paired, ({ as, ...pairs }) => ({
        ...pairs,
        ...(as && { as: mapRendering(as) }),
      })),
    };
  if (corpus)
    made.corpus = {
      ...corpus,
      ...made.corpus,
      ...(corpus.dataset !== undefined && { dataset: map(corpus.dataset) }),
      ...(mapTextPaths(corpus, map) as Pick<CorpusRecipe, "files" | "clean">),
    };
  if (order)
    made.order = isWritten(order) ? mapRow(orders, order) : mapValues(order, (each) => mapRow(orders, each as Written));
  if (parts) made.parts = parts.map((part) => mapRow(rows, part));
  if (evaluate?.also) made.evaluate = { ...evaluate, also: evaluate.also.map((each) => mapRow(evaluators, each)) };
  if (shards) made.shards = mapValues(shards, ({ train, heldOut }) => ({ train: map(train), heldOut: map(heldOut) }));
  return made;
}

const mapValues = <A, B>(object: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
