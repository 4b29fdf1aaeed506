/**
 * IsoFLOP curves (Hoffmann et al. 2022, 2203.15556, approach 2): at each budget of compute a parabola of the loss in ln N, its
 * vertex, and the line through ln of the vertices, whose slope is the allocation exponent a in N* ∝ C^a. Takes rows and no law,
 * so that it can disagree with one. A parabola is symmetric and the true curve is not, so its vertex is biased by how the sizes
 * lie about it; `laws.isoFlop` on a law's own predictions at the same settings says by how much, were the law true.
 */
import { digits } from "../digits.js";
import type { Rng } from "../rng.js";
import { type Derived, derivedFrom } from "./derive.js";
import { leastSquares } from "./forms/squares.js";

export interface IsoFlopOptions {
  /** FLOP, parameters, and the loss in any unit. */
  rows: readonly { flops: number; parameters: number; loss: number }[];
  /** The budgets; a row belongs to the nearest, if that is within a factor of `within`. */
  budgets: readonly number[];
  /** Defaults to 1.3. */
  within?: number;
  /** Gives intervals. */
  rng?: Rng;
  /** Defaults to 400. */
  resamples?: number;
}

export interface IsoFlopBudget {
  flops: number;
  /** Rows of this budget. */
  rows: number;
  /** The vertex; no value where the parabola opens downwards, or has it ten times beyond the sizes that were run. */
  parameters: Derived;
  /** Loss at the vertex; null without one. */
  loss: number | null;
  /** Whether the vertex lies among the sizes that were run. Only such budgets count for the exponent. */
  bracketed: boolean;
  /** The parabola over the sizes that were run. */
  curve: { parameters: number; loss: number }[];
}

export interface IsoFlop {
  budgets: IsoFlopBudget[];
  /** a in N* ∝ C^a; no value with fewer than two bracketed budgets. */
  exponent: Derived;
  notes: string[];
}

type Point = { x: number; y: number };

export function isoFlop(options: IsoFlopOptions): IsoFlop {
  const { rows, budgets, within = 1.3, rng, resamples = 400 } = options;
  if (!(budgets.length > 0 && budgets.every((flops) => flops > 0 && flops < Infinity)))
    throw new Error(`laws.isoFlop: invalid budgets: ${budgets.join(", ")} (one or more, above 0)`);
  if (!(within > 1)) throw new Error(`laws.isoFlop: invalid within: ${within} (a factor above 1)`);
  for (const [i, { flops, parameters, loss }] of rows.entries())
    if (!(flops > 0 && parameters > 0 && Number.isFinite(loss)))
      throw new Error(`laws.isoFlop: invalid row ${i + 1}: ${flops} FLOP, ${parameters} parameters, loss ${loss}`);
  const notes: string[] = [];
  const far = (flops: number, budget: number): number => Math.abs(Math.log(flops / budget));
  const groups = [...budgets]
    .sort((a, b) => a - b)
    .flatMap((budget) => {
      const own = rows.filter(
        ({ flops }) =>
          far(flops, budget) <= Math.log(within) && budgets.every((other) => far(flops, budget) <= far(flops, other)),
      );
      const points = own.map(({ parameters, loss }): Point => ({ x: Math.log(parameters), y: loss }));
      if (new Set(points.map(({ x }) => x)).size >= 4) return [{ budget, points, ...parabola(points)! }];
      notes.push(
        `${budget} FLOP has ${points.length} row(s), too few different sizes for a parabola and a doubt of it.`,
      );
      return [];
    });
  const spare = groups.reduce((sum, { points }) => sum + points.length - 3, 0);
  const squares = groups.reduce(
    (sum, { points, at }) => sum + points.reduce((all, { x, y }) => all + (y - at(x)) ** 2, 0),
    0,
  );
  const refits = rng && spare > 0 ? resamples : 0;
  const draws = Array.from({ length: refits }, () => {
    let chiSquare = 0;
    for (let i = 0; i < spare; i++) chiSquare += rng!.normal() ** 2;
    const sigma = Math.sqrt(squares / chiSquare);
    return groups.map(
      ({ points, at }) => parabola(points.map(({ x }) => ({ x, y: at(x) + sigma * rng!.normal() })))!.vertex,
    );
  });
  const bracketed = groups.map(
    ({ points, vertex }) => vertex !== null && points.some(({ x }) => x < vertex) && points.some(({ x }) => x > vertex),
  );
  const slopeOf = (vertices: readonly (number | null)[]): number | null => {
    const used = groups.flatMap(({ budget }, i) => (bracketed[i] ? [{ x: Math.log(budget), y: vertices[i]! }] : []));
    return used.some(({ y }) => y === null) ? null : slope(used);
  };
  const left = bracketed.filter((each) => !each).length;
  if (left > 0)
    notes.push(
      `At ${left} of ${groups.length} budgets the vertex lies beyond the sizes that were run: they do not count for the exponent.`,
    );
  const exp = (value: number | null): number | null => (value === null ? null : Math.exp(value));
  return {
    budgets: groups.map(({ budget, points, vertex, at }, i) => {
      const [low, high] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))];
      const name = `best size at ${digits(budget)} FLOP`;
      return {
        flops: budget,
        rows: points.length,
        parameters: derivedFrom({
          name,
          unit: "parameters",
          value: exp(vertex),
          draws: draws.map((each) => exp(each[i]!)),
        }),
        loss: vertex === null ? null : at(vertex),
        bracketed: bracketed[i]!,
        curve: Array.from({ length: 61 }, (_, k) => low + ((high - low) * k) / 60).map((x) => ({
          parameters: Math.exp(x),
          loss: at(x),
        })),
      };
    }),
    exponent: derivedFrom({
      name: "allocation exponent",
      value: slopeOf(groups.map(({ vertex }) => vertex)),
      draws: draws.map(slopeOf),
    }),
    notes,
  };
}

/** Least squares of y on 1, x, x², and where it is least; undefined with fewer than three different x. */
function parabola(points: readonly Point[]): { at(x: number): number; vertex: number | null } | undefined {
  const middle = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const columns = points.map(({ x }) => [1, x - middle, (x - middle) ** 2]);
  const factors = leastSquares({ columns, y: points.map(({ y }) => y) });
  if (!factors) return undefined;
  const [a, b, c] = factors as [number, number, number];
  const vertex = middle - b / (2 * c);
  const near =
    c > 0 && points.some(({ x }) => x - Math.LN10 <= vertex) && points.some(({ x }) => x + Math.LN10 >= vertex);
  return { at: (x) => a + b * (x - middle) + c * (x - middle) ** 2, vertex: near ? vertex : null };
}

function slope(points: readonly Point[]): number | null {
  if (points.length < 2) return null;
  const [mx, my] = [
    points.reduce((s, { x }) => s + x, 0) / points.length,
    points.reduce((s, { y }) => s + y, 0) / points.length,
  ];
  return points.reduce((s, { x, y }) => s + (x - mx) * (y - my), 0) / points.reduce((s, { x }) => s + (x - mx) ** 2, 0);
}
