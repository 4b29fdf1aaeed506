/**
 * The weights of a folder: model.safetensors, or the files among which model.safetensors.index.json divides them. What the
 * headers hold is known before a tensor is read; the same files are written as were read.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isReserved } from "../names.js";
import type { TensorFiles, Weights } from "../types.js";
import { show } from "../foreign.js";
import { bytesPerNumber } from "./halves.js";
import { readJsonObject } from "../json-file.js";
import { called } from "./safetensors-header.js";
import { readSafetensors, shapesIn, writeSafetensors } from "./safetensors.js";

export const singleFile = "model.safetensors";
export const indexFile = "model.safetensors.index.json";
/** Weights that this lab does not read, by the endings of their files. */
export const otherWeights = /\.(bin|pt|pth|ckpt|h5|msgpack|gguf|onnx|ot)$/;

/** The files and the shape of every tensor in them. Throws one line where they contradict each other. */
export function weightFiles(dir: string): { files: string[]; shapes: Record<string, number[]> } {
  if (existsSync(join(dir, singleFile))) return { files: [singleFile], shapes: shapesIn(join(dir, singleFile)) };
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
    if (!(typeof file === "string" && /^[\w-][\w.-]*\.safetensors$/.test(file)))
      return fail(`${show(file)} is not the name of a safetensors file in the folder`);
    if (!existsSync(join(dir, file))) fail(`the folder lacks ${file}; fetch it too`);
    return file;
  });
  const shapes: Record<string, number[]> = {};
  for (const file of files.sort())
    for (const [name, shape] of Object.entries(shapesIn(join(dir, file)))) {
      const named = Object.hasOwn(map as object, name) ? (map as Record<string, unknown>)[name] : undefined;
      if (named !== file) fail(`${called(name)} is in ${file}, not in ${show(named)}`);
      shapes[name] = shape;
    }
  const lost = Object.keys(map as object).find((name) => isReserved(name) || !Object.hasOwn(shapes, name));
  if (lost !== undefined) fail(`${called(lost)} is in no file`);
  return { files, shapes };
}

export function readWeights(dir: string, files: string[]): { weights: Weights; tensors: TensorFiles } {
  const weights: Weights = {};
  const tensors: TensorFiles = {};
  for (const file of files) {
    const { weights: some, dtypes, metadata } = readSafetensors(join(dir, file));
    Object.assign(weights, some);
    tensors[file] = { dtypes, metadata };
  }
  return { weights, tensors };
}

/** A tensor that no file is named for goes to the last, as float32. The other way to keep weights is gone afterwards. */
export function writeWeights(dir: string, weights: Weights, tensors: TensorFiles): void {
  const map = fileOfEach(weights, tensors);
  for (const [file, options] of Object.entries(tensors)) {
    const some = Object.fromEntries(Object.entries(weights).filter(([name]) => map[name] === file));
    writeSafetensors(join(dir, file), some, options);
  }
  rmSync(join(dir, singleFile in tensors ? indexFile : singleFile), { force: true });
}

/** The object of the index for these weights; `was` keeps what else it says. */
export function indexOf(weights: Weights, tensors: TensorFiles, was: Record<string, unknown>): Record<string, unknown> {
  const map = fileOfEach(weights, tensors);
  let [total_size, total_parameters] = [0, 0];
  for (const [name, { data }] of Object.entries(weights)) {
    total_parameters += data.length;
    total_size += data.length * bytesPerNumber[tensors[map[name]!]!.dtypes[name] ?? "F32"];
  }
  const old = (was.metadata ?? {}) as Record<string, unknown>;
  const metadata = { ...old, total_size, ...("total_parameters" in old && { total_parameters }) };
  return { ...was, metadata, weight_map: map };
}

function fileOfEach(weights: Weights, tensors: TensorFiles): Record<string, string> {
  const files = Object.keys(tensors);
  const of = (name: string): string =>
    files.find((file) => Object.hasOwn(tensors[file]!.dtypes, name)) ?? files.at(-1)!;
  const names = Object.keys(weights).sort();
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}
