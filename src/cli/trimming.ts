/** How a vocabulary is trimmed, as the verbs that do it are asked: which tokens go first, and how many are left. */
import type { Command } from "commander";
import type { OnProgress, Tokenizer } from "../types.js";
import type { PruneOrderName, Trimmed } from "../vocab/index.js";
import { wholeNumber } from "./numbers.js";
import { listOf, textsOf, type TextOptions } from "./tokenizer-inputs.js";
import { BadArguments } from "./work.js";

export interface TrimmingOptions extends TextOptions {
  size?: string;
  order?: string;
  scripts?: string;
}

export const trimming = (command: Command): Command =>
  command
    .option("--size <n>", "tokens that are left; needed by every order but script")
    .option(
      "--order <name>",
      "which go first: last-n, frequency, leaf-frequency, leaf-last-n, merge-based, script; defaults to leaf-frequency, of WordPiece and Unigram to frequency",
    )
    .option("--scripts <names>", "scripts to keep, by Unicode's names, for the order script: Latin,Hangul");

/** `notes` tell what was passed over or cleaned of the text. */
export type Trimmer = (
  tokenizer: Tokenizer,
  signal: AbortSignal,
  onProgress: OnProgress,
) => Promise<{ trimmed: Trimmed; notes: string[] }>;

/** What was asked, once it is understood; else exit code 2. */
export async function trimmer(files: string[], options: TrimmingOptions): Promise<Trimmer> {
  const { order = "leaf-frequency", scripts } = options;
  const { pruneOrders, trim } = await import("../vocab/index.js");
  if (!Object.hasOwn(pruneOrders, order))
    throw new BadArguments(`invalid --order: ${order}; one of ${Object.keys(pruneOrders).join(", ")}`);
  const { needs } = pruneOrders[order as PruneOrderName];
  if (needs === "texts" && files.length === 0) throw new BadArguments(`the order ${order} needs text files`);
  if (needs === "scripts" && !scripts) throw new BadArguments(`the order ${order} needs --scripts`);
  if (options.size === undefined && needs !== "scripts") throw new BadArguments(`the order ${order} needs --size`);
  const size = options.size === undefined ? undefined : wholeNumber("--size", options.size, 1);
  return async (tokenizer, signal, onProgress) => {
    const read = files.length > 0 ? await textsOf(files, options, signal, onProgress) : undefined;
    const trimmed = await trim({
      tokenizer,
      ...(options.order !== undefined && { order: order as PruneOrderName }),
      ...(size !== undefined && { size }),
      ...(read && { texts: read.documents }),
      ...(scripts && { scripts: listOf(scripts) }),
      signal,
      onProgress,
    });
    return { trimmed, notes: read?.notes ?? [] };
  };
}
