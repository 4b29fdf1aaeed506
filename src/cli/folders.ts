/** Folders of models that a verb is given: one to read, one to write, and a tokenizer for it; bad ones are exit code 2. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Folder } from "../checkpoint/index.js";
import type { OnProgress, Tokenizer } from "../types.js";
import { lookUp } from "./model-at.js";
import { progressing } from "./tokenizer-inputs.js";
import { BadArguments } from "./work.js";

/** What `use` makes of the folder, or of the one that a GGUF file or a published model is unpacked into. */
export const onFolder = <T>(
  dir: string,
  endOfText: string | undefined,
  use: (folder: Folder, onProgress: OnProgress) => Promise<T>,
): Promise<T> => onFolders([dir], endOfText, ([folder], onProgress) => use(folder!, onProgress));

export async function onFolders<T>(
  dirs: string[],
  endOfText: string | undefined,
  use: (folders: Folder[], onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const { open, unpack } = await import("../checkpoint/index.js");
  const found = await Promise.all(dirs.map(lookUp));
  const folders: Folder[] = [];
  try {
    for (const one of found)
      folders.push(
        "path" in one ? open({ dir: one.path, endOfText }) : unpack({ model: await one.published(), endOfText }),
      );
    return await progressing((onProgress) => use(folders, onProgress));
  } finally {
    for (const folder of folders) folder.close();
  }
}

export function newFolder(out: string): string {
  if (existsSync(join(out, "config.json"))) throw new BadArguments(`invalid --out: ${out} already holds a model`);
  return out;
}

/** Ends documents as the base does, where it can and nothing else is asked for. */
export async function tokenizerAt(path: string, base: Tokenizer, endOfText: string | undefined): Promise<Tokenizer> {
  if (!existsSync(path)) throw new BadArguments(`invalid --tokenizer: ${path}; no such file`);
  const { readTokenizer } = await import("../model/index.js");
  const end = base.tokenOf(base.endOfText);
  return readTokenizer({ path, endOfText, prefer: ({ content }) => content === end });
}
