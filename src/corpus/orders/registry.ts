/** The orders of reading by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import type { Registry } from "../../registry.js";
import { shuffled } from "./shuffled.js";
import type { Order } from "./types.js";

export const orders = {
  shuffled: {
    summary: "every window once an epoch, shuffled anew each time",
    reference: "Bottou 2012, https://doi.org/10.1007/978-3-642-35289-8_25",
    options: z.strictObject({}),
    example: {},
    make: shuffled,
  },
} satisfies Registry<Order>;
