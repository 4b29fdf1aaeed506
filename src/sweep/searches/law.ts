/**
 * The run that a law wants next. After a first design a law is fitted to the runs that are over and refitted to redrawn ones
 * (`laws.bootstrap`); of many points the next runs are those where the refits say most can be gained:
 * "least": expected improvement on the lowest loss so far (Jones, Schonlau and Welch 1998), its mean over the refits;
 * "surest": where the refits differ most; a question of `laws.solve`: where a loss would tell most about its answer.
 * So many rounds of so many runs, then it is over.
 */
import { forms, type Law, laws } from "../../laws/index.js";
import { made, makeOf, type Options, type Written } from "../../registry.js";
import { rng } from "../../rng.js";
import { type AskedOfLaw, checkAsked } from "./law-answers.js";
import { inputsIn } from "./law-columns.js";
import { next } from "./law-next.js";
import { lossOf } from "./loss-of.js";
import { plain } from "./plain.js";
import type { Known, Search, Wanted } from "./types.js";

export interface LawOptions {
  /** A row of `laws`, or "mixing-domains", whose inputs are the domains in `columns`. */
  law: string;
  /** Where the law's inputs stand in a recipe: a field or a formula, `{ "share": "mixture.ko" }`. Default to their own names. */
  columns?: Readonly<Record<string, string>>;
  /** What the law says: a column of runs or a formula, such as `loss_ko`. Several have a fit each, and their mean is what counts. */
  loss: string | readonly string[];
  /** The first design: a search that looks at no results, with more runs than the law has constants. */
  of: Written;
  rounds: number;
  /** In each round; defaults to 1. */
  runs?: number;
  /** Defaults to "least". */
  seek?: "least" | "surest" | AskedOfLaw;
  /** Points among which a round chooses; defaults to 256. */
  candidates?: number;
  /** Refits; defaults to 200. */
  resamples?: number;
  /** Defaults to 1. */
  seed?: number;
}

export function law(options: LawOptions): Search {
  const { loss, of, rounds, runs = 1, seek = "least", candidates = 256, resamples = 200, seed = 1 } = options;
  const { columns = {} } = options;
  const form = formOf(options.law, columns);
  const inputs = inputsIn(form, columns);
  const judges = [loss].flat().map((text) => lossOf(text, "law"));
  if (typeof seek === "object") checkAsked(seek, form);
  const first = makeOf<Search>(plain, of);
  const all = { ...options, runs, seek, candidates, resamples, seed };
  return made(
    {
      name: "law",
      options: all as unknown as Options,
      open(space) {
        const begun = first.open(space).most;
        const least = form.parameters.length + 1;
        if (begun < least)
          throw new Error(`law: invalid of: ${begun} runs (${form.name} and its intervals need ${least} at least)`);
        const most = begun + rounds * runs;
        const design = first.open({ ...space, recipe: (values, number) => space.recipe(values, number, most) });
        const chosen: Wanted[][] = [];
        const choose = async (before: readonly Wanted[], known: Known): Promise<Wanted[]> => {
          const over = before.map(({ id, recipe }) => ({ recipe, losses: judges.map((judge) => judge(known(id)!)) }));
          const chance = rng(seed).fork(`law search, round ${chosen.length}`);
          const asked = { law: form, inputs, over, space, seek, count: runs, candidates, resamples, rng: chance };
          const found = await next(asked);
          return found.map((values, j) => {
            const number = before.length + j;
            return { id: String(number), recipe: space.recipe(values, number, most) };
          });
        };
        return {
          most,
          async propose(known) {
            const wanted = [...(await design.propose(known))];
            for (const { recipe } of wanted) inputs(recipe);
            for (let round = 0; round < rounds; round++) {
              if (wanted.some(({ id }) => known(id) === undefined)) break;
              chosen[round] ??= await choose(wanted, known);
              wanted.push(...chosen[round]!);
            }
            return wanted;
          },
        };
      },
    },
    first,
  );
}

function formOf(name: string, columns: Readonly<Record<string, string>>): Law {
  if (name === "mixing-domains") return forms.mixingDomains({ domains: Object.keys(columns) });
  if (Object.hasOwn(laws, name)) return laws[name]!;
  throw new Error(`law: invalid law: ${name} (mixing-domains or one of ${Object.keys(laws).join(", ")})`);
}
