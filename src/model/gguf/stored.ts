/** A GGUF file among the ways in which a model is stored. Saved again it is a folder of safetensors, and no GGUF. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../../vocab/index.js";
import { jsonText } from "../json-text.js";
import type { Stored } from "../stored.js";
import { singleFile } from "../weight-files.js";
import { readGguf } from "./read.js";

const isGguf = (name: string): boolean => name.endsWith(".gguf");

/** The file, where `path` is one, or a folder with one and no weights of Hugging Face's. */
export function ggufFile(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat && isGguf(path) ? path : undefined;
  const names = readdirSync(path);
  const files = names.filter(isGguf).sort();
  if (files.length === 0 || names.some((name) => name.endsWith(".safetensors"))) return undefined;
  if (files.length > 1) throw new Error(`load: invalid model folder: ${path} (name one of ${files.join(", ")})`);
  return join(path, files[0]!);
}

export function storedGguf(path: string): Stored {
  const model = readGguf(path);
  const text = (json: object): Uint8Array => Buffer.from(jsonText(json));
  const { json, config, chatTemplate } = model.tokenizer;
  return {
    config: model.config,
    shapes: model.shapes,
    weights: () => ({
      weights: model.weights(),
      tensors: { [singleFile]: { dtypes: model.dtypes, metadata: model.metadata } },
    }),
    tokenizer() {
      try {
        return parse(json, { config });
      } catch (error) {
        throw new Error(`load: invalid GGUF: ${path} (its tokenizer: ${(error as Error).message})`, { cause: error });
      }
    },
    files: () => ({
      files: {
        "config.json": text(model.config),
        "tokenizer.json": Buffer.from(JSON.stringify(json)),
        "tokenizer_config.json": text(config),
        ...(chatTemplate !== undefined && { "chat_template.jinja": Buffer.from(chatTemplate) }),
      },
      leftOut: {},
    }),
  };
}
