/** One tensor of all models, merged a piece at a time: what is held does not depend on how large it is. */
import { parametersOf } from "../architecture/index.js";
import { firstNotFinite } from "../finite.js";
import type { Rng } from "../rng.js";
import { type Aligned, align, type Inputs, type Range } from "./align.js";
import { type Numbers, PIECE, type Tensor } from "./types.js";

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
  const sources = method.fromBase ? [base, ...models] : models;
  const isVector = ({ shape }: Aligned): boolean => shape.length === 1 && method.vectors !== undefined;
  const aligned = align(inputs);
  const tensors = new Map(
    aligned.map((one): [Aligned, Tensor] => {
      const { name, ranges, size, shape, isTable } = one;
      const row = shape.length === 1 && isTable ? 1 : (shape.at(-1) ?? 1);
      const longest = Math.max(...ranges.map(([begin, end]) => end - begin), 0);
      const place = { layer: layers.get(name), layers: base.config?.layers ?? 0 };
      const read = sources.map(({ tensors }) => tensors[name]!);
      const numbers = function* (): Iterable<Float32Array[]> {
        for (const [begin, end] of pieces(ranges, row)) yield readAll(read, begin, end);
      };
      const most = Math.min(longest, pieceOf(row));
      return [one, { name, size, row, most, isTable, ...place, rng: rng.fork(name), pieces: numbers }];
    }),
  );
  const all = aligned.filter((one) => !isVector(one)).map((one) => tensors.get(one)!);
  return aligned.map((one) => {
    const { name, ranges } = one;
    const tensor = tensors.get(one)!;
    const read = sources.map(({ tensors }) => tensors[name]!);
    const merged = function* (): Iterable<Merged> {
      const combine = isVector(one) ? method.vectors!(tensor) : method.begin(tensor, all);
      const out = new Float32Array(tensor.most);
      for (const [begin, end] of pieces(ranges, tensor.row)) {
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
    return { ...one, merged };
  });
}

/** Numbers of a piece: whole rows. */
const pieceOf = (row: number): number => Math.max(1, Math.floor(PIECE / row)) * row;

function* pieces(ranges: readonly Range[], row: number): Iterable<Range> {
  const step = pieceOf(row);
  for (const [first, last] of ranges)
    for (let begin = first; begin < last; begin += step) yield [begin, Math.min(last, begin + step)];
}

const readAll = (read: readonly Numbers[], begin: number, end: number): Float32Array[] =>
  read.map((one) => one.read(begin, end));

const notFinite = (model: string | undefined, where: string): string =>
  model === undefined
    ? `invalid weights: merged, ${where} (choose smaller ones)`
    : `invalid models: ${model} (${where}; finite numbers are expected)`;
