/**
 * A sweep's recipes as jobs. What decides a run's bytes is its key: the settings, and what the files hold that it names. Its
 * name and its labels are not, so that equal settings are one run whatever they are called.
 */
import { basename, resolve } from "node:path";
import { hashOf, mapPaths, type Recipe, TRAINER, writtenOut } from "../train/index.js";
import { type Content, contentOf } from "./contents.js";

export interface Job {
  recipe: Recipe;
  key: string;
  name: string;
  /** What the paths held when the sweep began, by path as it is found. */
  contents: ReadonlyMap<string, Content>;
  /** Its places among the recipes given: more than one where several are equal. */
  places: number[];
}

/** One job for each key, in the order of the recipes. */
export async function jobsOf(recipes: readonly Recipe[], from: string): Promise<Job[]> {
  const known = new Map<string, Content | undefined>();
  const jobs = new Map<string, Job>();
  for (const [place, recipe] of recipes.entries()) {
    const contents = new Map<string, Content>();
    const whole = writtenOut(recipe, from);
    for (const path of pathsOf(whole, from)) {
      if (!known.has(path)) known.set(path, await contentOf(path));
      const content = known.get(path);
      if (content) contents.set(path, content);
    }
    const key = settingsOf(
      // A file's name decides which documents are held out, so it stays; where the file lies does not.
      mapPaths(whole, (path) => {
        const content = contents.get(resolve(from, path));
        return content ? `${basename(path)} ${content.hash}` : path;
      }),
    );
    const before = jobs.get(key);
    if (before) {
      before.places.push(place);
      // Of two that are one run, the one that goes further.
      if ((recipe.stopAt ?? Infinity) > (before.recipe.stopAt ?? Infinity)) before.recipe = recipe;
    } else jobs.set(key, { recipe, key, name: recipe.name ?? key, contents, places: [place] });
  }
  return [...jobs.values()];
}

/** Hash of what a recipe asks for, whatever it is called, and whatever it leaves besides the model, and wherever it is stopped. */
export function settingsOf(recipe: Recipe): string {
  const { name: _, labels: __, dropOptimiser: ___, logs: ____, stopAt: _____, ...settings } = recipe;
  // What is left out is the same as its default; the order of domains decides ties between them.
  return hashOf({
    trainer: TRAINER,
    domains: Object.keys(recipe.mixture),
    recipe: { seed: 1, batch: 16, ...settings },
  });
}

/** The job's recipe wherever it is read: paths in it are absolute. */
export const atHome = (recipe: Recipe, from: string): Recipe => mapPaths(recipe, (path) => resolve(from, path));

function pathsOf(recipe: Recipe, from: string): string[] {
  const paths: string[] = [];
  mapPaths(recipe, (path) => {
    paths.push(resolve(from, path));
    return path;
  });
  return paths;
}
