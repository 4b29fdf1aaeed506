/**
 * A model as a Hugging Face folder: config.json, weights in one safetensors file or several, tokenizer.json, and what else
 * is in it. What config.json says is in `huggingface-config.ts`, what is written besides weights in `saved-files.ts`.
 */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";
import { firstNotFinite } from "../finite.js";
import type { Dtype, LanguageModel, ModelConfig, NdArray, TensorFiles, Weights } from "../types.js";
import { architectureOf, parameterShapes, storedNames, tablesOf } from "../architecture/index.js";
import { folderFiles } from "./folder-files.js";
import { fromFloat32, isExact } from "../halves.js";
import { ggufFile, storedGguf } from "./gguf/stored.js";
import { fromHuggingFace } from "./huggingface-config.js";
import { readJsonObject } from "../json-file.js";
import { called } from "./safetensors-header.js";
import { savedFiles } from "./saved-files.js";
import type { Stored } from "./stored.js";
import { readTokenizer } from "./tokenizer-files.js";
import { asStored, readWeights, singleFile, weightFiles, writeWeights } from "./weight-files.js";

export interface SaveOptions {
  /** The folder, made where it is missing. */
  dir: string;
  model: LanguageModel;
  /** Every tensor's type, or "exact": float32 where the types that the model was read in would round. Defaults to those types. */
  dtype?: Dtype | "exact";
}

/**
 * Writes the folder, config.json last; each file is complete or absent. A model that was read from a folder keeps that
 * folder's other files, the types of its tensors and their division into files. Gives the files of that folder which are
 * not written, each with the reason.
 */
export function save({ dir, model, dtype }: SaveOptions): Record<string, string> {
  const { origin } = model;
  const weights = asStored(model);
  const tensors = origin?.tensors ?? { [singleFile]: { dtypes: {}, metadata: { format: "pt" } } };
  const written = dtype === undefined ? tensors : typed(weights, tensors, dtype);
  const { files, leftOut } = savedFiles(model, written);
  mkdirSync(dir, { recursive: true });
  writeWeights(dir, weights, written);
  const { "config.json": config, ...others } = files;
  for (const [name, data] of Object.entries(others)) writeAtomically(join(dir, name), data);
  writeAtomically(join(dir, "config.json"), config!);
  return leftOut;
}

/** The same files, all of one type; of "exact" float32, where the types that they have would round. */
function typed(weights: Weights, tensors: TensorFiles, wanted: Dtype | "exact"): TensorFiles {
  const files = Object.entries(tensors);
  const parts = files.flatMap(([, { dtypes }]) => Object.entries(dtypes));
  const rounds = ([name, dtype]: [string, Dtype]): boolean => !!weights[name] && !isExact(weights[name].data, dtype);
  if (wanted === "exact" && !parts.some(rounds)) return tensors;
  const dtype = wanted === "exact" ? "F32" : wanted;
  return Object.fromEntries(
    files.map(([file, rest], i) => {
      const named = Object.keys(weights).filter((name) => fileOf(files, name) === i);
      return [file, { ...rest, dtypes: Object.fromEntries(named.map((name) => [name, dtype])) }];
    }),
  );
}

/** Which of the files a tensor is in; one that is in none goes to the last. */
function fileOf(files: [string, TensorFiles[string]][], name: string): number {
  const found = files.findIndex(([, { dtypes }]) => Object.hasOwn(dtypes, name));
  return found < 0 ? files.length - 1 : found;
}

/** Whether `save` would write the same bytes for a model and for these weights in it. */
export function storedAlike({ origin, weights: own }: LanguageModel, weights: Weights): boolean {
  const dtypes = Object.assign({}, ...Object.values(origin?.tensors ?? {}).map((file) => file.dtypes)) as Dtypes;
  return Object.entries(own).every(([name, { data }]) => {
    const [dtype, other] = [dtypes[origin?.names?.[name] ?? name] ?? "F32", weights[name]?.data];
    return other?.length === data.length && Buffer.compare(fromFloat32(data, dtype), fromFloat32(other, dtype)) === 0;
  });
}
type Dtypes = TensorFiles[string]["dtypes"];

/** Reads a Hugging Face folder, or a GGUF file: by its path, or that of a folder in which it is alone. */
export function load(path: string): LanguageModel {
  const stored = storedAt(path);
  const claimed = fromHuggingFace(stored.config);
  const names = storedNames(claimed, stored.shapes);
  checkShapes(renamed(stored.shapes, names), claimed, path);
  const { weights: found, tensors } = stored.weights((name) => isUnread(claimed, name));
  const weights = renamed(found, names);
  checkBias(weights, claimed, path);
  const config = { ...claimed, tied: claimed.tied && !hasOwnHead(weights, claimed) };
  const tokenizer = stored.tokenizer();
  if (tokenizer.size > config.vocabSize)
    throw new Error(
      `load: invalid tokenizer: ${path} (its ids go to ${tokenizer.size - 1}, the model has ${config.vocabSize} rows)`,
    );
  const used = Object.keys(parameterShapes(config)).map((name): [string, NdArray] => [name, weights[name]!]);
  checkFinite(used, path);
  const differ = Object.keys(names).length > 0;
  const origin = { config: stored.config, tokenizer, tensors, ...(differ && { names }), ...stored.files() };
  return { config, weights: Object.fromEntries(used), tokenizer, origin };
}

