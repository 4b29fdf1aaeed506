/** Which fields of a recipe are paths: said once, for whoever looks at what the files hold. */
import { BASE } from "../step/teacher.js";
import { evidenceFiles } from "../evidence.js";
import type { Recipe } from "./recipe.js";

/** The same recipe with every path in it replaced. */
export function mapPaths(recipe: Recipe, map: (path: string) => string): Recipe {
  const { corpus, shards, model, extend, objective, parts } = recipe;
  const made: Recipe = { ...recipe, model: { ...model } };
  if (model.folder !== undefined) made.model.folder = map(model.folder);
  if (model.run !== undefined) made.model.run = map(model.run);
  if (extend) {
    const named = evidenceFiles.filter((field) => extend[field] !== undefined);
    made.extend = { ...extend, ...Object.fromEntries(named.map((field) => [field, map(extend[field]!)])) };
  }
  if (typeof objective?.teacher === "string" && objective.teacher !== BASE)
    made.objective = { ...objective, teacher: map(objective.teacher) };
  if (corpus?.files)
    made.corpus = {
      ...corpus,
      files: mapValues(corpus.files, (given) => {
        if (typeof given === "string") return map(given);
        if (Array.isArray(given)) return given.map(map);
        const named = (["paths", "train", "heldOut"] as const).filter((part) => given[part] !== undefined);
        return { ...given, ...Object.fromEntries(named.map((part) => [part, [given[part]!].flat().map(map)])) };
      }),
    };
  if (parts)
    made.parts = parts.map((part) => {
      const { previous } = part as { previous?: string[] };
      return previous ? { ...part, previous: previous.map(map) } : part;
    });
  if (shards) made.shards = mapValues(shards, ({ train, heldOut }) => ({ train: map(train), heldOut: map(heldOut) }));
  return made;
}

const mapValues = <A, B>(object: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
