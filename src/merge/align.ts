/**
 * Which numbers of several models are the same thing: tensors by name and shape, rows of the tables by token. What every input
 * has is merged; a token that some of them lack keeps its row, the frame's, or of the first that has it.
 */
import { show } from "../foreign.js";
import type { ModelConfig, Tokenizer } from "../types.js";
import { sameTokens } from "./tokens.js";
import type { MergeMethod, Source } from "./types.js";

/** What the result is but for its numbers. */
export interface Frame {
  /** Its tensors, and its rows without a token. */
  source: Source;
  /** Its own, or a wider one. */
  tokenizer: Tokenizer;
  /** Of the tables. */
  rows: number;
}

export interface Aligned {
  name: string;
  /** In the result. */
  shape: readonly number[];
  isTable: boolean;
  /** One after another, all of the tensor. */
  segments: Segment[];
  /** Numbers that are merged. */
  size: number;
}

/** Numbers that follow each other in the result and in every input. */
export interface Segment {
  /** In the result. */
  begin: number;
  end: number;
  /** Where they begin in each input; where they are kept, in that model alone. */
  from: readonly number[];
  /** The model whose numbers are kept; absent where they are merged. */
  keeps?: Source;
}

export interface Inputs {
  /** Begins messages. */
  caller: string;
  base?: Source | undefined;
  models: readonly Source[];
  method: MergeMethod;
  frame: Frame;
}

/** What the method is given, in order. */
export const inputsOf = ({ base, models, method }: Pick<Inputs, "base" | "models" | "method">): readonly Source[] =>
  method.fromBase ? [base!, ...models] : models;

/** The tensors of the frame, in order. Throws one line where the models do not fit; reads no number. */
export function align(inputs: Inputs): Aligned[] {
  const { caller, models, base, frame } = inputs;
  checkMethod(inputs);
  for (const model of new Set([...(base ? [base] : []), ...models]))
    if (model !== frame.source) checkAlike(caller, frame.source, model);
  const rows = rowsOf(inputs);
  return Object.entries(frame.source.tensors).map(([name, { shape }]): Aligned => {
    if (!frame.source.tables.includes(name)) {
      const size = product(shape);
      return {
        name,
        shape,
        isTable: false,
        size,
        segments: [{ begin: 0, end: size, from: inputsOf(inputs).map(() => 0) }],
      };
    }
    const width = product(shape.slice(1));
    const segments = rows.map(({ begin, end, from, keeps }) => ({
      ...{ begin: begin * width, end: end * width, from: from.map((row) => row * width) },
      ...(keeps && { keeps }),
    }));
    const size = segments.reduce((sum, { begin, end, keeps }) => sum + (keeps ? 0 : end - begin), 0);
    return { name, shape: [frame.rows, ...shape.slice(1)], isTable: true, size, segments };
  });
}

function checkMethod({ caller, base, models, method }: Inputs): void {
  const { least, most } = method.models;
  if (!(models.length >= least && models.length <= most))
    throw new Error(
      `${caller}: invalid models: ${models.length} (${method.name} merges ${most === least ? least : most < Infinity ? `${least} to ${most}` : `${least} or more`})`,
    );
  if (method.fromBase && !base) throw new Error(`${caller}: invalid base: none (${method.name} counts from one)`);
  for (const name of ["weights", "density", "gamma", "epsilon"]) {
    const given = method.options[name];
    if (Array.isArray(given) && given.length !== models.length)
      throw new Error(`${caller}: invalid ${name}: ${given.length} (one for each of ${models.length} models)`);
  }
}

/** Segments of the tables, in rows. */
function rowsOf(inputs: Inputs): Segment[] {
  const { frame, models, method } = inputs;
  const sources = inputsOf(inputs);
  const idsIn = new Map(
    [frame.source, ...sources].map((source) => [source, sameTokens(frame.tokenizer, source.tokenizer)]),
  );
  const ids = sources.map((source) => idsIn.get(source)!);
  const all = Array.from({ length: frame.tokenizer.size }, (_, id) => id).filter((id) =>
    ids.every((own) => own[id]! >= 0),
  );
  const tokenizers = models.map(({ tokenizer }) => tokenizer);
  const merged = new Set(method.ids ? method.ids(all, tokenizers, frame.tokenizer) : all);
  const segments: Segment[] = [];
  for (let id = 0; id < frame.rows; id++) {
    const holder = [...idsIn.keys()].find((source) => (idsIn.get(source)![id] ?? -1) >= 0);
    const one: Segment = merged.has(id)
      ? { begin: id, end: id + 1, from: ids.map((own) => own[id]!) }
      : { begin: id, end: id + 1, from: [holder ? idsIn.get(holder)![id]! : id], keeps: holder ?? frame.source };
    const last = segments.at(-1);
    const follows =
      last?.keeps === one.keeps && last?.from.every((row, k) => row + last.end - last.begin === one.from[k]);
    if (last && follows) last.end++;
    else segments.push(one);
  }
  return segments;
}

/** One kind and shape of model, the frame's tensors and no others. */
function checkAlike(caller: string, frame: Source, model: Source): void {
  const fail = (what: string): never => {
    throw new Error(`${caller}: invalid models: ${model.name} (${what})`);
  };
  const fields = Object.keys({ ...frame.config, ...model.config }) as (keyof ModelConfig)[];
  for (const field of fields) {
    const [own, other] = [frame.config?.[field], model.config?.[field]];
    // Tables are compared below.
    if (field !== "vocabSize" && field !== "tied" && JSON.stringify(own) !== JSON.stringify(other))
      fail(`${field} is ${said(other)}, ${frame.name} has ${said(own)}; only models of one shape are merged`);
  }
  for (const [name, { shape }] of Object.entries(frame.tensors)) {
    const found = model.tensors[name]?.shape;
    const of = (size: readonly number[]): string => `${frame.tables.includes(name) ? size.slice(1) : size}`;
    if (!found || found.length !== shape.length || of(found) !== of(shape))
      fail(
        `${name} is ${found ? `[${found}]` : "missing"}, ${frame.name} has [${shape}]; only models of one shape are merged`,
      );
  }
  const more = Object.keys(model.tensors).find((name) => !frame.tensors[name]);
  if (more !== undefined) fail(`${frame.name} has no ${more}; only models of one shape are merged`);
}

const product = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);
const said = (value: unknown): string => (value === undefined ? "not set" : show(value));
