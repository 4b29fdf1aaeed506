/** `palimpsest checkpoint adapt`: a folder with a PEFT adapter merged into its weights. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { notKept } from "./checkpoint-inspect.js";
import { newFolder, onFolder } from "./folders.js";
import { BadArguments, type Outcome, type Work } from "./work.js";

export interface AdaptOptions {
  adapter: string;
  endOfText?: string;
  out: string;
}

export async function adaptVerb([dir]: string[], options: AdaptOptions, { signal }: Work): Promise<Outcome> {
  const { adapter, endOfText } = options;
  if (!existsSync(join(adapter, "adapter_config.json")))
    throw new BadArguments(`invalid --adapter: ${adapter}; it has no adapter_config.json`);
  const out = newFolder(options.out);
  const { adapt } = await import("../checkpoint/index.js");
  return onFolder(dir!, endOfText, async (folder, onProgress) => {
    const { leftOut, ...made } = await adapt({ folder, adapter, out, signal, onProgress });
    const text = [
      `${made.updates} matrices updated`,
      ...Object.entries(made.rows).map(([table, count]) => `${count} rows of ${table} put in`),
      `wrote ${out}`,
      ...notKept(leftOut),
    ];
    return { json: { out, ...made, leftOut }, text: text.join("\n") };
  });
}
