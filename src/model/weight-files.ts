/**
 * The weights of a folder: model.safetensors, or the files among which model.safetensors.index.json divides them. What the
 * headers hold is known before a tensor is read; the same files are written as were read.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isReserved } from "../names.js";
import type { LanguageModel, TensorFiles, Weights } from "../types.js";
import { show } from "../foreign.js";
import { readJsonObject } from "../json-file.js";
import { bytesOf, called, type Entry, type Header, sizeOf, type StoredType } from "./safetensors-header.js";
import { headerIn, readSafetensors, writeSafetensors } from "./safetensors.js";

export const singleFile = "model.safetensors";
export const indexFile = "model.safetensors.index.json";
/** Weights that this lab does not read, by the endings of their files. */
export const otherWeights = /\.(bin|pt|pth|ckpt|h5|msgpack|gguf|onnx|ot)$/;

/** The files and what their headers say. Throws one line where they contradict each other. */
export function weightFiles(dir: string): Record<string, Header> {
  if (existsSync(join(dir, singleFile))) return { [singleFile]: headerIn(join(dir, singleFile)) };
  if (!existsSync(join(dir, indexFile))) {
    const other = readdirSync(dir).find((name) => otherWeights.test(name));
    const why = other ? `, and ${other} is not read; save the model as safetensors where it is trusted` : "";
    throw new Error(`load: invalid model folder: ${dir} (it has no ${singleFile}${why})`);
  }
  const fail = (what: string): never => {
    throw new Error(`load: invalid index: ${join(dir, indexFile)} (${what})`);
  };
  const { weight_map: map } = readJsonObject(join(dir, indexFile), "load");
  if (map === null || typeof map !== "object" || Array.isArray(map)) fail("it has no weight_map");
  const files = [...new Set(Object.values(map as object) as unknown[])].map((file) => {
    if (!(typeof file === "string" && /^[\w-][\w.-]{0,200}\.safetensors$/.test(file)))
      return fail(`${show(file)} is not the name of a safetensors file in the folder`);
    if (!existsSync(join(dir, file))) fail(`the folder lacks ${file}; fetch it too`);
    return file;
  });
  const headers = Object.fromEntries(files.sort().map((file) => [file, headerIn(join(dir, file))]));
  const found = new Set<string>();
  for (const [file, { entries }] of Object.entries(headers))
    for (const { name } of entries) {
      const named = Object.hasOwn(map as object, name) ? (map as Record<string, unknown>)[name] : undefined;
      if (named !== file) fail(`${called(name)} is in ${file}, not in ${show(named)}`);
      found.add(name);
    }
  const lost = Object.keys(map as object).find((name) => isReserved(name) || !found.has(name));
  if (lost !== undefined) fail(`${called(lost)} is in no file`);
  return headers;
}

export function readWeights(
  dir: string,
  files: string[],
  keep: (name: string) => boolean,
): { weights: Weights; tensors: TensorFiles } {
  const weights: Weights = {};
  const tensors: TensorFiles = {};
  for (const file of files) {
    const { weights: some, ...rest } = readSafetensors(join(dir, file), ({ name }) => keep(name));
    Object.assign(weights, some);
    tensors[file] = rest;
  }
  return { weights, tensors };
}

/** A model's weights by the names that its files have for them. */
export const asStored = ({ weights, origin }: Pick<LanguageModel, "weights" | "origin">): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, weight]) => [origin?.names?.[name] ?? name, weight]));

/** A tensor that no file is named for goes to the last, as float32. The other way to keep weights is gone afterwards. */
export function writeWeights(dir: string, weights: Weights, tensors: TensorFiles): void {
  const map = fileOfEach(weights, tensors);
  for (const [file, options] of Object.entries(tensors)) {
    const some = Object.fromEntries(Object.entries(weights).filter(([name]) => map[name] === file));
    writeSafetensors(join(dir, file), some, options);
  }
  rmSync(join(dir, singleFile in tensors ? indexFile : singleFile), { force: true });
}

/** The types of these weights in these files, as headers name them. */
export function storedEntries(weights: Weights, tensors: TensorFiles): Record<string, Tensor[]> {
  const map = fileOfEach(weights, tensors);
  const all: Record<string, Tensor[]> = {};
  for (const [name, file] of Object.entries(map))
    (all[file] ??= []).push({ name, shape: weights[name]!.shape, dtype: tensors[file]!.dtypes[name] ?? "F32" });
  for (const [file, { kept = {} }] of Object.entries(tensors))
    for (const [name, { shape, dtype }] of Object.entries(kept))
      (all[file] ??= []).push({ name, shape, dtype: dtype as StoredType });
  return all;
}
type Tensor = Pick<Entry, "name" | "dtype" | "shape">;

/** The object of the index for these tensors by file; `was` keeps what else it says. */
export function indexOf(files: Record<string, Tensor[]>, was: Record<string, unknown>): Record<string, unknown> {
  let [total_size, total_parameters] = [0, 0];
  const named: [string, string][] = [];
  for (const [file, tensors] of Object.entries(files))
    for (const tensor of tensors) {
      total_parameters += sizeOf(tensor.shape);
      total_size += bytesOf(tensor);
      named.push([tensor.name, file]);
    }
  const weight_map = Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
  const old = (was.metadata ?? {}) as Record<string, unknown>;
  const metadata = { ...old, total_size, ...("total_parameters" in old && { total_parameters }) };
  return { ...was, metadata, weight_map };
}

function fileOfEach(weights: Weights, tensors: TensorFiles): Record<string, string> {
  const files = Object.keys(tensors);
  const of = (name: string): string =>
    files.find((file) => Object.hasOwn(tensors[file]!.dtypes, name)) ?? files.at(-1)!;
  const names = Object.keys(weights).sort();
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}
