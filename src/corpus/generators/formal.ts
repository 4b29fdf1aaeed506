/** Rows of generators whose text is no language: symbols, brackets, grids, and the puzzles of Physics of Language Models 4.1. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { brevo } from "./brevo.js";
import { countFields } from "./counts.js";
import { depo } from "./depo.js";
import { dyck } from "./dyck.js";
import { lano } from "./lano.js";
import { mano } from "./mano.js";
import { markov } from "./markov.js";
import { nca } from "./nca.js";
import type { Generator } from "./types.js";

const playground = "Allen-Zhu 2025, https://ssrn.com/abstract=5240330";

export const formal = {
  brevo: {
    summary: "who needs whom, and an order in which all that one needs can be had",
    reference: playground,
    options: z.strictObject({
      length: z.int().min(6).max(200).optional(),
      needs: z.int().min(1).max(4).optional(),
      ...countFields,
    }),
    example: { length: 8 },
    make: brevo,
  },
  depo: {
    summary: "a circle of names told by neighbours, and who is some places on",
    reference: playground,
    options: z.strictObject({
      length: z.int().min(4).max(500).optional(),
      hops: z.int().min(1).max(16).optional(),
      asks: z.int().min(1).max(100).optional(),
      ...countFields,
    }),
    example: { length: 6, hops: 2 },
    make: depo,
  },
  dyck: {
    summary: "brackets of several kinds, each closed by its own",
    reference: "Hu et al. 2025, https://arxiv.org/abs/2502.19249",
    options: z.strictObject({
      brackets: z.int().min(2).max(30).optional(),
      depth: z.int().min(1).max(100).optional(),
      length: z.int().min(2).multipleOf(2).optional(),
      open: z.number().gt(0).lt(1).optional(),
      ...countFields,
    }),
    example: { brackets: 2, depth: 4, length: 16 },
    make: dyck,
  },
  lano: {
    summary: "sentences of a made-up grammar in levels",
    reference: playground,
    options: z.strictObject({
      levels: z.int().min(2).max(5).optional(),
      symbols: z.int().min(3).max(10).optional(),
      rules: z.int().min(2).max(4).optional(),
      ...countFields,
    }),
    example: { levels: 2 },
    make: lano,
  },
  mano: {
    summary: "sums of remainders with signs before their sides",
    reference: playground,
    options: z.strictObject({
      modulus: z.int().min(5).max(97).optional(),
      signs: z.int().min(1).max(16).optional(),
      ...countFields,
    }),
    example: { modulus: 7, signs: 2 },
    make: mano,
  },
  markov: {
    summary: "symbols that depend on the few before them alone, so that the least loss is known",
    reference: "Shannon 1948, https://doi.org/10.1002/j.1538-7305.1948.tb01338.x",
    options: z.strictObject({
      order: z.int().min(1).max(5).optional(),
      states: z.int().min(2).max(100).optional(),
      concentration: z.number().min(0.02).max(100).optional(),
      length: z.int().min(2).optional(),
      sources: z.int().min(1).max(10).optional(),
      transitions: z
        .array(z.array(z.number().min(0).max(1)).min(2))
        .min(2)
        .optional(),
      ...countFields,
    }),
    example: { order: 2, states: 4, length: 32 },
    make: markov,
  },
  nca: {
    summary: "grids that change by a network of random weights, another one in each document",
    reference: "Lee et al. 2026, https://arxiv.org/abs/2603.10055",
    options: z.strictObject({
      size: z.int().min(4).max(32).multipleOf(2).optional(),
      states: z.int().min(2).max(10).optional(),
      steps: z.int().min(2).max(100).optional(),
      hidden: z.int().min(1).max(64).optional(),
      least: z.number().min(0).optional(),
      most: z.number().gt(0).optional(),
      shuffled: z.boolean().optional(),
      ...countFields,
    }),
    example: { size: 6, states: 2, steps: 4 },
    make: nca,
  },
} satisfies Registry<Generator>;
