/**
 * What a row of `corpus.scores` says of each document decides whether it stays: by bounds, or by how it stands among all the others. Two
 * in a row cut both ends: the best nine tenths, and of those the worst eight ninths.
 */
import { type Json, made, write } from "../../registry.js";
import { rng } from "../../rng.js";
import { readyOf, type Score } from "../scores/types.js";
import { scoresSeen } from "./scores-seen.js";
import { noPast, type OpenStep, type Step } from "./types.js";

export interface ScoreStepOptions {
  by: Score;
  /** Bounds: what is at least this, and at most that, stays. */
  above?: number;
  below?: number;
  /** Or a share of the text in (0, 1], by UTF-8 bytes: the best documents, at the end that the score calls good. */
  best?: number;
  /** Or the worst. */
  worst?: number;
  /** Or a sample without replacement, the score being the log of a document's weight (Gumbel top-k, as DSIR has it). */
  sample?: number;
  /** Of the sample; defaults to 1. */
  seed?: number;
}

export function scoreStep({ by, above, below, best, worst, sample, seed = 1 }: ScoreStepOptions): Step {
  const bounded = above !== undefined || below !== undefined;
  const shares = Object.entries({ best, worst, sample }).filter(([, share]) => share !== undefined);
  if (shares.length + Number(bounded) !== 1)
    throw new Error("score: invalid options: give bounds (above, below), or one of best, worst and sample");
  for (const [name, share] of shares)
    if (!(share! > 0 && share! <= 1)) throw new Error(`score: invalid ${name}: ${share} (above 0, at most 1)`);
  for (const [name, bound] of Object.entries({ above, below }))
    if (Number.isNaN(bound)) throw new Error(`score: invalid ${name}: NaN (a number)`);

  /** Why a document of this score goes, or undefined. */
  function outside(score: number): string | undefined {
    if (Number.isNaN(score)) return `no ${by.name}`;
    if (above !== undefined && score < above) return `${by.name} below ${above}`;
    return below !== undefined && score > below ? `${by.name} above ${below}` : undefined;
  }

  /** High comes first. */
  function ranksOf(scores: readonly number[]): number[] {
    const good = scores.map((score) => (by.easy === "high" ? score : -score));
    if (sample === undefined) return worst === undefined ? good : good.map((score) => -score);
    const chance = rng(seed).fork("score");
    // Within (0, 1), so that the noise is finite.
    return good.map((score) => score - Math.log(-Math.log(chance.uniform() + 2 ** -33)));
  }

  const [kind, share] = shares[0] ?? [];
  const left = kind === "sample" ? `not drawn by ${by.name}` : `not of the ${kind} by ${by.name}`;
  const alone = bounded && !("values" in by);
  return made(
    {
      name: "score",
      options: {
        by: write(by) as Json,
        above,
        below,
        best,
        worst,
        sample,
        seed: sample === undefined ? undefined : seed,
      },
      alone,
      ready: () => readyOf(by),
      open(past = noPast): OpenStep {
        const verdict = (document: Parameters<OpenStep["judge"]>[0], why: string | undefined) =>
          why === undefined ? document : { dropped: why };
        const said = "said" in by ? by.said : undefined;
        if (alone) return { said, judge: (document) => verdict(document, outside(by.ofText(document.text))) };
        const { seen, see, all } = scoresSeen("score", by, past.log);
        let reasons: (string | undefined)[] | undefined;
        let { judged } = past;
        return {
          said,
          seen,
          see,
          judge(document) {
            if (!reasons) {
              const { scores, bytes } = all();
              const kept = share === undefined ? undefined : firstBy(ranksOf(scores), bytes, share);
              reasons = kept ? scores.map((_, i) => (kept.has(i) ? undefined : left)) : scores.map(outside);
            }
            return verdict(document, reasons[judged++]);
          },
        };
      },
    },
    by,
  );
}

/** Numbers of the documents that come first until they have this share of all bytes; those without a rank, NaN, come last. */
function firstBy(ranks: readonly number[], bytes: readonly number[], share: number): Set<number> {
  const rank = (i: number): number => (Number.isNaN(ranks[i]) ? -Infinity : ranks[i]!);
  const order = [...ranks.keys()].sort((a, b) => (rank(a) === rank(b) ? a - b : rank(a) < rank(b) ? 1 : -1));
  let wanted = share * bytes.reduce((a, b) => a + b, 0);
  const kept = new Set<number>();
  for (const i of order) {
    // The one that crosses it stays where most of it is within.
    if (kept.size > 0 && wanted < bytes[i]! / 2) break;
    kept.add(i);
    wanted -= bytes[i]!;
  }
  return kept;
}
