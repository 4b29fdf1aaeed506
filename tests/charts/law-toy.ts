/** Made-up but lifelike fits, for the tests of the law charts to draw. */
import {
  bootstrapCloud,
  isoFlop,
  lawProfile,
  lawResiduals,
  lawShares,
  simplexMap,
  type Figure,
} from "../../src/charts/index.js";
import { bootstrap, curve, fit, profile, solve } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";

const loss = (parameters: number, tokens: number): number => 1.8 + 480 / parameters ** 0.35 + 2000 / tokens ** 0.366;

export function bowl({ en = 0, ko = 0, fi = 0 }: Record<string, number>): number {
  return 2 + 0.5 * Math.exp(-3 * en) + 0.4 * Math.exp(-2.5 * ko) + 0.3 * Math.exp(-4 * fi);
}

export async function lawFigures(): Promise<Record<string, Figure>> {
  const chance = rng(5);
  const points = [0.05, 0.1, 0.25, 0.5, 0.75, 1].map((share) => ({
    share,
    loss: (1.57 + 0.5 * Math.exp(-5.5 * share)) * Math.exp(0.003 * chance.normal()),
  }));
  const fits = ["data-mixing", "cmr-ratio"].map((law) => fit({ law, rows: points }));
  const choices = await Promise.all(
    fits.map(async (each, i) => {
      const doubt = await bootstrap({ fit: each, rng: rng(1), resamples: 100 });
      const { share: critical } = solve({
        question: "critical-share",
        fit: each,
        baseline: 1.6,
        tolerance: 0.05,
        bootstrap: doubt,
      });
      return {
        name: each.law.name,
        curve: curve({ fit: each }),
        critical,
        check: { share: critical.value ?? 1, measured: 1.66 + 0.01 * i },
      };
    }),
  );
  const held = profile({ fit: fits[0]!, parameter: "t" });
  const budgets = [6e18, 6e19, 6e20];
  const grid = (flops: number, count: number): { flops: number; parameters: number; loss: number }[] =>
    Array.from({ length: count }, (_, i) => {
      const parameters = Math.sqrt(flops / 120) * 10 ** (-0.8 + (1.6 * i) / (count - 1));
      return { flops, parameters, loss: loss(parameters, flops / 6 / parameters) };
    });
  const vertices = budgets.map((flops) => {
    const best = grid(flops, 401).reduce((a, b) => (b.loss < a.loss ? b : a));
    return { ...best, low: best.parameters / 1.2, high: best.parameters * 1.3 };
  });
  return {
    "law-residuals": lawResiduals({
      rows: Array.from({ length: 120 }, (_, i) => {
        const parameters = 10 ** (7 + (3 * i) / 119);
        const predicted = loss(parameters, 20 * parameters);
        return {
          x: parameters,
          predicted,
          loss: predicted * Math.exp(0.004 * chance.normal() + (i > 100 ? 0.01 : 0)),
          group: i > 100 ? "held out" : "fitted",
        };
      }),
      across: "Parameters",
      scale: "log",
    }),
    "law-profile": lawProfile({
      points: held.points,
      name: "t (per share)",
      spare: points.length - 3,
      low: held.low,
      high: held.high,
      references: [{ name: "another paper", value: fits[0]!.parameters.t! * 1.2 }],
    }),
    "law-profile-open": lawProfile({
      points: [1, 2, 4, 8, 16, 32, 64].map((value) => ({ value, objective: 1 + 0.5 / value ** 2 })),
      name: "repetitions until decay",
      spare: 20,
      low: 1.6,
      high: null,
    }),
    "iso-flop": isoFlop({
      points: budgets.flatMap((flops) =>
        grid(flops, 9).map((row) => ({ ...row, loss: row.loss + 0.004 * chance.normal() })),
      ),
      curves: budgets.flatMap((flops) => grid(flops, 60)),
      vertices,
    }),
    "law-shares": lawShares({ points, laws: choices, limit: 1.65, baseline: 1.6, of: "English" }),
    "simplex-map": simplexMap({
      domains: ["en", "ko", "fi"],
      lossOf: bowl,
      points: [
        { en: 1, ko: 0, fi: 0 },
        { en: 0.2, ko: 0.6, fi: 0.2 },
      ],
      best: { en: 0.4, ko: 0.35, fi: 0.25 },
      resamples: Array.from({ length: 40 }, () => {
        const [en, ko] = [0.4 + 0.05 * chance.normal(), 0.35 + 0.03 * chance.normal()];
        return { en, ko, fi: 1 - en - ko };
      }),
    }),
    "bootstrap-cloud": bootstrapCloud({
      samples: Array.from({ length: 300 }, () => {
        const beta = 0.367 + 0.02 * chance.normal();
        return { x: beta, y: Math.exp(7.67 + 22 * (beta - 0.367) + 0.05 * chance.normal()) };
      }),
      fit: { x: 0.3672, y: 2143 },
      names: ["β", "B (nats · tokens^β)"],
      scales: ["linear", "log"],
      references: [{ name: "Hoffmann et al. 2022", x: 0.2849, y: 410.7 }],
    }),
  };
}
