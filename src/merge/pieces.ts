/** One tensor of all models, merged a piece at a time: what is held does not depend on how large it is. */
import { parametersOf } from "../architecture/index.js";
import { firstNotFinite } from "../finite.js";
import type { Rng } from "../rng.js";
import { type Aligned, align, type Inputs, type Range } from "./align.js";
import { type Numbers, PIECE } from "./types.js";

export interface Merged {
  /** Where it begins in the tensor. */
  begin: number;
  /** Good until the next piece. */
  numbers: Float32Array;
}

export interface MergedTensor extends Aligned {
  /** Throws one line where a number is not finite. */
  merged(): Iterable<Merged>;
}

/** The tensors of the base; each is merged when it is asked for. */
export function mergedTensors({ rng, ...inputs }: Inputs & { rng: Rng }): MergedTensor[] {
  const { caller, base, models, method } = inputs;
  const layers = new Map(base.config && parametersOf(base.config).map(({ name, layer }) => [name, layer]));
  return align(inputs).map((aligned) => {
    const { name, isTable, ranges, size } = aligned;
    const sources = method.fromBase ? [base, ...models] : models;
    const read = sources.map(({ tensors }) => tensors[name]!);
    const numbers = function* (): Iterable<Float32Array[]> {
      for (const [begin, end] of pieces(ranges)) yield readAll(read, begin, end);
    };
    const merged = function* (): Iterable<Merged> {
      const own = rng.fork(name);
      const place = { layer: layers.get(name), layers: base.config?.layers ?? 0 };
      const combine = method.begin({ name, size, isTable, ...place, rng: own, pieces: numbers });
      const out = new Float32Array(Math.min(PIECE, size));
      for (const [begin, end] of pieces(ranges)) {
        const given = readAll(read, begin, end);
        const piece = out.subarray(0, end - begin);
        combine(given, piece);
        for (const [n, one] of [...given, piece].entries()) {
          const at = firstNotFinite(one);
          if (at >= 0)
            throw new Error(
              `${caller}: ${notFinite(sources[n]?.name, `${name} has ${one[at]} at number ${begin + at}`)}`,
            );
        }
        yield { begin, numbers: piece };
      }
    };
    return { ...aligned, merged };
  });
}

function* pieces(ranges: readonly Range[]): Iterable<Range> {
  for (const [first, last] of ranges)
    for (let begin = first; begin < last; begin += PIECE) yield [begin, Math.min(last, begin + PIECE)];
}

const readAll = (read: readonly Numbers[], begin: number, end: number): Float32Array[] =>
  read.map((one) => one.read(begin, end));

const notFinite = (model: string | undefined, where: string): string =>
  model === undefined
    ? `invalid weights: merged, ${where} (choose smaller ones)`
    : `invalid models: ${model} (${where}; finite numbers are expected)`;
