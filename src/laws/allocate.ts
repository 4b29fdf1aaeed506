/**
 * How to spend compute: the size and the tokens with the least loss at C = 6ND, with intervals. Closed form for the
 * Chinchilla law (Hoffmann et al. 2022, 2203.15556, eq. 4): N* = G (C/6)^{β/(α+β)}, D* = (C/6)^{α/(α+β)}/G with
 * G = (αA/(βB))^{1/(α+β)}; any other law of size and tokens is searched along ln N.
 */
import { derive, type Derived, type Doubted } from "./derive.js";
import { domainOf, inside } from "./rows.js";
import type { Law } from "./types.js";

export interface ComputeOptimalOptions extends Doubted {
  /** The budget. */
  flops: number;
  /** FLOP per parameter and token; defaults to 6. */
  factor?: number;
  /** The law's other inputs, e.g. `{ share: 0.3 }`. */
  at?: Record<string, number>;
  /** Sizes that are searched where there is no closed form; defaults to 1e4 to 1e14. */
  sizes?: readonly [least: number, most: number];
}

export interface ComputeOptimal {
  parameters: Derived;
  tokens: Derived;
  /** Tokens per parameter. */
  ratio: Derived;
  loss: Derived;
  /** Further than ten times the largest fitted size or tokens: a plain sentence, else none. */
  notes: string[];
}

export function computeOptimal(options: ComputeOptimalOptions): ComputeOptimal {
  const { fit, bootstrap, flops, factor = 6, at = {}, sizes = [1e4, 1e14] } = options;
  const { law } = fit;
  if (!(flops > 0 && flops < Infinity)) throw new Error(`solve.computeOptimal: invalid flops: ${flops}`);
  if (!(factor > 0 && factor < Infinity)) throw new Error(`solve.computeOptimal: invalid factor: ${factor}`);
  if (!(sizes[0] > 0 && sizes[0] < sizes[1]))
    throw new Error(`solve.computeOptimal: invalid sizes: ${sizes.join(" to ")}`);
  const [n, d] = ["parameters", "tokens"].map((name) => law.inputs.findIndex((input) => input.name === name));
  if (n === -1 || d === -1)
    throw new Error(`solve.computeOptimal: invalid law: ${law.name}; it must have the inputs parameters and tokens`);
  const x = law.inputs.map((input, j) => (j === n || j === d ? 1 : otherInput(law, j, at[input.name])));
  const product = flops / factor;
  const lossAt = (constants: Record<string, number>, size: number): number => {
    [x[n!], x[d!]] = [size, product / size];
    return law.predict(
      law.parameters.map(({ name }) => constants[name]!),
      x,
    );
  };
  const sizeOf = (constants: Record<string, number>): number | null =>
    law.name === "chinchilla"
      ? chinchillaSize(constants, product)
      : leastAlong((size) => lossAt(constants, size), sizes);
  const derived = (name: string, of: (constants: Record<string, number>, size: number) => number): Derived =>
    derive({
      name,
      from: { fit, bootstrap },
      of(constants) {
        const size = sizeOf(constants!);
        return size === null ? null : of(constants!, size);
      },
    });
  const result = {
    parameters: derived("best size", (_, size) => size),
    tokens: derived("best tokens", (_, size) => product / size),
    ratio: derived("best tokens per parameter", (_, size) => product / size ** 2),
    loss: derived("least loss", lossAt),
  };
  const notes = [beyond(result.parameters, fit.data.x, n!, "size"), beyond(result.tokens, fit.data.x, d!, "tokens")];
  return { ...result, notes: notes.filter((note) => note !== "") };
}

function otherInput(law: Law, j: number, value: number | undefined): number {
  const input = law.inputs[j]!;
  if (value !== undefined && inside(input, value)) return value;
  throw new Error(`solve.computeOptimal: invalid ${input.name}: ${value}; ${law.name} holds for ${domainOf(input)}`);
}

function chinchillaSize({ A, B, alpha, beta }: Record<string, number>, product: number): number | null {
  if (!(alpha! > 0 && beta! > 0)) return null;
  const g = ((alpha! * A!) / (beta! * B!)) ** (1 / (alpha! + beta!));
  return g * product ** (beta! / (alpha! + beta!));
}

/** The least of a function over sizes: 400 of them in equal ratios, then golden section; null when it lies at an end. */
function leastAlong(lossAt: (size: number) => number, [least, most]: readonly [number, number]): number | null {
  const steps = 400;
  const sizeAt = (i: number): number => least * (most / least) ** (i / steps);
  let best = 0;
  for (let i = 1, lowest = lossAt(sizeAt(0)); i <= steps; i++) {
    const loss = lossAt(sizeAt(i));
    if (loss < lowest) [lowest, best] = [loss, i];
  }
  if (best === 0 || best === steps) return null;
  let [low, high] = [best - 1, best + 1];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-7) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (lossAt(sizeAt(a)) < lossAt(sizeAt(b))) high = b;
    else low = a;
  }
  return sizeAt((low + high) / 2);
}

function beyond({ value }: Derived, x: readonly (readonly number[])[], j: number, what: string): string {
  let most = 0;
  for (const row of x) most = Math.max(most, row[j]!);
  return value !== null && value > 10 * most
    ? `The best ${what} is ${Math.round(value / most)} times the largest that was fitted: an extrapolation.`
    : "";
}
