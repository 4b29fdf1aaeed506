/** The model that an argument names: its folder, a run's folder, a GGUF file, or the name of a published one. */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { LanguageModel } from "../types.js";
import { BadArguments } from "./work.js";

export async function modelAt(name: string): Promise<LanguageModel> {
  const { load } = await import("../model/index.js");
  const found = await lookUp(name);
  return "path" in found ? load(resolve(found.path)) : found.published();
}

/** Where it is, or how to fetch it. */
export async function lookUp(name: string): Promise<{ path: string } | { published(): Promise<LanguageModel> }> {
  const { publishedModel, publishedModels } = await import("../model/index.js");
  const isFolder = existsSync(name) && statSync(name).isDirectory();
  if (!existsSync(name) && Object.hasOwn(publishedModels, name))
    return { published: () => publishedModel({ name: name as keyof typeof publishedModels }) };
  if (!isFolder && !(existsSync(name) && name.endsWith(".gguf")))
    throw new BadArguments(`no such folder: ${name} (or one of ${Object.keys(publishedModels).join(", ")})`);
  const isRun = isFolder && !existsSync(join(name, "config.json")) && existsSync(join(name, "model", "config.json"));
  return { path: isRun ? join(name, "model") : name };
}
