/**
 * Checks that a value is a recipe, and refuses everything else in one line that names the field. What only text or a model
 * can show (a context that is too long, a language without documents) is refused later, by whoever looks at them.
 */
import * as z from "zod";
import { fixed } from "../mixture/index.js";
import { sizes } from "../model/index.js";
import { adamw } from "./optimiser.js";
import type { Recipe } from "./recipe.js";
import { schedules } from "./schedules.js";

const natural = z.int().min(1);
const name = z.string().min(1);
const schema = z.strictObject({
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
  mixture: z.record(name, z.number().min(0).max(1)),
  schedule: z.strictObject({
    name: z.enum(Object.keys(schedules) as [string, ...string[]]),
    peak: z.number(),
    warmup: z.number().optional(),
    floor: z.number().optional(),
  }),
  optimiser: z
    .strictObject({
      betas: z.tuple([z.number(), z.number()]).optional(),
      epsilon: z.number().optional(),
      weightDecay: z.number().optional(),
      clip: z.number().optional(),
    })
    .optional(),
  steps: natural,
  batch: natural.optional(),
  context: natural.optional(),
  evaluate: z
    .strictObject({
      even: z.int().min(0).optional(),
      at: z.array(z.int().min(0)).optional(),
      bytes: natural.optional(),
    })
    .optional(),
  checkpointEvery: natural.optional(),
  engine: z.strictObject({ device: name.optional(), threads: natural.optional() }).optional(),
  labels: z.record(name, z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** Checks `value` and gives it back as a recipe. `caller` begins the error's line. */
export function parseRecipe(value: unknown, caller = "recipe"): Recipe {
  const result = schema.safeParse(value);
  if (!result.success) {
    const { issues } = result.error;
    // A misspelt field is also a missing one; its own name is the better clue.
    const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
    throw new Error(`${caller}: ${complaint(issue, value)}`);
  }
  const recipe: Recipe = result.data;
  consistent(recipe, (field, found, fix) => {
    throw new Error(`${caller}: invalid ${field}: ${show(found)} (${fix})`);
  });
  // Their own checks speak of themselves; nothing is kept.
  try {
    fixed(recipe.mixture);
    schedules[recipe.schedule.name]!.make(recipe.schedule);
    adamw(recipe.optimiser);
  } catch (error) {
    throw new Error(`${caller}: ${(error as Error).message}`, { cause: error });
  }
  return recipe;
}

/** What no single field shows. */
function consistent(recipe: Recipe, refuse: (field: string, found: unknown, fix: string) => void): void {
  const { corpus, shards, model, extend, mixture, evaluate, steps } = recipe;
  if (!corpus === !shards) refuse("corpus", corpus, `give either "corpus" or "shards"`);
  if (!model.folder === !model.size) refuse("model", model, `give either "folder" or "size"`);
  if (model.folder && (model.vocabSize ?? model.tokenizerOn))
    refuse("model", model, "a folder brings its own tokenizer");
  if (corpus && !corpus.name === !corpus.files) refuse("corpus", corpus, `give either "name" or "files"`);
  if (corpus?.name && !corpus.languages) refuse("corpus", corpus, `name its "languages"`);
  const domains = corpus?.languages ?? Object.keys(corpus?.files ?? shards!);
  const known = `one of ${domains.join(", ")}`;
  for (const domain of Object.keys(mixture)) if (!domains.includes(domain)) refuse("mixture", domain, known);
  for (const domain of model.tokenizerOn ?? [])
    if (!domains.includes(domain)) refuse("model.tokenizerOn", domain, known);
  if (evaluate?.bytes && !corpus) refuse("evaluate.bytes", evaluate.bytes, "shards are scored whole");
  if (extend && !corpus) refuse("extend", extend, `it needs "corpus": shards hold no text`);
  if (model.size && !corpus) refuse("model.size", model.size, `it needs "corpus": shards hold no text`);
  if (extend && !domains.includes(extend.on)) refuse("extend.on", extend.on, known);
  for (const at of evaluate?.at ?? []) if (at > steps) refuse("evaluate.at", at, `at most steps, ${steps}`);
}

function complaint(issue: z.core.$ZodIssue, value: unknown): string {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") return `unknown field: ${[...path, issue.keys[0]!].join(".")}`;
  const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
  const wanted = issue.message
    .replace(/^Invalid (input|option): |^Too (small|big): /, "")
    .replace(/, received .*$/, "")
    .replace(/^expected int$/, "expected a whole number")
    .replace(/^Invalid input$/, "expected a text, a number, true or false");
  if (path.length === 0) return `invalid recipe: ${show(found)} (${wanted})`;
  return found === undefined
    ? `missing field: ${path.join(".")} (${wanted})`
    : `invalid ${path.join(".")}: ${show(found)} (${wanted})`;
}

function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