/** The shape of what `load` would read, by what its config.json or header says. */
export const shapeOf = (path: string): ModelConfig => fromHuggingFace(storedAt(path).config);

function storedAt(path: string): Stored {
  const gguf = ggufFile(path);
  return gguf === undefined ? storedFolder(path) : storedGguf(gguf);
}

function storedFolder(dir: string): Stored {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`load: invalid model folder: ${dir} (there is no such folder)`);
  for (const name of ["config.json", "tokenizer.json"])
    if (!existsSync(join(dir, name))) throw new Error(`load: invalid model folder: ${dir} (it has no ${name})`);
  const config = readJsonObject(join(dir, "config.json"), "load");
  const endId = [config.eos_token_id].flat()[0];
  const headers = weightFiles(dir);
  const files = Object.keys(headers);
  const entries = Object.values(headers).flatMap((header) => header.entries);
  return {
    config,
    shapes: Object.fromEntries(entries.map(({ name, shape }) => [name, shape])),
    weights: (keep) => readWeights(dir, files, keep),
    tokenizer: () => readTokenizer({ path: dir, prefer: ({ id }) => id === endId }),
    files: () => folderFiles(dir, files),
  };
}

/** From names of the files to those of the model. */
function renamed<T>(stored: Record<string, T>, names: Record<string, string>): Record<string, T> {
  const own = new Map(Object.entries(names).map(([name, file]) => [file, name]));
  return Object.fromEntries(Object.entries(stored).map(([name, value]) => [own.get(name) ?? name, value]));
}

/** Old checkpoints of any kind may keep the table of rotary frequencies, or the numbers of the positions. */
const isUnread = (config: ModelConfig, name: string): boolean =>
  /(^|\.)(rotary_emb\.inv_freq|position_ids)$/.test(name) || architectureOf(config).unread?.test(name) === true;

/** The parameters of the shape of model, all of them and no others, are what the headers of the files hold. */
function checkShapes(found: Record<string, number[]>, config: ModelConfig, dir: string): void {
  const wanted = parameterShapes(config);
  const { embedding, head, headBias = "" } = tablesOf({ ...config, tied: false });
  // A tied head may be there once more; it is not written again.
  const copies = { [head ?? ""]: wanted[embedding], [head?.replace(/weight$/, "bias") ?? ""]: wanted[headBias] };
  for (const [name, shape] of Object.entries(wanted))
    if (`${found[name]}` !== `${shape}`)
      throw new Error(
        `load: invalid weights: ${dir} (${name} is [${found[name] ?? "absent"}], config.json says [${shape}])`,
      );
  for (const [name, shape] of Object.entries(found)) {
    if (Object.hasOwn(wanted, name) || isUnread(config, name)) continue;
    if (!copies[name] || `${shape}` !== `${copies[name]}`)
      throw new Error(`load: invalid weights: ${dir} (config.json has no place for ${called(name)})`);
  }
}

function checkFinite(weights: [string, NdArray][], dir: string): void {
  for (const [name, { shape, data }] of weights) {
    const at = firstNotFinite(data);
    if (at < 0) continue;
    const row = Math.floor((at * shape[0]!) / data.length);
    throw new Error(
      `load: invalid weights: ${dir} (${name} has ${data[at]} in row ${row}; finite numbers are expected)`,
    );
  }
}

/** Old files of encoders keep the head's bias twice, the second time beside the head's weight. */
function checkBias(weights: Weights, config: ModelConfig, dir: string): void {
  const { head, headBias = "" } = tablesOf({ ...config, tied: false });
  const copy = head?.replace(/weight$/, "bias") ?? "";
  const [own, other] = [weights[headBias]?.data, weights[copy]?.data];
  if (other && own?.some((value, i) => !Object.is(value, other[i])))
    throw new Error(
      `load: invalid weights: ${dir} (${copy} differs from ${headBias}, which it is a copy of; keep one of them)`,
    );
}

/** Whether a head is there that is not the table: `transformers` then ties nothing, whatever config.json says. */
function hasOwnHead(weights: Weights, config: ModelConfig): boolean {
  const { embedding, head } = tablesOf({ ...config, tied: false });
  const [own, table] = [head === undefined ? undefined : weights[head]?.data, weights[embedding]!.data];
  return own !== undefined && own.some((value, i) => !Object.is(value, table[i]));
}
