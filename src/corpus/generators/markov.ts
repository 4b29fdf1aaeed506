/**
 * Languages in which a symbol depends on the few before it and on nothing else (Shannon 1948,
 * https://doi.org/10.1002/j.1538-7305.1948.tb01338.x): how well any model can do is known exactly, so what a loss is above it is
 * what is not yet learned, or was forgotten. Of several sources each document begins with the number of its own, and the floor
 * is the mean of theirs.
 */
import { dirichlet } from "../../laws/forms/regmix.js";
import { made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import { type Chain, entropy, entropyRate, follow, stationary } from "./chain.js";
import { counted, type Counts, times, wholes } from "./counts.js";
import { symbol } from "./symbols.js";
import type { Generator, Question } from "./types.js";

export interface MarkovOptions extends Counts {
  /** Symbols before that matter, 1 to 5; defaults to 1. */
  order?: number;
  /** Different symbols, 2 to 100; defaults to 8. `states ** order` is at most 1024. */
  states?: number;
  /** Of the Dirichlet that each context's chances are drawn from: few symbols are likely where it is small; 0.02 to 100, defaults to 0.5. */
  concentration?: number;
  /** Symbols of a document, from order + 1; defaults to 64. */
  length?: number;
  /** Chains, 1 to 10, of which each document is by one; defaults to 1. */
  sources?: number;
  /** Chances of your own in place of drawn ones: a row for each context, in the order of its symbols. */
  transitions?: readonly (readonly number[])[];
}

interface Source {
  chain: Chain;
  /** Of contexts in the long run, which a document begins with. */
  often: readonly number[];
}

/** Documents: symbols with blanks between, drawn from the long run on. A question asks for the likeliest symbol of up to four; no group. */
export function markov(options: MarkovOptions = {}): Generator {
  const { order = 1, transitions, concentration = 0.5, length = 64, sources = 1, ...others } = options;
  const { states: given, ...counts } = others;
  const states = transitions ? (transitions[0]?.length ?? 0) : (given ?? 8);
  const { documents, questions } = counted("markov", counts);
  const check = wholes("markov");
  check("order", order, 1, 5);
  check("states", states, 2, 100);
  check("states ** order", states ** order, 2, 1024);
  check("length", length, order + 1, 100_000);
  check("sources", sources, 1, transitions ? 1 : 10);
  if (!(concentration >= 0.02 && concentration <= 100))
    throw new Error(`markov: invalid concentration: ${concentration} (0.02 to 100)`);
  if (transitions) checkTransitions(transitions, states, order);
  return made({
    name: "markov",
    options: {
      ...{ order, length, sources, documents, questions },
      ...(transitions ? { transitions: transitions.map((row) => [...row]) } : { states, concentration }),
    },
    generate({ rng }) {
      // The chains, what is asked and what is told do not depend on how much of each there is.
      const [draws, asks, tells] = [rng.fork("chains"), rng.fork("asked"), rng.fork("told")];
      const drawn = (): Chain =>
        times(states ** order, () =>
          dirichlet(
            times(states, () => concentration),
            draws,
          ),
        );
      const all = times(sources, (): Source => {
        const chain = transitions ?? drawn();
        return { chain, often: stationary(chain) };
      });
      const said = (symbols: readonly number[], s: number): string =>
        [...(sources > 1 ? [s] : []), ...symbols.map((each) => symbol(each, states))].join(" ");
      const own = times(questions, () => asked({ rng: asks, all, order, length, said }));
      const text = times(documents, () => {
        const s = tells.int(sources);
        return said(walk(tells, all[s]!, order, length), s);
      });
      return { documents: text, questions: own, truth: truthOf(all, { order, length, states }) };
    },
  });
}

interface Asking {
  rng: Rng;
  all: readonly Source[];
  order: number;
  length: number;
  said(symbols: readonly number[], s: number): string;
}

/** The beginning of a document, after which one symbol is likelier than another. */
function asked({ rng, all, order, length, said }: Asking): Question {
  for (let again = 0; again < 1000; again++) {
    const s = rng.int(all.length);
    const { chain } = all[s]!;
    const states = chain[0]!.length;
    const symbols = walk(rng, all[s]!, order, order + rng.int(length - order));
    const chances = chain[symbols.slice(-order).reduce((sum, each) => sum * states + each, 0)]!;
    const likeliest = chances.indexOf(Math.max(...chances));
    const others = rng.shuffle(chances.flatMap((p, i) => (p < chances[likeliest]! ? [i] : []))).slice(0, 3);
    if (others.length === 0) continue;
    const choices = rng.shuffle([likeliest, ...others]);
    return {
      context: said(symbols, s),
      choices: choices.map((each) => symbol(each, states)),
      gold: choices.indexOf(likeliest),
    };
  }
  throw new Error("markov: invalid questions: no symbol is likelier than another in these transitions");
}

function checkTransitions(rows: Chain, states: number, order: number): void {
  if (rows.length !== states ** order)
    throw new Error(`markov: invalid transitions: ${rows.length} rows (${states ** order}, one for each context)`);
  for (const [c, row] of rows.entries()) {
    const sum = row.reduce((total, p) => total + p, 0);
    if (row.length !== states || row.some((p) => !(p >= 0)) || !(Math.abs(sum - 1) < 1e-9))
      throw new Error(`markov: invalid transitions: row ${c} (${states} chances that sum to 1)`);
  }
}

function walk(rng: Rng, { chain, often }: Source, order: number, length: number): number[] {
  const states = chain[0]!.length;
  let context = draw(rng, often);
  const symbols = times(order, () => 0).map((_, i) => Math.floor(context / states ** (order - 1 - i)) % states);
  while (symbols.length < length) {
    const next = draw(rng, chain[context]!);
    symbols.push(next);
    context = follow(chain, context, next);
  }
  return symbols;
}

/** An index with these chances. */
function draw(rng: Rng, chances: readonly number[]): number {
  let left = rng.uniform();
  for (const [i, p] of chances.entries()) if ((left -= p) < 0) return i;
  // Chances that sum to a little less than 1.
  return chances.length - 1 - [...chances].reverse().findIndex((p) => p > 0);
}

function truthOf(
  all: readonly Source[],
  { order, length, states }: Record<"order" | "length" | "states", number>,
): { nats: number; bitsPerByte: number } {
  const mean = (of: (source: Source) => number): number => all.reduce((sum, each) => sum + of(each), 0) / all.length;
  const nats = mean(({ chain, often }) => entropyRate(chain, often));
  const document = Math.log(all.length) + mean(({ often }) => entropy(often)) + (length - order) * nats;
  const bytes = (all.length > 1 ? 2 : 0) + length * (symbol(0, states).length + 1) - 1;
  return { nats, bitsPerByte: document / Math.LN2 / bytes };
}
