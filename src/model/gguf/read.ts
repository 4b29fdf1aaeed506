/**
 * A GGUF file as the Hugging Face folder that it was made of, in memory: config.json, weights under their names there, and the
 * tokenizer. What it is then, and whether it can be computed, is decided where folders are read.
 */
import { closeSync, openSync } from "node:fs";
import { basename } from "node:path";
import { regularFile } from "../../regular-file.js";
import type { Dtype, Weights } from "../../types.js";
import { type Fail, sizeOf } from "../safetensors-header.js";
import { configOf } from "./config.js";
import { type Layout, readLayout, type Tensor } from "./layout.js";
import { nameOf } from "./names.js";
import { ropeFields, ropeTensors } from "./rope-tensors.js";
import { readTensor } from "./tensors.js";
import { type TokenizerFiles, tokenizerOf } from "./tokenizer.js";

export interface GgufModel {
  /** The object of config.json. */
  config: Record<string, unknown>;
  shapes: Record<string, number[]>;
  tokenizer: TokenizerFiles;
  /** The types that keep the weights as exactly as the file has them. */
  dtypes: Record<string, Dtype>;
  /** Texts for the header of the safetensors file: where the weights come from, and what they were rounded to. */
  metadata: Record<string, string>;
  /** Reads and dequantises every tensor, one after the other. */
  weights(): Weights;
}

/** Reads what is before the tensors. Throws one line naming the file. */
export function readGguf(path: string): GgufModel {
  const fail: Fail = (what) => {
    throw new Error(`load: invalid GGUF: ${path} (${what})`);
  };
  return opened(path, (fd) => {
    const layout = readLayout(fd, fail);
    checkWhole(layout, path, fail);
    const { architecture, settings, json } = configOf(layout, fail);
    const positions = layout.tensors.filter(({ name }) => ropeTensors.includes(name));
    if (positions.length > 0) {
      const read = positions.map((tensor) => [tensor.name, readTensor(fd, tensor, fail).data]);
      Object.assign(json, ropeFields(Object.fromEntries(read) as Record<string, Float32Array>, settings));
    }
    const tensors = layout.tensors
      .filter((tensor) => !positions.includes(tensor))
      .map((tensor) => ({ tensor, ...nameOf(tensor.name, architecture, fail) }));
    const shapes = tensors.map(({ tensor, name, transform }) => [
      name,
      transform?.shape?.(tensor.shape) ?? tensor.shape,
    ]);
    return {
      config: json,
      shapes: Object.fromEntries(shapes) as Record<string, number[]>,
      tokenizer: tokenizerOf(layout, fail),
      dtypes: Object.fromEntries(
        tensors.map(({ tensor, name, transform }) => [name, transform?.exact === false ? "F32" : tensor.type.dtype]),
      ),
      metadata: metadataOf(layout),
      weights: () =>
        opened(path, (again) =>
          Object.fromEntries(
            tensors.map(({ tensor, name, transform }) => {
              const read = readTensor(again, tensor, fail);
              return [name, transform ? transform.undo(read, settings) : read];
            }),
          ),
        ),
    };
  });
}

function opened<T>(path: string, use: (fd: number) => T): T {
  regularFile(path, "load");
  const fd = openSync(path, "r");
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** A part of a model that was split over several files is refused, naming the others. */
function checkWhole({ values }: Layout, path: string, fail: Fail): void {
  const count = values.get("split.count") ?? 1;
  if (count === 0 || count === 1) return;
  const others = basename(path).replace(/-\d{5}-of-/, "-*-of-");
  fail(
    `it is one of ${String(count)} parts, ${others}; join them into one file: llama-gguf-split --merge FIRST OUT.gguf`,
  );
}

function metadataOf({ values, tensors }: Layout): Record<string, string> {
  const [name, license] = [values.get("general.name"), values.get("general.license")];
  const rounded = roundedTo(tensors);
  return {
    format: "pt",
    ...(typeof name === "string" && { name }),
    ...(typeof license === "string" && { license }),
    ...(rounded && { rounded_to: rounded }),
  };
}

/** E.g. "Q4_1 (210 tensors), Q8_0 (1 tensor)"; nothing where all values are kept as they were. */
function roundedTo(tensors: Tensor[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { type, shape } of tensors)
    if (type.values > 1 && sizeOf(shape) > 0) counts.set(type.name, (counts.get(type.name) ?? 0) + 1);
  const parts = [...counts].sort((a, b) => b[1] - a[1]);
  return parts.map(([name, count]) => `${name} (${count} tensor${count === 1 ? "" : "s"})`).join(", ") || undefined;
}
