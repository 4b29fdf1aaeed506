/**
 * How to spend compute: the size and the tokens with the least loss at C = 6ND, with intervals. Closed form for the
 * Chinchilla law (Hoffmann et al. 2022, 2203.15556, eq. 4), N* = G (C/6)^{β/(α+β)}, D* = (C/6)^{α/(α+β)}/G with
 * G = (αA/(βB))^{1/(α+β)}, and for D-CPT at a share, where B is B r^η; any other law of size and tokens is searched along ln N.
 */
import { deriveAll, type Derived, type Doubted } from "../derive.js";
import { named } from "../fit.js";
import { domainOf, inside } from "../rows.js";
import { checked, columnOf, farBeyond, type Solved } from "./answers.js";
import type { Law } from "../types.js";

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

export interface ComputeOptimal extends Solved {
  parameters: Derived;
  tokens: Derived;
  /** Tokens per parameter. */
  ratio: Derived;
  loss: Derived;
}

export function computeOptimal(options: ComputeOptimalOptions): ComputeOptimal {
  const { fit, bootstrap, flops, factor = 6, at = {}, sizes = [1e4, 1e14] } = options;
  const { law } = fit;
  checked("compute-optimal", "flops", flops);
  checked("compute-optimal", "factor", factor);
  if (!(sizes[0] > 0 && sizes[0] < sizes[1])) throw new Error(`compute-optimal: invalid sizes: ${sizes.join(" to ")}`);
  const [n, d] = ["parameters", "tokens"].map((name) => law.inputs.findIndex((input) => input.name === name));
  if (n === -1 || d === -1)
    throw new Error(`compute-optimal: invalid law: ${law.name}; it must have the inputs parameters and tokens`);
  const x = law.inputs.map((input, j) => (j === n || j === d ? 1 : otherInput(law, j, at[input.name])));
  const product = flops / factor;
  const lossAt = (values: readonly number[], size: number): number => {
    [x[n!], x[d!]] = [size, product / size];
    return law.predict(values, x);
  };
  const sizeOf = (values: readonly number[]): number | null =>
    closed.includes(law.name)
      ? splitOf(named(law, values), at.share, product)
      : leastAlong((size) => lossAt(values, size), sizes);
  const { derived } = deriveAll({
    what: {
      parameters: { name: "best size", unit: "parameters" },
      tokens: { name: "best number of tokens", unit: "tokens" },
      ratio: { name: "best tokens per parameter" },
      loss: { name: "least loss", unit: "loss" },
    },
    from: [{ fit, bootstrap }],
    of(values) {
      const size = sizeOf(values!);
      if (size === null) return null;
      return { parameters: size, tokens: product / size, ratio: product / size ** 2, loss: lossAt(values!, size) };
    },
  });
  const notes: string[] = [];
  farBeyond(derived.parameters, columnOf(options, "parameters"), "best size", notes);
  farBeyond(derived.tokens, columnOf(options, "tokens"), "best number of tokens", notes);
  return { ...derived, notes };
}

function otherInput(law: Law, j: number, value: number | undefined): number {
  const input = law.inputs[j]!;
  if (value !== undefined && inside(input, value)) return value;
  throw new Error(`compute-optimal: invalid ${input.name}: ${value}; ${law.name} holds for ${domainOf(input)}`);
}

/** Laws that are Chinchilla's once their share is held. */
const closed = ["chinchilla", "d-cpt", "d-cpt-8"];

function splitOf(constants: Record<string, number>, share: number | undefined, product: number): number | null {
  const { A, B, alpha, beta, eta = 0 } = constants as Record<"A" | "B" | "alpha" | "beta", number> & { eta?: number };
  if (!(alpha > 0 && beta > 0)) return null;
  const weighed = share === undefined || eta === 0 ? B : B * share ** eta;
  if (!(weighed > 0)) return null;
  const g = ((alpha * A) / (beta * weighed)) ** (1 / (alpha + beta));
  return g * product ** (beta / (alpha + beta));
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
