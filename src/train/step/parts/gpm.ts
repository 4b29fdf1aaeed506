/**
 * Gradient projection memory (Saha et al. 2021, https://arxiv.org/abs/2103.09762): a linear layer answers old text as before
 * if its weights do not change along the inputs that old text gives it. Before the first update those inputs are gathered
 * at every matrix of the layers, and the fewest directions found that hold `energy` of their squared length; a gradient or
 * update D of a matrix [out, in] then loses D M Mᵀ, where M are these directions. Kept is the projector M Mᵀ, [in, in].
 *
 * A branch adds to the directions of its parent those that it needs of its own old text. Tables, norms and biases are trained as
 * ever: freeze them (`trainable: { layers: "all" }`) to hold to the paper. It costs a forward pass of the old text and an eigendecomposition of
 * each matrix's inputs at the beginning (1.8 s at 704 inputs; by their cube), about as many numbers as there are weights, and a product of each gradient
 * and each update with them, less than a tenth of an update at 3 M parameters and 1024 tokens.
 */
import * as tf from "../../../tensors.js";
import { eigen, matmul, type Matrix, transpose } from "../../../embed/index.js";
import { made } from "../../../registry.js";
import type { NdArray, Weights } from "../../../types.js";
import { check } from "../checks.js";
import { projecting, trainedMatrices } from "./projection.js";
import type { Part } from "../types.js";
import { watch } from "./watch.js";

export interface GpmOptions {
  /** Domains of the old text, whose train parts are read in turn. */
  on: string[];
  /** Part of the inputs' squared length that the directions hold, above 0 up to 1; defaults to 0.97. */
  energy?: number;
  /** Of the old text; defaults to 64. */
  sequences?: number;
}

export function gpm({ on, energy = 0.97, sequences = 64 }: GpmOptions): Part {
  if (on.length === 0) throw new Error("gpm: invalid on: no domain (name those with old text)");
  check("gpm", "energy", energy, energy > 0 && energy <= 1);
  check("gpm", "sequences", sequences, Number.isInteger(sequences) && sequences >= 1);
  return made({
    name: "gpm",
    options: { on, energy, sequences },
    begin({ config, leaves, shards, seed, context }) {
      for (const domain of on)
        if (!shards[domain]?.train) throw new Error(`gpm: invalid on: ${domain} (there is no text of it to train on)`);
      const matrices = trainedMatrices("gpm", config, leaves);
      const slots: Weights = {};
      for (const { name, width } of matrices)
        slots[projector(name)] = { shape: [width, width], data: new Float32Array(width * width) };
      const turned = new Set(matrices.flatMap(({ name, transposed }) => (transposed ? [name] : [])));
      return {
        slots,
        async prepare(at) {
          const before = await at.state.download(Object.keys(slots));
          at.state.write(slots);
          const seen = (rows: Record<string, { x: tf.Tensor2D }>, state: Record<string, tf.Tensor>) => ({
            state: Object.fromEntries(
              matrices.map(({ name }) => {
                const { x } = rows[name]!;
                return [projector(name), tf.add(state[projector(name)]!, tf.matMul(x, x, true))];
              }),
            ),
            outputs: {},
          });
          const places = matrices.map(({ name }) => name);
          const read = { config, leaves, shards, seed, context, on, sequences, places, slots };
          await watch({ ...read, seen, label: "inputs of old text" }, at);
          // Of what several matrices read, as queries, keys and values do, directions are found once.
          const parts: number[] = [];
          let last: { was: NdArray; gram: NdArray; found: NdArray } | undefined;
          for (const [i, { name }] of matrices.entries()) {
            if (at.signal?.aborted) return;
            const slot = projector(name);
            const was = before[slot]!;
            const gram = (await at.state.download([slot]))[slot]!;
            if (!(last && same(last.gram, gram) && same(last.was, was)))
              last = { was, gram, found: await held(was, gram, energy) };
            at.state.write({ [slot]: last.found });
            parts.push(traceOf(last.found) / was.shape[0]!);
            at.onProgress?.({ label: "directions of old text", done: i + 1, total: matrices.length });
          }
          const [least, most] = [Math.min(...parts), Math.max(...parts)].map((part) => Math.round(100 * part));
          const label = `gpm: old text takes ${least} to ${most} % of the directions of the matrices' inputs`;
          at.onProgress?.({ label, done: 1, total: 1, notice: true });
        },
        ...projecting({
          part: "gpm",
          names: matrices.map(({ name }) => name),
          within(change, name, state) {
            const held = state[projector(name)] as tf.Tensor2D;
            return turned.has(name) ? tf.matMul(held, change) : tf.matMul(change, held);
          },
        }),
      };
    },
  });
}

const same = (a: NdArray, b: NdArray): boolean => bytesOf(a).equals(bytesOf(b));
const bytesOf = ({ data }: NdArray): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

const projector = (name: string): string => `gpm.projector.${name}`;

/**
 * The projector `before`, and the fewest directions besides with which it holds `energy` of the inputs whose products,
 * input by input, are `gram`.
 */
export async function held(before: NdArray, gram: NdArray, energy: number): Promise<NdArray> {
  const [width] = before.shape as [number];
  const double = ({ shape, data }: NdArray): Matrix<Float64Array> => ({ shape, data: Float64Array.from(data) });
  const [known, inputs] = [double(before), double(gram)];
  const free = { shape: known.shape, data: known.data.map((value, i) => (i % (width + 1) === 0 ? 1 : 0) - value) };
  // (1 − P) G (1 − P), each of them symmetric.
  const rest = await matmul(free, await matmul(free, inputs));
  const { values, vectors } = eigen(symmetric(rest));
  const whole = traceOf(inputs);
  let missing = energy * whole - (whole - traceOf(rest));
  let count = 0;
  while (count < width && missing > 1e-9 * whole && values[count]! > 0) missing -= values[count++]!;
  const directions = transpose({ shape: [count, width], data: vectors.data.subarray(0, count * width) });
  const added = count === 0 ? undefined : await matmul(directions, directions);
  return { shape: [width, width], data: Float32Array.from(known.data, (value, i) => value + (added?.data[i] ?? 0)) };
}

function traceOf({ shape, data }: { shape: number[]; data: Float32Array | Float64Array }): number {
  const width = shape[0]!;
  let sum = 0;
  for (let i = 0; i < width; i++) sum += data[i * (width + 1)]!;
  return sum;
}

/** Rounding takes a little of it away. */
function symmetric({ shape, data }: Matrix<Float64Array>): Matrix<Float64Array> {
  const width = shape[0]!;
  const at = (i: number): number => data[(i % width) * width + Math.floor(i / width)]!;
  return { shape, data: data.map((value, i) => (value + at(i)) / 2) };
}
