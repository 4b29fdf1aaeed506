/**
 * Successive halving without waiting (ASHA: Li et al. 2020, A System for Massively Parallel Hyperparameter Tuning,
 * arXiv 1810.05934): many runs go a short way, the best 1/eta of them further, the best 1/eta of those to the end.
 *
 * A run has the schedule of its whole length from the first update on; a rung only stops it and promotion lets it go on, so
 * that nothing is lengthened, any schedule will do, and a promoted run is the one that was never stopped, byte for byte. What
 * a rung compares are therefore runs on their way, before a decay at the end.
 *
 * Who is promoted does not depend on which process was faster: of the runs of a rung in their order, whoever is among the best
 * 1/eta of the first n, for some n, goes on as soon as those n are known.
 */
import { made, makeOf, type Written } from "../../registry.js";
import type { Recipe } from "../../train/index.js";
import { lossOf } from "./loss-of.js";
import { plain } from "./plain.js";
import type { Known, Search, Wanted } from "./types.js";

export interface AshaOptions {
  /** Where its runs begin: a search that looks at no results. */
  of: Written;
  /** What should be small: a column or a formula, such as `loss_ko`. */
  loss: string;
  /** Updates at which runs are judged, before their end. Every run must be evaluated there. */
  rungs: readonly number[];
  /** One in so many goes on; defaults to 4. */
  eta?: number;
}

export function asha({ of, loss, rungs, eta = 4 }: AshaOptions): Search {
  const judge = lossOf(loss, "asha");
  const fail = (field: string, value: unknown, why: string): never => {
    throw new Error(`asha: invalid ${field}: ${String(value)} (${why})`);
  };
  if (rungs.some((rung, i) => i > 0 && rung <= rungs[i - 1]!)) fail("rungs", rungs.join(", "), "each above the last");
  const first = makeOf<Search>(plain, of);
  return made(
    {
      name: "asha",
      options: { of, loss, rungs, eta },
      open(space) {
        const recipes = (first.open(space).propose(() => undefined) as Wanted[]).map(({ recipe }) => recipe);
        const reaching = rungs.reduce((count) => Math.floor(count / eta), recipes.length);
        if (reaching < 1)
          fail("rungs", rungs.join(", "), `of ${recipes.length} runs, one in ${eta} at each, none reaches the end`);
        for (const recipe of recipes) checkRungs(recipe, rungs, fail);
        return { most: recipes.length, propose: (known) => ladder({ recipes, rungs, eta, judge, known }) };
      },
    },
    first,
  );
}

type Refuse = (field: string, value: unknown, why: string) => never;

function checkRungs({ steps, evaluate, stages }: Recipe, rungs: readonly number[], fail: Refuse): void {
  if (stages) fail("recipe", "stages", "runs in stages cannot be stopped at a rung");
  const last = rungs.at(-1)!;
  if (!(last < steps)) fail("rungs", last, `below steps, ${steps}`);
  const missing = [...rungs, steps].find((rung) => evaluate?.at && !evaluate.at.includes(rung));
  if (!evaluate?.at || missing !== undefined)
    fail(
      "rungs",
      missing ?? rungs[0],
      `runs are not evaluated there: "evaluate": { "at": [${[...rungs, steps].join(", ")}] }`,
    );
}

interface LadderOptions {
  recipes: readonly Recipe[];
  rungs: readonly number[];
  eta: number;
  judge: ReturnType<typeof lossOf>;
  known: Known;
}

function ladder({ recipes, rungs, eta, judge, known }: LadderOptions): Wanted[] {
  const all: Wanted[] = [];
  let members = recipes.map((_, i) => i);
  for (const until of [...rungs, undefined]) {
    const ids = members.map((member) => `${member}@${until ?? "end"}`);
    all.push(...members.map((member, i) => ({ id: ids[i]!, recipe: recipes[member]!, ...(until && { until }) })));
    members = promoted({ members, eta, losses: whatIsKnown(ids, judge, known) });
  }
  return all;
}

/** Losses of a rung's runs, up to the first that is not known. */
function whatIsKnown(ids: readonly string[], judge: LadderOptions["judge"], known: Known): number[] {
  const losses: number[] = [];
  for (const id of ids) {
    const columns = known(id);
    if (columns === undefined) break;
    losses.push(judge(columns));
  }
  return losses;
}

function promoted({ members, eta, losses }: { members: number[]; eta: number; losses: number[] }): number[] {
  const chosen = new Set<number>();
  // Places by loss, kept in order as the rung fills.
  const ranked: number[] = [];
  for (const [place, loss] of losses.entries()) {
    const at = ranked.findIndex((other) => losses[other]! > loss);
    ranked.splice(at < 0 ? ranked.length : at, 0, place);
    for (const best of ranked.slice(0, Math.floor(ranked.length / eta)))
      if (losses[best]! < Infinity) chosen.add(members[best]!);
  }
  return [...chosen];
}
