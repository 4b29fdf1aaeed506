/** What is minimised, by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { causal } from "./causal.js";
import type { Objective } from "./types.js";

export const objectives = {
  causal: {
    summary: "the next token, everywhere",
    reference: "Bengio et al. 2003, https://www.jmlr.org/papers/v3/bengio03a.html",
    options: z.strictObject({}),
    example: {},
    make: causal,
  },
} satisfies Registry<Objective>;
