/** Which of many candidates would tell or gain most, by what the refits of a law say of each. No law and no run is known here. */

export interface GainsOptions {
  /** What each refit predicts of each candidate: a row a candidate, a column a refit. */
  candidates: readonly (readonly number[])[];
  /** The same of the runs that are over. */
  over: readonly (readonly number[])[];
  /** Variance of one run's loss around its curve. */
  noise: number;
  /** A number of each refit that should become surer; null where it has none. Only with "answer". */
  answers?: readonly (number | null)[];
  seek: "least" | "surest" | "answer";
  /** Fewer where there are not so many candidates. */
  count: number;
}

/** Places in `candidates`, the best first, none twice; each knows those before it. */
export function gains(options: GainsOptions): number[] {
  const { candidates, seek, count } = options;
  const judge = seek === "least" ? improvement(options) : knowledge(options);
  const open = new Set(candidates.keys());
  const chosen: number[] = [];
  while (chosen.length < count && open.size > 0) {
    let [best, most] = [-1, -Infinity];
    for (const place of open) {
      const gain = judge.gain(place);
      if (gain > most) [best, most] = [place, gain];
    }
    // Nothing better can be found: what is least known is the next best question.
    if (best < 0 || !(most > 0)) return [...chosen, ...rest(options, open, count - chosen.length)];
    judge.take(best);
    open.delete(best);
    chosen.push(best);
  }
  return chosen;
}

function rest(options: GainsOptions, open: Set<number>, count: number): number[] {
  const places = [...open];
  if (options.seek === "surest") return places.slice(0, count);
  const candidates = places.map((place) => options.candidates[place]!);
  return gains({ ...options, candidates, seek: "surest", count }).map((i) => places[i]!);
}

interface Judge {
  gain(place: number): number;
  take(place: number): void;
}

/** Mean over refits of how far a candidate lies below the lowest run so far, both as that refit has them. */
function improvement({ candidates, over }: GainsOptions): Judge {
  const lowest = candidates[0]?.map((_, b) => Math.min(...over.map((row) => row[b]!))) ?? [];
  return {
    gain: (place) => mean(candidates[place]!.map((loss, b) => Math.max(0, lowest[b]! - loss))),
    take: (place) => candidates[place]!.forEach((loss, b) => (lowest[b] = Math.min(lowest[b]!, loss))),
  };
}

/**
 * Variance over refits of a candidate's own loss, or the part of the answers' variance that its loss explains; after each
 * choice, of what is left when that is known (both taken as jointly normal).
 */
function knowledge({ candidates, noise, answers, seek }: GainsOptions): Judge {
  const known = seek === "answer" ? [...answers!.keys()].filter((b) => answers![b] !== null) : [];
  const asked = known.length > 1;
  const refits = asked ? known : [...(candidates[0]?.keys() ?? [])];
  const away = candidates.map((row) => centred(refits.map((b) => row[b]!)));
  const answer = asked ? centred(refits.map((b) => answers![b]!)) : [];
  const spreadOf = (row: readonly number[]): number => inner(row, row) + noise * refits.length;
  const subtract = (from: number[], row: readonly number[], spread: number): void => {
    const part = inner(from, row) / spread;
    for (const i of from.keys()) from[i]! -= part * row[i]!;
  };
  return {
    gain: (place) =>
      asked ? inner(answer, away[place]!) ** 2 / spreadOf(away[place]!) : inner(away[place]!, away[place]!),
    take(place) {
      const row = [...away[place]!];
      const spread = spreadOf(row);
      for (const other of away) subtract(other, row, spread);
      if (asked) subtract(answer, row, spread);
    },
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const inner = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function centred(values: readonly number[]): number[] {
  const middle = mean(values);
  return values.map((value) => value - middle);
}
