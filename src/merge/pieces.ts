/** One tensor of all models, merged a piece at a time: what is held does not depend on how large it is. */
import { parametersOf } from "../architecture/index.js";
import { firstNotFinite } from "../finite.js";
import type { Rng } from "../rng.js";
import { type Aligned, align, type Inputs, inputsOf, type Segment } from "./align.js";
import { sumOfHalves } from "./sum-halves.js";
import { type Combine, PIECE, type Source, type Tensor } from "./types.js";

export interface Merged {
  /** Where it begins in the tensor. */
  begin: number;
  /** Good until the next piece. */
  numbers: Float32Array;
}

export interface MergedTensor extends Aligned {
  /** All of the tensor, one piece after another, what is kept too. Throws one line where a merged number is not finite. */
  merged(): Iterable<Merged>;
}

/** The tensors of the frame; each is merged when it is asked for. */
export function mergedTensors({ rng, ...inputs }: Inputs & { rng: Rng }): MergedTensor[] {
  const { caller, frame, method } = inputs;
  const { config } = frame.source;
  const parameters = config ? parametersOf(config) : [];
  const layers = new Map(parameters.map(({ name, layer }) => [name, layer]));
  const lead = parameters.findIndex(({ layer }) => layer !== undefined);
  const before = new Set(parameters.slice(0, Math.max(0, lead)).map(({ name }) => name));
  const sources = inputsOf(inputs);
  const aligned = align(inputs);
  const all = aligned.map((one): Tensor => {
    const { name, segments, size, shape, isTable } = one;
    const isVector = shape.length === 1;
    const row = isVector && isTable ? 1 : (shape.at(-1) ?? 1);
    const longest = segments.reduce((most, { begin, end, keeps }) => Math.max(most, keeps ? 0 : end - begin), 0);
    const layer = layers.get(name);
    const place = { layer, layers: config?.layers ?? 0, isAfter: layer === undefined && !before.has(name) };
    const numbers = function* (): Iterable<Float32Array[]> {
      for (const segment of pieces(segments, row)) if (!segment.keeps) yield readAll(sources, name, segment);
    };
    const most = Math.min(longest, pieceOf(row));
    return { name, size, row, most, isTable, isVector, ...place, rng: rng.fork(name), pieces: numbers };
  });
  method.check?.(caller, all);
  return aligned.map((one, n) => {
    const { name, segments } = one;
    const tensor = all[n]!;
    /** Throws where a number is not finite, the inputs' first. */
    const refuse = (segment: Segment, piece: Float32Array, given = readAll(sources, name, segment)): void => {
      for (const [k, list] of [...given, piece].entries()) {
        const at = firstNotFinite(list);
        if (at >= 0)
          throw new Error(
            `${caller}: ${notFinite(sources[k]?.name, `${name} has ${list[at]} at number ${segment.begin + at}`)}`,
          );
      }
    };
    const merged = function* (): Iterable<Merged> {
      const combine: Combine = tensor.size > 0 ? method.begin(tensor, all) : () => {};
      const halves = sources.flatMap(({ tensors }) => tensors[name]!.halves ?? []);
      const factors = halves.length === sources.length && combine.factors?.(sources.length);
      const sum =
        factors &&
        sumOfHalves(
          factors,
          halves.map(({ values }) => values),
        );
      const out = new Float32Array(tensor.most);
      for (const segment of pieces(segments, tensor.row)) {
        const { begin, end, keeps, from } = segment;
        if (keeps) {
          yield { begin, numbers: keeps.tensors[name]!.read(from[0]!, from[0]! + end - begin) };
          continue;
        }
        const piece = out.subarray(0, end - begin);
        if (sum) {
          const stored = halves.map(({ read }, k) => read(from[k]!, from[k]! + end - begin));
          if (!sum(stored, piece)) refuse(segment, piece);
        } else {
          const given = readAll(sources, name, segment);
          combine(given, piece);
          // What is not finite stays so in a sum.
          if (!combine.factors || firstNotFinite(piece) >= 0) refuse(segment, piece, given);
        }
        yield { begin, numbers: piece };
      }
    };
    return { ...one, merged };
  });
}

/** Numbers of a piece: whole rows. */
const pieceOf = (row: number): number => Math.max(1, Math.floor(PIECE / row)) * row;

function* pieces(segments: readonly Segment[], row: number): Iterable<Segment> {
  const step = pieceOf(row);
  for (const { begin: first, end: last, from, ...rest } of segments)
    for (let begin = first; begin < last; begin += step)
      yield { begin, end: Math.min(last, begin + step), from: from.map((at) => at + begin - first), ...rest };
}

const readAll = (sources: readonly Source[], name: string, { begin, end, from }: Segment): Float32Array[] =>
  sources.map(({ tensors }, k) => tensors[name]!.read(from[k]!, from[k]! + end - begin));

const notFinite = (model: string | undefined, where: string): string =>
  model === undefined
    ? `invalid weights: merged, ${where} (choose smaller ones)`
    : `invalid models: ${model} (${where}; finite numbers are expected)`;
