/** The model that an argument names: its folder, a run's folder, a GGUF file, or the name of a published one. */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { LanguageModel } from "../types.js";
import { BadArguments } from "./work.js";

export async function modelAt(path: string): Promise<LanguageModel> {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const { load, publishedModel, publishedModels } = await import("../model/index.js");
  if (!existsSync(path) && Object.hasOwn(publishedModels, path))
    return publishedModel({ name: path as keyof typeof publishedModels });
  if (!isFolder && !(existsSync(path) && path.endsWith(".gguf")))
    throw new BadArguments(`no such folder: ${path} (or one of ${Object.keys(publishedModels).join(", ")})`);
  const isRun = isFolder && !existsSync(join(path, "config.json")) && existsSync(join(path, "model", "config.json"));
  return load(resolve(isRun ? join(path, "model") : path));
}
