/** The schedules by name, for recipes and lists. Adding one is a file, a row here and a test. Spans are shares of the run. */
import * as z from "zod";
import { makeOf, type Registry, type Written } from "../../registry.js";
import { anneal, reuse } from "./anneal.js";
import { curveNames } from "./curves.js";
import { cyclicCosine } from "./cyclic-cosine.js";
import { infinite } from "./infinite.js";
import { inverseSqrt } from "./inverse-sqrt.js";
import { onward } from "./onward.js";
import { piecewise, type PiecewiseOptions } from "./piecewise.js";
import type { Schedule } from "./types.js";
import { constant, cosine, linear, rewarm } from "./warmed.js";
import { trapezoid, wsd, wsdS } from "./wsd.js";

const peak = z.number().gt(0);
const rate = z.number().min(0);
const share = z.number().min(0).max(1);
const floor = rate.optional();
const warmup = share.optional();
const decay = share.optional();
const curve = z.enum(curveNames).optional();

export const schedules = {
  cosine: {
    summary: "rise over the first 2 %, then half a cosine down to a tenth of the peak",
    reference: "Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983",
    options: z.strictObject({ peak, warmup, floor }),
    example: { peak: 3e-3 },
    make: cosine,
  },
  rewarm: {
    summary: "rise again over the first 1 % and decay again, from a trained model",
    reference: "Ibrahim et al. 2024, https://arxiv.org/abs/2403.08763",
    options: z.strictObject({ peak, warmup, floor }),
    example: { peak: 1e-3 },
    make: rewarm,
  },
  "cyclic-cosine": {
    summary: "rise and cosine again and again, in cycles of equal length",
    reference: "Janson et al. 2025, https://arxiv.org/abs/2503.02844",
    options: z.strictObject({ cycles: z.int().min(1), peak, warmup, floor }),
    example: { cycles: 2, peak: 1e-3 },
    make: cyclicCosine,
  },
  linear: {
    summary: "rise over the first 1 %, then straight down to a tenth of the peak",
    reference: "Devlin et al. 2019 (BERT), https://arxiv.org/abs/1810.04805",
    options: z.strictObject({ peak, warmup, floor }),
    example: { peak: 1e-3 },
    make: linear,
  },
  "inverse-sqrt": {
    summary: "rise, then down with the square root of the updates done",
    reference: "Vaswani et al. 2017, https://arxiv.org/abs/1706.03762",
    options: z.strictObject({ peak, warmup: share.gt(0).optional() }),
    example: { peak: 1e-3, warmup: 0.25 },
    make: inverseSqrt,
  },
  constant: {
    summary: "one rate to the end, after an optional rise",
    reference: "Gupta et al. 2023, https://arxiv.org/abs/2308.04014",
    options: z.strictObject({ peak, warmup }),
    example: { peak: 1e-4 },
    make: constant,
  },
  wsd: {
    summary: "rise, one rate, and a decay over the last 20 %; many decays can hang from one stable run",
    reference:
      "Hu et al. 2024 (MiniCPM), https://arxiv.org/abs/2404.06395; Hägele et al. 2024, https://arxiv.org/abs/2405.18392",
    options: z.strictObject({ peak, warmup, decay, floor, curve }),
    example: { peak: 1e-3, decay: 0.5, curve: "1-sqrt" } as const,
    make: wsd,
  },
  "wsd-s": {
    summary: "several decays in one run, each followed by the stable rate again",
    reference: "Wen et al. 2024, https://arxiv.org/abs/2410.05192",
    options: z.strictObject({ anneals: z.array(share).min(1), peak, warmup, decay, floor }),
    example: { anneals: [0.5, 1], peak: 1e-3, decay: 0.25 },
    make: wsdS,
  },
  trapezoid: {
    summary: "straight up, one rate, straight down to 0",
    reference: "Zhai et al. 2022, https://arxiv.org/abs/2106.04560",
    options: z.strictObject({ peak, warmup, decay }),
    example: { peak: 1e-3, decay: 0.5 },
    make: trapezoid,
  },
  infinite: {
    summary: "rise, cooldown to a rate that is held, anneal; the next text goes on from before the anneal",
    reference:
      "Ibrahim et al. 2024, https://arxiv.org/abs/2403.08763; Janson et al. 2025, https://arxiv.org/abs/2503.02844",
    options: z.strictObject({
      peak,
      constant: peak.optional(),
      floor: peak.optional(),
      warmup,
      cooldown: share.optional(),
      anneal: share.optional(),
      curve,
    }),
    example: { peak: 1e-3, cooldown: 0.5, anneal: 0.75, curve: "inverse-sqrt" } as const,
    make: infinite,
  },
  anneal: {
    summary: "down from the first update on, along a curve: a branch of a stable run",
    reference: "Ibrahim et al. 2024, https://arxiv.org/abs/2403.08763",
    options: z.strictObject({ from: peak, floor, curve }),
    example: { from: 5e-4 },
    make: anneal,
  },
  reuse: {
    summary: "no rise: half a cosine from the base's last rate to a hundredth of it",
    reference: "Parmar et al. 2024 (Reuse, Don't Retrain), https://arxiv.org/abs/2407.07263",
    options: z.strictObject({ from: peak, floor }),
    example: { from: 3e-4 },
    make: reuse,
  },
  piecewise: {
    summary: "straight lines between given points",
    reference: "Smith 2017 (cyclical learning rates), https://arxiv.org/abs/1506.01186",
    options: z.strictObject({ points: z.array(z.tuple([share, rate])).min(2) }),
    example: {
      points: [
        [0, 0],
        [0.5, 1e-3],
        [1, 1e-4],
      ],
    } as PiecewiseOptions,
    make: piecewise,
  },
  onward: {
    summary: "another schedule from one of its updates on, as a branch keeps it",
    reference: "Hu et al. 2024 (MiniCPM), https://arxiv.org/abs/2404.06395",
    options: z.strictObject({ of: z.looseObject({ name: z.string() }), from: z.int().min(0), total: z.int().min(1) }),
    example: { of: { name: "cosine", peak: 3e-3 }, from: 4, total: 12 },
    make: ({ of, ...at }: { of: Written; from: number; total: number }): Schedule =>
      onward({ of: makeOf<Schedule>(schedules, of), ...at }),
  },
} satisfies Registry<Schedule>;
