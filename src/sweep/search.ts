/**
 * A search carried out: what it wants is swept, what came of that is told, until it wants nothing more. All that it is told is
 * read from the ledger and the runs' folders, so a search that was killed and is called again wants the same and goes on. With
 * an executor that only takes runs over, a call hands over what is wanted by then; `watch.ts` calls until nothing is.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { evaluationRows, read, type RunData } from "../runs/index.js";
import { parseRecipe, type Recipe } from "../train/index.js";
import { jobsOf } from "./jobs.js";
import { isReached, readLedger, type SweepRow } from "./ledger.js";
import type { SweepFile } from "./grid.js";
import { foldersOf } from "./places.js";
import type { OpenSearch, Wanted } from "./searches/types.js";
import type { SweepOptions, SweepResult } from "./options.js";
import { sweepChecked } from "./sweep.js";

export interface SearchOptions extends Omit<SweepOptions, "jobs" | "file" | "onRows" | "onStop"> {
  /** What `sweep.searchIn` makes of a sweep's file. */
  search: OpenSearch & { file?: SweepFile };
  /** What is wanted besides what was before, each time that there is more. */
  onWanted?: (wanted: readonly Wanted[]) => void;
}

export interface SearchResult extends SweepResult {
  /** All that was wanted, in the order in which it was. */
  wanted: Wanted[];
}

type Outcome = Readonly<Record<string, number>> | "lost";

/** What came of the run at a place among the recipes. */
interface Swept {
  row?: SweepRow | undefined;
  run(): RunData | undefined;
}

/** A run that diverged is lost to the search; the next call tries it again, as a sweep does. */
export async function search({
  search: open,
  onWanted,
  again = true,
  ...options
}: SearchOptions): Promise<SearchResult> {
  const known = new Map<string, () => Outcome | undefined>();
  const told = new Set<string>();
  /** One that wants all at once asks of no run what came of it. */
  let asked = false;
  // What a file's search wants it has checked.
  const check = (recipe: Recipe): Recipe => (open.file ? recipe : parseRecipe(recipe, "sweep: what the search wants"));
  const propose = async (): Promise<{ wanted: Wanted[]; fresh: Wanted[] }> => {
    const wanted = await open.propose((id) => {
      asked = true;
      return known.get(id)?.();
    });
    return { wanted, fresh: wanted.filter(({ id }) => !told.has(id)) };
  };
  const tell = (fresh: readonly Wanted[]): void => {
    for (const { id } of fresh) told.add(id);
    if (fresh.length > 0) onWanted?.(fresh);
  };
  const learn = (all: readonly Wanted[], recipes: readonly Recipe[], swept: (place: number) => Swept): void => {
    const places = new Map(recipes.map((recipe, place) => [recipe, place]));
    for (const each of all) {
      if (known.has(each.id)) continue;
      const { row, run } = swept(places.get(each.recipe)!);
      const outcome = once(() => outcomeOf(each, row, run() ?? (row?.diverged ? attempt(row.dir) : undefined)));
      if (asked ? outcome() : isReached(row, { stopAt: each.until }) || row?.diverged) known.set(each.id, outcome);
    }
  };
  // What earlier calls left tells at once how far the search is.
  for (let before = -1; known.size > before;) {
    before = known.size;
    const { wanted } = await propose();
    if (!asked) break;
    const jobs = furthest(wanted, check);
    learn(wanted, [...jobs.keys()], await leftBefore({ ...options, jobs: [...jobs.values()] }));
  }
  let result: SweepResult | undefined;
  for (;;) {
    const { wanted, fresh } = await propose();
    if (result && (fresh.length === 0 || options.signal?.aborted))
      return Object.assign(result, { wanted, stopped: wanted.some(({ id }) => !known.has(id)) });
    tell(fresh);
    const jobs = furthest(wanted, check);
    const recipes = [...jobs.keys()];
    const swept = (result = await sweepChecked({
      ...options,
      jobs: [...jobs.values()],
      file: open.file,
      again: again && result === undefined,
      /** Runs that are there go on at once; others wait for the next sweep. */
      async onStop(job, run) {
        if (!asked) return [];
        const mine = (await propose()).wanted.filter(({ id, recipe }) => told.has(id) && recipe === recipes[job]);
        learn(mine, recipes, () => ({ run: () => run }));
        const further = (await propose()).fresh.filter(({ recipe }) => recipes.includes(recipe));
        tell(further);
        return further.map(({ recipe, until }) => ({ job: recipes.indexOf(recipe), stopAt: until }));
      },
    }));
    const mine = (await propose()).wanted.filter(({ id }) => told.has(id));
    learn(mine, recipes, (place) => ({ row: swept.rows[place], run: () => swept.reached[place] }));
  }
}

/** What the ledger has as far as the recipes go, whether or not somebody goes on with it, and what diverged. */
async function leftBefore({
  jobs: recipes,
  dir,
  from = process.cwd(),
}: SweepOptions): Promise<(place: number) => Swept> {
  const swept: Swept[] = [];
  const runs = resolve(dir, "runs");
  const nothing: Swept = { run: () => undefined };
  if (!existsSync(runs)) return () => nothing;
  const ledger = readLedger(resolve(dir, "sweep.jsonl"));
  for (const [{ key, recipe, places }, name] of foldersOf(await jobsOf(recipes, from), runs)) {
    const row = ledger.get(key);
    const run = once(() => (isReached(row, recipe) ? attempt(join(runs, name)) : undefined));
    for (const place of places) swept[place] = { row, run };
  }
  return (place) => swept[place] ?? nothing;
}

/** One job for each recipe that is wanted, as far as it is. */
function furthest(wanted: readonly Wanted[], check: (recipe: Recipe) => Recipe): Map<Recipe, Recipe> {
  const jobs = new Map<Recipe, Recipe>();
  for (const { recipe, until } of wanted)
    jobs.set(recipe, until === undefined ? check(recipe) : { ...check(recipe), stopAt: until });
  return jobs;
}

/** Columns where it was to stop; "lost" where it diverged before. `run` is as far as its recipe goes, or diverged. */
function outcomeOf(
  { recipe, until }: Wanted,
  row: SweepRow | undefined,
  run: RunData | undefined,
): Outcome | undefined {
  const evaluated = run ? evaluationRows(run) : [];
  const at = evaluated.find(({ step }) => step === (until ?? recipe.steps));
  if (at) return numbersOf(at);
  if (row?.diverged) return "lost";
  // A whole run that is not evaluated at its end: its last row is what there is.
  return run && until === undefined ? numbersOf(evaluated.at(-1) ?? {}) : undefined;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function attempt(dir: string): RunData | undefined {
  try {
    return read(dir);
  } catch {
    return undefined;
  }
}

const numbersOf = (row: object): Record<string, number> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => typeof value === "number")) as Record<string, number>;
