/**
 * Checks that a value is a recipe, and refuses everything else in one line that names the field. What only text or a model
 * can show (a context that is too long, a language without documents) is refused later, by whoever looks at them.
 */
import type * as z from "zod";
import { type Form, type FormName, forms } from "../../corpus/index.js";
import { initialisers, type Initialiser } from "../../embed/index.js";
import { printable, show } from "../../foreign.js";
import { checkKeys } from "../../names.js";
import { isWritten, makeOf, type Written } from "../../registry.js";
import { evidenceFiles, ingredientsOf } from "../evidence.js";
import { mixtureOf } from "./extent.js";
import { madeOf, optimiserOf, scheduleOf } from "./made.js";
import type { ExtendRecipe, Recipe } from "./recipe.js";
import { schema } from "./schema.js";
import { listed } from "./stages.js";
import { needsNewRows } from "../step/parameters/trainable.js";

/** Checks `value` and gives it back as a recipe. `caller` begins the error's line. */
export function parseRecipe(value: unknown, caller = "recipe"): Recipe {
  const result = schema.safeParse(checkKeys(value, caller));
  if (!result.success) {
    const { issues } = result.error;
    throw new Error(`${caller}: ${complaint(telling(issues), value)}`);
  }
  const recipe = result.data as Recipe;
  // Their own checks speak of themselves; nothing is kept.
  try {
    madeOf(recipe);
    formsOf(recipe);
    const { schedule: whole, steps: all } = recipe;
    for (const { mixture, schedule = whole, optimiser, steps = all } of [recipe, ...listed(recipe.stages ?? [])]) {
      if (mixture && mixture !== "keep") mixtureOf(mixture);
      // One that is longer than the run says so at any update.
      if (schedule !== "keep") scheduleOf(schedule).learningRate(1, steps);
      if (optimiser) optimiserOf(optimiser);
    }
  } catch (error) {
    throw new Error(`${caller}: ${(error as Error).message}`, { cause: error });
  }
  consistent(recipe, (field, found, fix) => {
    throw new Error(`${caller}: invalid ${field}: ${show(found, 80)} (${fix})`);
  });
  return recipe;
}

/** Makes each form that reads no file of its own. */
function formsOf({ corpus }: Recipe): void {
  for (const given of Object.values(corpus?.files ?? {})) {
    const form = typeof given === "object" && !Array.isArray(given) ? given.form : undefined;
    const row = typeof form === "object" && isWritten(form) && forms[form.name as FormName];
    const files: readonly string[] = (row && "paths" in row && row.paths) || [];
    if (row && !files.some((field) => (form as Written)[field] !== undefined)) makeOf<Form>(forms, form as Written);
  }
}

type Refuse = (field: string, found: unknown, fix: string) => void;

/** An initialiser's name, and the files it needs, no others. */
function evidenced(extend: ExtendRecipe, refuse: Refuse): void {
  const { init = "subword-mean", baseVectors, dictionary } = extend;
  const row = Object.entries<Initialiser>(initialisers).find(([name]) => name === init)?.[1];
  if (!row) return refuse("extend.init", init, `one of ${Object.keys(initialisers).join(", ")}`);
  const { needed, used } = ingredientsOf(row);
  for (const file of evidenceFiles) {
    if (needed.includes(file) && extend[file] === undefined) refuse("extend.init", init, `it needs "extend.${file}"`);
    if (!used.has(file) && extend[file] !== undefined)
      refuse(`extend.${file}`, extend[file], `${init} does not use it`);
  }
  if (baseVectors !== undefined && dictionary === undefined)
    refuse("extend.baseVectors", baseVectors, `it needs "extend.dictionary", which turns them towards the others`);
}

