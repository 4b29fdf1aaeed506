/** A configuration of mergekit as the inputs of a merge: its file parsed, its models opened. */
import { existsSync } from "node:fs";
import type { Folder, MergeInputs, Stacked } from "../checkpoint/index.js";
import type { MergekitInput } from "../merge/index.js";
import { printable } from "../foreign.js";
import type { Dtype, OnProgress } from "../types.js";
import { onFolders } from "./folders.js";
import { BadArguments, type Outcome, understand } from "./work.js";

/** What is done with the models once they are open. */
export type Use = (inputs: MergeInputs & { dtype?: Dtype | undefined }, onProgress: OnProgress) => Promise<Outcome>;

export const isConfig = (args: readonly string[]): boolean => /\.(ya?ml|json)$/i.test(args[0]!);

export async function onConfig(
  args: string[],
  options: { vectors?: string },
  endOfText: string | undefined,
  use: Use,
): Promise<Outcome> {
  const [path] = args as [string];
  if (args.length > 1) throw new BadArguments(`invalid argument: ${args[1]}; a configuration names all models`);
  const known = new Set(["vectors", "seed", "dtype", "endOfText", "out", "dryRun", "json"]);
  const idle = Object.keys(options).find((name) => !known.has(name));
  if (idle) throw new BadArguments(`invalid --${idle}: the configuration says that`);
  const { mergekit } = await import("../merge/index.js");
  const config = await parse(path);
  const { base, models, method, tokens, dtype } = understand(() =>
    mergekit(config, { vectors: options.vectors as "linear" | "alike" | undefined }),
  );
  const inputs = [...(base ? [base] : []), ...models];
  const names = [
    ...new Set(inputs.flatMap((input) => ("model" in input ? [input.model] : input.parts.map((part) => part.model)))),
  ];
  for (const name of names)
    if (!existsSync(name))
      throw new BadArguments(`invalid model: ${name}; no such folder; fetch it, and name where it is`);
  return onFolders(names, endOfText, (folders, onProgress) => {
    const folderOf = (name: string): Folder => folders[names.indexOf(name)]!;
    const opened = (input: MergekitInput): Folder | Stacked =>
      "model" in input
        ? folderOf(input.model)
        : { parts: input.parts.map(({ model, begin, end }) => ({ folder: folderOf(model), begin, end })) };
    if (tokens !== undefined && tokens !== "base" && tokens !== "union" && !names.includes(tokens))
      throw new BadArguments(`invalid tokenizer_source: ${tokens}; base, union or one of the models`);
    const whose = tokens === undefined || tokens === "base" || tokens === "union" ? tokens : folderOf(tokens);
    return use({ models: models.map(opened), base: base && opened(base), method, tokens: whose, dtype }, onProgress);
  });
}

async function parse(path: string): Promise<unknown> {
  const { readText } = await import("../json-file.js");
  const { parse: parseYaml } = await import("yaml");
  const text = understand(() => readText(path, "merge", 1 << 18));
  try {
    // JSON is YAML; anchors that unfold without end are cut off.
    return parseYaml(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new BadArguments(
      `merge: invalid configuration: ${path} (${printable((error as Error).message.split("\n", 1)[0]!)})`,
    );
  }
}
