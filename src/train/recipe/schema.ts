/** The shape of a recipe, field by field. What fields must agree on is in `parse.ts`; what they mean, in `recipe.ts`. */
import * as z from "zod";
import { architectures } from "../../architecture/index.js";
import { buffers, filesSchema, generatedSchema, orders, renderings, stepsSchema } from "../../corpus/index.js";
import { precisions } from "../../engine/index.js";
import { mixtures } from "../../mixture/index.js";
import { sizes } from "../../model/index.js";
import { isReserved, reservedFix } from "../../names.js";
import { schemaOf } from "../../registry.js";
import { type LogName, logs } from "../../runs/index.js";
import { evaluators } from "../evaluators/registry.js";
import { mostPoints } from "../run/points.js";
import { schedules } from "../schedules/index.js";
import { stages } from "./stages.js";
import { objectives } from "../step/objectives/registry.js";
import { optimisers } from "../step/optimisers/registry.js";
import { parameters } from "../step/parameters/registry.js";
import { parts } from "../step/parts/registry.js";
import { newRows, trainable } from "../step/parameters/trainables.js";

const natural = z.int().min(1);
const name = z
  .string()
  .min(1)
  .refine((text) => !isReserved(text), reservedFix);
const shares = z.record(name, z.number().min(0).max(1));
const mixture = z.union([shares, schemaOf(mixtures)]);
const schedule = schemaOf(schedules);
const optimiser = z.union([optimisers.adamw.options, schemaOf(optimisers)]);
const order = schemaOf(orders);
const stage = z.strictObject({
  name,
  trainable,
  seed: z.int().optional(),
  mixture: mixture.optional(),
  schedule: schedule.optional(),
  optimiser: optimiser.optional(),
  steps: natural.optional(),
  context: natural.optional(),
  untiedOnly: z.boolean().optional(),
});
export const schema = z.strictObject({
  name: name.optional(),
  seed: z.int().optional(),
  corpus: z
    .strictObject({
      name: name.optional(),
      dataset: name.optional(),
      files: filesSchema.optional(),
      generated: generatedSchema.optional(),
      field: name.optional(),
      clean: stepsSchema.optional(),
      languages: z.array(name).min(1).optional(),
      paired: z
        .record(
          name,
          z.strictObject({
            of: z.tuple([name, name]),
            by: z.enum(["document", "line"]).optional(),
            as: schemaOf(renderings).optional(),
            strangers: z.boolean().optional(),
            alone: z.boolean().optional(),
          }),
        )
        .optional(),
      heldOut: z.number().gt(0).lt(1).optional(),
      until: name.optional(),
      slices: z
        .record(name, z.strictObject({ of: name.optional(), from: name.optional(), to: name.optional() }))
        .optional(),
      maxBytes: natural.optional(),
      seed: z.int().optional(),
    })
    .optional(),
  shards: z.record(name, z.strictObject({ train: name, heldOut: name })).optional(),
  model: z.strictObject({
    folder: name.optional(),
    run: name.optional(),
    at: z.int().min(0).optional(),
    moments: z.enum(["keep", "new"]).optional(),
    data: z.enum(["keep", "new"]).optional(),
    size: z.enum(Object.keys(sizes) as [string, ...string[]]).optional(),
    architecture: z.enum(Object.keys(architectures) as [string, ...string[]]).optional(),
    vocabSize: natural.optional(),
    tokenizerOn: z.array(name).min(1).optional(),
    expandBlocks: z.strictObject({ every: natural.optional(), after: z.array(z.int()).min(1).optional() }).optional(),
  }),
  extend: z
    .strictObject({
      on: name,
      newTokens: natural,
      init: name.optional(),
      vectors: name.optional(),
      baseVectors: name.optional(),
      dictionary: name.optional(),
      helper: name.optional(),
    })
    .optional(),
  mixture: z.union([z.literal("keep"), mixture]),
  schedule: z.union([z.literal("keep"), schedule]),
  optimiser: optimiser.optional(),
  objective: schemaOf(objectives).optional(),
  parameters: schemaOf(parameters).optional(),
  parts: z.array(schemaOf(parts)).optional(),
  order: z.union([order, z.record(name, order)]).optional(),
  buffer: schemaOf(buffers).optional(),
  trainable: trainable.optional(),
  newRows: newRows.optional(),
  stages: z
    .union([z.enum(Object.keys(stages) as [string, ...string[]]), z.array(stage).min(1)], {
      error: `expected ${Object.keys(stages).join(", ")}, or a list of stages`,
    })
    .optional(),
  activeForgetting: parts["active-forgetting"].options.optional(),
  steps: natural,
  stopAt: natural.optional(),
  batch: natural.optional(),
  accumulate: natural.optional(),
  memory: z.enum(["keep", "layers"]).optional(),
  precision: z.enum(precisions).optional(),
  context: natural.optional(),
  evaluate: z
    .strictObject({
      even: z.int().min(0).max(mostPoints).optional(),
      at: z.array(z.int().min(0)).optional(),
      bytes: natural.optional(),
      also: z.array(schemaOf(evaluators)).optional(),
    })
    .optional(),
  checkpointEvery: natural.optional(),
  dropOptimiser: z.boolean().optional(),
  logs: z.array(z.enum(Object.keys(logs) as [LogName])).optional(),
  snapshots: z
    .strictObject({
      every: natural.optional(),
      log: z.boolean().optional(),
      at: z.array(z.int().min(0)).optional(),
    })
    .optional(),
  engine: z.strictObject({ device: name.optional(), threads: natural.optional() }).optional(),
  labels: z.record(name, z.union([z.string(), z.number(), z.boolean()])).optional(),
});
