/** The searches that look at no results; those that do begin with one of them. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { mostRuns } from "./at-once.js";
import { grid } from "./grid.js";
import { latin } from "./latin.js";
import { random, type RandomOptions } from "./random.js";
import { sobol, type SobolOptions } from "./sobol.js";
import type { Search } from "./types.js";

const options = z.object({ runs: z.int().min(1).max(mostRuns), seed: z.int().optional() });

export const plain = {
  grid: {
    summary: "every combination of lists; what a file without a search does",
    reference: "",
    options: z.object({}),
    example: {},
    make: grid,
  },
  random: {
    summary: "values anywhere in their ranges, each by itself",
    reference: "Bergstra and Bengio 2012, Random Search for Hyper-Parameter Optimization, JMLR 13",
    options,
    example: { runs: 16, seed: 1 },
    make: (given: RandomOptions) => random(given),
  },
  latin: {
    summary: "every range in as many parts as runs, one run in each (a Latin hypercube)",
    reference: "McKay, Beckman and Conover 1979, Technometrics 21",
    options,
    example: { runs: 16, seed: 1 },
    make: (given: RandomOptions) => latin(given),
  },
  sobol: {
    summary: "even over all ranges together; scrambled where a seed is given",
    reference: "Joe and Kuo 2008, Constructing Sobol Sequences with Better Two-Dimensional Projections, SISC 30",
    options,
    example: { runs: 16, seed: 1 },
    make: (given: SobolOptions) => sobol(given),
  },
} satisfies Registry<Search>;
