/**
 * What of a model is trained, as data: whole groups of parameters, and rows of the two tables. What is left out is frozen,
 * bit for bit: no gradient, no moment, no decay reaches it (zeroing gradients alone would still let AdamW's decay and stale
 * momentum move old rows; `rows.ts` takes trained rows out of their tables). Not how long or in which order: that is `recipe/stages.ts`.
 */
import { parameterShapes, parametersOf, tablesOf } from "../../../architecture/index.js";
import { chosenLayers } from "./layer-choice.js";
import { leafOf } from "../roles.js";
import { made, type Json } from "../../../registry.js";
import type { ModelConfig, Tokenizer } from "../../../types.js";
import type { NewRows } from "../rows.js";
import { type Rows, type Trainable, type TrainableParts, trainables } from "./trainables.js";
import type { Leaves, Parameters } from "../types.js";

/** Parts as they are written down: rows as ranges [first, end), layers counted from 0, a tied head within the embedding. */
export interface Trained {
  embedding?: "all" | [number, number][];
  head?: "all" | [number, number][];
  layers?: number[];
  norms?: true;
  biases?: true;
  attention?: true;
  positions?: true;
}

export interface SelectionOptions {
  /** Defaults to "all". */
  trainable?: Trainable;
  /** Which rows "new" means. */
  newRows?: NewRows;
}

/** The parameters that are weights of the model as they are. */
export function selection({ trainable = "all", newRows }: SelectionOptions = {}): Parameters {
  return made({
    name: "selection",
    options: { trainable: trainable as Json, newRows },
    of: ({ config }) => selectionOf(config, trainedOf({ config, trainable, newRows })),
  });
}

/** Ids at which `tokenizer` has a token that `base` has not there, ascending: the rows that growing made. */
export function newIds({ base, tokenizer }: { base: Tokenizer; tokenizer: Tokenizer }): number[] {
  const ids = Array.from({ length: tokenizer.size }, (_, id) => id);
  return ids.filter((id) => tokenizer.tokenOf(id) !== undefined && tokenizer.tokenOf(id) !== base.tokenOf(id));
}

/** Whether it speaks of new rows, so that someone must say which those are. */
export function needsNewRows(trainable: Trainable): boolean {
  const { embedding: input, head: output } = partsOf(trainable);
  return input === "new" || output === "new";
}

/** The parts in their written form; undefined where they are the whole model, so that it is trained as ever. */
export function trainedOf(options: {
  config: ModelConfig;
  trainable?: Trainable;
  newRows?: NewRows;
}): Trained | undefined {
  const { config, trainable = "all", newRows } = options;
  const parts = partsOf(trainable);
  const input = parts.embedding && idsOf("embedding", parts.embedding, config, newRows);
  const output = parts.head && idsOf("head", parts.head, config, newRows);
  const layers =
    parts.layers && chosenLayers(parts.layers, config.layers, (what, fix) => refuse({ layers: what }, fix));
  const tables = config.tied
    ? { embedding: [...(input ?? []), ...(output ?? [])] }
    : { embedding: input, head: output };
  const trained: Trained = {};
  for (const [name, ids] of Object.entries(tables) as ["embedding" | "head", number[] | undefined][])
    if (ids && ids.length > 0) trained[name] = rangesOf(ids, config.vocabSize);
  if (layers && layers.length > 0) trained.layers = layers;
  if (parts.norms) trained.norms = true;
  if (parts.biases) trained.biases = true;
  if (parts.attention) trained.attention = true;
  if (parts.positions && config.positions === "learned") trained.positions = true;
  const { leaves, rows } = selectionOf(config, trained);
  const names = Object.keys(leaves);
  if (names.length === 0)
    refuse(
      trainable,
      `it names nothing of this model${parts.biases ? ", which has no biases; norms: true names its norms" : ""}`,
    );
  return names.length === Object.keys(parameterShapes(config)).length && Object.keys(rows).length === 0
    ? undefined
    : trained;
}

/** The leaves, in the model's order of names; every weight where nothing is said. */
export function selectionOf(config: ModelConfig, trained?: Trained): Leaves {
  const rows: Record<string, Int32Array> = {};
  const { embedding, head } = tablesOf(config);
  const isTable = (name: string): boolean => name === embedding || name === head;
  const parameters = parametersOf(config).filter(({ name, role, layer, slots }) => {
    if (!trained) return true;
    const table = name === embedding ? trained.embedding : name === head ? trained.head : undefined;
    if (table && table !== "all") rows[name] = Int32Array.from(table.flatMap(idsIn));
    return (
      table !== undefined ||
      (layer !== undefined && trained.layers?.includes(layer)) ||
      ((role === "embedding" || role === "head") && !isTable(name) && trained.layers?.length === config.layers) ||
      (trained.norms && role === "norm") ||
      (trained.biases && slots[0]!.endsWith(".bias")) ||
      (trained.attention && /^layers\.\d+\.[qkvo]\./.test(slots[0]!)) ||
      (trained.positions && role === "positions")
    );
  });
  const leaves = parameters.map((each) => {
    const leaf = leafOf(each);
    const ids = rows[each.name];
    return [each.name, ids ? { ...leaf, shape: [ids.length, ...leaf.shape.slice(1)], alone: true } : leaf] as const;
  });
  return { leaves: Object.fromEntries(leaves), rows };
}

function partsOf(trainable: Trainable): TrainableParts {
  if (typeof trainable === "object") return trainable;
  if (!Object.hasOwn(trainables, trainable))
    refuse(trainable, `one of ${Object.keys(trainables).join(", ")}, or parts`);
  return trainables[trainable].parts;
}

function idsOf(part: string, rows: Rows, { vocabSize }: ModelConfig, newRows?: NewRows): number[] {
  if (rows === "new") {
    if (newRows === undefined) refuse({ [part]: rows }, `say which rows are new: newRows, e.g. { from: ${vocabSize} }`);
    return idsOf("newRows", newRows, { vocabSize } as ModelConfig);
  }
  if (rows === "all") return Array.from({ length: vocabSize }, (_, id) => id);
  const ids = Array.isArray(rows)
    ? rows
    : Array.from({ length: Math.max(0, vocabSize - rows.from) }, (_, i) => rows.from + i);
  const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabSize));
  if (wrong !== undefined) refuse({ [part]: wrong }, `rows are 0 to ${vocabSize - 1}`);
  if (ids.length === 0) refuse({ [part]: rows }, `no row; there are ${vocabSize}`);
  return ids;
}

/** Ids as half-open ranges, ascending; "all" where they are every row. */
function rangesOf(ids: number[], vocabSize: number): "all" | [number, number][] {
  const ranges: [number, number][] = [];
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === id) last[1]++;
    else ranges.push([id, id + 1]);
  }
  return ranges.length === 1 && ranges[0]![0] === 0 && ranges[0]![1] === vocabSize ? "all" : ranges;
}

const idsIn = ([first, end]: [number, number]): number[] => Array.from({ length: end - first }, (_, i) => first + i);

function refuse(trainable: unknown, fix: string): never {
  throw new Error(`train: invalid trainable: ${JSON.stringify(trainable)} (${fix})`);
}