/** What no single field shows. */
function consistent(recipe: Recipe, refuse: Refuse): void {
  const { corpus, shards, model, extend, mixture, evaluate, steps, trainable, newRows, parameters, order } = recipe;
  if (!corpus === !shards) refuse("corpus", corpus, `give either "corpus" or "shards"`);
  const { run, at: step, moments, data } = model;
  if ([model.folder, model.size, run].filter(Boolean).length !== 1)
    refuse("model", model, `give either "folder", "size" or "run"`);
  if (!model.size && (model.vocabSize ?? model.tokenizerOn ?? model.architecture))
    refuse("model", model, "a folder brings its own tokenizer and shape");
  if (!run && (step ?? moments ?? data) !== undefined)
    refuse("model", model, `"at", "moments" and "data" go with "run"`);
  for (const field of ["mixture", "schedule"] as const)
    if (!run && recipe[field] === "keep")
      refuse(field, "keep", `only a branch has one to keep: "model": { "run": ... }`);
  const { expandBlocks: blocks } = model;
  if (blocks && !blocks.every === !blocks.after) refuse("model.expandBlocks", blocks, `give either "every" or "after"`);
  if (run && blocks) refuse("model.expandBlocks", blocks, `a branch goes on with the layers of its run`);
  if (run && (extend ?? recipe.stages)) refuse("model.run", run, `not together with "extend" or "stages"`);
  const { name, files, dataset, generated } = corpus ?? {};
  const sources = [name, files, dataset].filter((given) => given !== undefined).length;
  if (corpus && (sources > 1 || (sources === 0 && !generated)))
    refuse("corpus", corpus, `give either "name", "dataset" or "files", or "generated"`);
  if (corpus?.name && !corpus.languages) refuse("corpus", corpus, `name its "languages"`);
  const read = corpus?.languages ?? Object.keys(corpus?.files ?? shards ?? {});
  const languages = [...read, ...Object.keys(corpus?.generated ?? {})];
  const domains = [...languages, ...Object.keys(corpus?.paired ?? {}), ...Object.keys(corpus?.slices ?? {})];
  // What a description names is seen when it is read, and then all this is asked again.
  if (dataset !== undefined && !corpus?.languages) return;
  for (const { of } of Object.values(corpus?.slices ?? {}))
    if (of !== undefined && !languages.includes(of))
      refuse("corpus.slices", of, `one of ${printable(languages.join(", "))}`);
  for (const { of } of Object.values(corpus?.paired ?? {}))
    for (const language of of)
      if (!languages.includes(language)) refuse("corpus.paired", language, `one of ${printable(languages.join(", "))}`);
  const known = `one of ${printable(domains.join(", "))}`;
  for (const { mixture: shares = mixture } of [recipe, ...listed(recipe.stages ?? [])])
    for (const domain of shares === "keep" ? [] : mixtureOf(shares).domains)
      if (!domains.includes(domain)) refuse("mixture", domain, known);
  for (const domain of model.tokenizerOn ?? [])
    if (!domains.includes(domain)) refuse("model.tokenizerOn", domain, known);
  if (evaluate?.bytes && !corpus) refuse("evaluate.bytes", evaluate.bytes, "shards are scored whole");
  if (extend && !corpus) refuse("extend", extend, `it needs "corpus": shards hold no text`);
  if (model.size && !corpus) refuse("model.size", model.size, `it needs "corpus": shards hold no text`);
  if (extend && !domains.includes(extend.on)) refuse("extend.on", extend.on, known);
  if (extend) evidenced(extend, refuse);
  for (const at of evaluate?.at ?? []) if (at > steps) refuse("evaluate.at", at, `at most steps, ${steps}`);
  const staged = recipe.stages === undefined ? undefined : listed(recipe.stages);
  if (staged && trainable) refuse("trainable", trainable, `each of the "stages" says its own`);
  if (parameters && (trainable || staged))
    refuse("parameters", parameters, `not together with "trainable" or "stages"`);
  for (const field of ["activeForgetting", "parts", "objective"] as const)
    if (staged && recipe[field]) refuse(field, recipe[field], `not together with "stages"`);
  if (order && !isWritten(order))
    for (const domain of Object.keys(order)) if (!domains.includes(domain)) refuse("order", domain, known);
  if (staged && evaluate?.at) refuse("evaluate.at", evaluate.at, `not together with "stages"`);
  for (const { trainable: one } of staged ?? [{ trainable }])
    if (one && needsNewRows(one) && !newRows && !extend)
      refuse("trainable", one, `say which rows are new: "newRows", or "extend"`);
}

/** A misspelt field is also a missing one: its own name is the better clue. Of alternatives, the one that was meant. */
function telling(issues: z.core.$ZodIssue[]): z.core.$ZodIssue {
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  if (issue.code !== "invalid_union") return issue;
  // A short form that does not know "name" is not what was meant by a thing that has one.
  const meant = issue.errors.find(([first]) => {
    const told = first?.code === "invalid_union" ? telling([first]) : first;
    return told && (told.code === "unrecognized_keys" ? !told.keys.includes("name") : told.path.length > 0);
  });
  if (!meant) return issue;
  const inner = telling(meant);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function complaint(issue: z.core.$ZodIssue, value: unknown): string {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") return `unknown field: ${printable([...path, issue.keys[0]!].join("."))}`;
  const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
  const wanted = wantedIn(issue);
  if (path.length === 0) return `invalid recipe: ${show(found, 80)} (${wanted})`;
  return found === undefined
    ? `missing field: ${printable(path.join("."))} (${wanted})`
    : `invalid ${printable(path.join("."))}: ${show(found, 80)} (${wanted})`;
}

/** Of alternatives. */
const words: Record<string, string> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "fields",
  record: "fields",
};

/** What would have been right there; of alternatives each. */
function wantedIn(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union" && issue.message === "Invalid input") {
    const each = [...new Set(issue.errors.flatMap(([first]) => (first ? [wantedIn(first)] : [])))];
    const all = each.map((wanted) => wanted.replace(/^expected /, "")).map((wanted) => words[wanted] ?? wanted);
    return `expected ${all.join(all.some((wanted) => wanted.includes(",")) ? ", or " : ", ")}`;
  }
  return issue.message
    .replace(/^Invalid (input|option): |^Too (small|big): /, "")
    .replace(/, received .*$/, "")
    .replace(/^expected int$/, "expected a whole number");
}
