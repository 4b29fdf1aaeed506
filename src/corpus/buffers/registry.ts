/** The buffers by name. Adding one: a rule, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { classBalanced, overwriting, reservoirBuffer } from "./rules.js";
import type { Buffer } from "./types.js";

const options = z.strictObject({ size: z.int().min(1), share: z.number().min(0).lt(1) });
const example = { size: 6, share: 0.5 };

export const buffers = {
  reservoir: {
    summary: "a fair sample of all that was read",
    reference: "Vitter 1985, https://doi.org/10.1145/3147.3165",
    options,
    example,
    make: reservoirBuffer,
  },
  "class-balanced": {
    summary: "equal parts for the domains that came so far, and of each a fair sample",
    reference: "Chrysakis & Moens 2020 (CBRS), https://proceedings.mlr.press/v119/chrysakis20a.html",
    options,
    example,
    make: classBalanced,
  },
  overwriting: {
    summary: "every new window replaces one by chance, so that what is old is soon gone: for comparison",
    reference: "Abbes et al. 2025 (their code's buffer), https://arxiv.org/abs/2508.01908",
    options,
    example,
    make: overwriting,
  },
} satisfies Registry<Buffer>;
