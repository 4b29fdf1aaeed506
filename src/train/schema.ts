/** The shape of a recipe, field by field. What fields must agree on is in `parse.ts`; what they mean, in `recipe.ts`. */
import * as z from "zod";
import { sizes } from "../model/index.js";
import { isReserved, reservedFix } from "../names.js";
import { mostPoints } from "./points.js";
import { schedules } from "./schedules.js";
import { stages } from "./stages.js";
import { type TrainableName, trainables } from "./trainable.js";

const natural = z.int().min(1);
const name = z
  .string()
  .min(1)
  .refine((text) => !isReserved(text), reservedFix);
const shares = z.record(name, z.number().min(0).max(1));
const schedule = z.strictObject({
  name: z.enum(Object.keys(schedules) as [string, ...string[]]),
  peak: z.number(),
  warmup: z.number().optional(),
  floor: z.number().optional(),
});
const optimiser = z.strictObject({
  betas: z.tuple([z.number(), z.number()]).optional(),
  epsilon: z.number().optional(),
  weightDecay: z.number().optional(),
  clip: z.number().optional(),
});
const id = z.int().min(0);
const from = z.strictObject({ from: id });
const newRows = z.union([from, z.array(id).min(1)], { error: `expected ids, or { "from": id }` });
const rows = z.union([z.enum(["all", "new"]), from, z.array(id).min(1)]).optional();
const trainable = z.union(
  [
    z.enum(Object.keys(trainables) as [TrainableName]),
    z.strictObject({
      embedding: rows,
      head: rows,
      layers: z.union([z.literal("all"), z.array(z.int()).min(1)]).optional(),
      norms: z.boolean().optional(),
      positions: z.boolean().optional(),
    }),
  ],
  {
    error: `expected one of ${Object.keys(trainables).join(", ")}, or parts: embedding, head, layers, norms, positions`,
  },
);
const stage = z.strictObject({
  name,
  trainable,
  seed: z.int().optional(),
  mixture: shares.optional(),
  schedule: schedule.optional(),
  optimiser: optimiser.optional(),
  steps: natural.optional(),
  untiedOnly: z.boolean().optional(),
});
export const schema = z.strictObject({
  name: name.optional(),
  seed: z.int().optional(),
  corpus: z
    .strictObject({
      name: name.optional(),
      files: z.record(name, z.union([name, z.array(name).min(1)])).optional(),
      languages: z.array(name).min(1).optional(),
      heldOut: z.number().gt(0).lt(1).optional(),
      maxBytes: natural.optional(),
      seed: z.int().optional(),
    })
    .optional(),
  shards: z.record(name, z.strictObject({ train: name, heldOut: name })).optional(),
  model: z.strictObject({
    folder: name.optional(),
    size: z.enum(Object.keys(sizes) as [string, ...string[]]).optional(),
    vocabSize: natural.optional(),
    tokenizerOn: z.array(name).min(1).optional(),
  }),
  extend: z.strictObject({ on: name, newTokens: natural, init: name.optional() }).optional(),
  mixture: shares,
  schedule,
  optimiser: optimiser.optional(),
  trainable: trainable.optional(),
  newRows: newRows.optional(),
  stages: z
    .union([z.enum(Object.keys(stages) as [string, ...string[]]), z.array(stage).min(1)], {
      error: `expected ${Object.keys(stages).join(", ")}, or a list of stages`,
    })
    .optional(),
  activeForgetting: z.strictObject({ every: z.number(), deviation: z.number().optional() }).optional(),
  steps: natural,
  batch: natural.optional(),
  context: natural.optional(),
  evaluate: z
    .strictObject({
      even: z.int().min(0).max(mostPoints).optional(),
      at: z.array(z.int().min(0)).optional(),
      bytes: natural.optional(),
    })
    .optional(),
  checkpointEvery: natural.optional(),
  engine: z.strictObject({ device: name.optional(), threads: natural.optional() }).optional(),
  labels: z.record(name, z.union([z.string(), z.number(), z.boolean()])).optional(),
});
