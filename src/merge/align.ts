/**
 * Which numbers of several models are the same thing: tensors by name and shape, rows of the tables by token. A token that
 * only the base has keeps its row; one that the base lacks is refused, for its row would be lost without a word.
 */
import { show } from "../foreign.js";
import type { ModelConfig } from "../types.js";
import type { MergeMethod, Source } from "./types.js";

export interface Aligned {
  name: string;
  shape: readonly number[];
  isTable: boolean;
  /** Numbers that are merged, as flat ranges; the others stay the base's. */
  ranges: Range[];
  size: number;
}
export type Range = readonly [begin: number, end: number];

export interface Inputs {
  /** Begins messages. */
  caller: string;
  base: Source;
  models: readonly Source[];
  method: MergeMethod;
}

/** What the result is but for its numbers: the first of the models, unless the method counts from a base. */
export function baseOf<Model>(
  caller: string,
  { base, models, method }: { base?: Model | undefined; models: readonly Model[]; method: MergeMethod },
): Model {
  const from = base ?? (method.fromBase ? undefined : models[0]);
  if (from === undefined)
    throw new Error(
      models.length === 0
        ? `${caller}: invalid models: none`
        : `${caller}: invalid base: none (${method.name} counts from one)`,
    );
  return from;
}

/** The tensors of the base, in order. Throws one line where the models do not fit; reads no number. */
export function align({ caller, base, models, method }: Inputs): Aligned[] {
  const { least, most } = method.models;
  if (!(models.length >= least && models.length <= most))
    throw new Error(
      `${caller}: invalid models: ${models.length} (${method.name} merges ${most === least ? least : most < Infinity ? `${least} to ${most}` : `${least} or more`})`,
    );
  for (const name of ["weights", "density", "gamma", "epsilon"]) {
    const given = method.options[name];
    if (Array.isArray(given) && given.length !== models.length)
      throw new Error(`${caller}: invalid ${name}: ${given.length} (one for each of ${models.length} models)`);
  }
  for (const model of models) if (model !== base) checkAlike(caller, base, model);
  const ids = idsOf(base, models, method);
  return Object.entries(base.tensors).map(([name, { shape }]) => {
    const isTable = base.tables.includes(name);
    const ranges = isTable ? runs(ids, product(shape.slice(1))) : [[0, product(shape)] as const];
    return { name, shape, isTable, ranges, size: ranges.reduce((sum, [begin, end]) => sum + end - begin, 0) };
  });
}

function idsOf(base: Source, models: readonly Source[], { ids }: MergeMethod): readonly number[] {
  const all = Array.from({ length: base.tokenizer.size }, (_, id) => id);
  const shared = all.filter((id) => {
    const token = base.tokenizer.tokenOf(id);
    return token !== undefined && models.every(({ tokenizer }) => tokenizer.tokenOf(id) === token);
  });
  const tokenizers = models.map(({ tokenizer }) => tokenizer);
  return ids ? ids(shared, tokenizers) : shared;
}

/** Ascending rows as ranges of numbers: those that follow each other are one. */
function runs(ids: readonly number[], width: number): Range[] {
  const ranges: [number, number][] = [];
  for (const id of ids) {
    const last = ranges.at(-1);
    if (last?.[1] === id * width) last[1] += width;
    else ranges.push([id * width, (id + 1) * width]);
  }
  return ranges.filter(([begin, end]) => end > begin);
}

/** One kind and shape of model, the base's tokens at the same ids or missing, the base's tensors and no others. */
function checkAlike(caller: string, base: Source, model: Source): void {
  const fail = (what: string): never => {
    throw new Error(`${caller}: invalid models: ${model.name} (${what})`);
  };
  const fields = Object.keys({ ...base.config, ...model.config }) as (keyof ModelConfig)[];
  for (const field of fields) {
    const [own, other] = [base.config?.[field], model.config?.[field]];
    // Tables are compared below.
    if (field !== "vocabSize" && field !== "tied" && JSON.stringify(own) !== JSON.stringify(other))
      fail(`${field} is ${said(other)}, the base has ${said(own)}; only models of one shape are merged`);
  }
  const [table] = base.tables;
  for (let id = 0; id < model.tokenizer.size; id++) {
    const [own, other] = [base.tokenizer.tokenOf(id), model.tokenizer.tokenOf(id)];
    if (other !== undefined && own === undefined)
      fail(
        `row ${id} of ${table} is for ${JSON.stringify(other)}, which the base lacks; name the model with all tokens as the base`,
      );
    if (other !== undefined && own !== other)
      fail(
        `row ${id} of ${table} is for ${JSON.stringify(other)}, the base's for ${JSON.stringify(own)}; extend one tokenizer from the other`,
      );
  }
  for (const [name, { shape }] of Object.entries(base.tensors)) {
    const found = model.tensors[name]?.shape;
    const of = (size: readonly number[]): string => `${base.tables.includes(name) ? size.slice(1) : size}`;
    if (!found || found.length !== shape.length || of(found) !== of(shape))
      fail(
        `${name} is ${found ? `[${found}]` : "missing"}, the base has [${shape}]; only models of one shape are merged`,
      );
  }
  const more = Object.keys(model.tensors).find((name) => !base.tensors[name]);
  if (more !== undefined)
    fail(
      `the base has no ${more}; ${model.tables.includes(more) ? "its head is tied to the table, so name this one as the base" : "only models of one shape are merged"}`,
    );
}

const product = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);
const said = (value: unknown): string => (value === undefined ? "not set" : show(value));
