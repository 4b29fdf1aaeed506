/** `palimpsest checkpoint merge`: one folder of several. Which options a method takes follows from its row. */
import type { Command } from "commander";
import type * as z from "zod";
import type { MergeMethod } from "../merge/index.js";
import type { Written } from "../registry.js";
import type { Dtype } from "../types.js";
import { notKept } from "./checkpoint-inspect.js";
import { newFolder, onFolders } from "./folders.js";
import { wholeNumber } from "./numbers.js";
import { BadArguments, type Outcome, understand, type Work } from "./work.js";

type Flag = keyof typeof flags;
export interface MergeOptions extends Partial<Record<Flag, string>> {
  base?: string;
  method: string;
  seed: string;
  dtype?: string;
  endOfText?: string;
  out: string;
}

/** Options of methods by the names that rows have for them, as they are typed. */
const flags = {
  weights: ["<list>", "one for each model, such as 0.3,0.7; 1 each where there are none"],
  t: ["<number>", "from 0, the first of two models, to 1, the second; nearswap's longest step"],
  density: ["<share>", "of the numbers of each delta that are kept; or one for each model, with commas between"],
  gamma: ["<share>", "of the largest numbers of each delta that are dropped"],
  epsilon: ["<share>", "to either side of the density, for small and large numbers"],
  scale: ["<factor>", "of what is added to the base"],
  normalize: ["<yes|no>", "whether weights are divided by their sum"],
  rescale: ["<how>", "what is kept by chance: density, l1 (as mergekit does) or none"],
  vectors: ["<how>", "gains of norms and biases: linear, or alike, as matrices are (as mergekit does)"],
  deltas: ["<yes|no>", "whether the arc is between deltas, which need a base"],
  by: ["<what>", "what is a vector: tensor, row or column"],
  threshold: ["<number>", "beyond which a number counts as moved"],
  boost: ["<factor>", "of what one model alone moved, for what it shares"],
  most: ["<ratio>", "of shared to own numbers that counts"],
  restore: ["<tokens>", "whose rows are the chat model's again: special, added, old or none"],
} as const;
const words: readonly string[] = ["restore", "rescale", "vectors", "by"] satisfies Flag[];
const questions: readonly string[] = ["normalize", "deltas"] satisfies Flag[];
const lists: readonly string[] = ["weights", "density", "gamma", "epsilon"] satisfies Flag[];

export function mergeOptions(command: Command): Command {
  command.option("--method <name>", "how; a name that is none lists them", "linear");
  for (const [name, [value, meaning]] of Object.entries(flags)) command.option(`--${name} ${value}`, meaning);
  return command;
}

const dtypes: readonly string[] = ["F32", "F16", "BF16"] satisfies Dtype[];

export async function mergeVerb(dirs: string[], options: MergeOptions, { signal }: Work): Promise<Outcome> {
  const { base: baseDir, dtype, endOfText } = options;
  const method = await methodOf(options);
  const seed = wholeNumber("--seed", options.seed, 0);
  if (dtype !== undefined && !dtypes.includes(dtype))
    throw new BadArguments(`invalid --dtype: ${dtype}; one of ${dtypes.join(", ")}`);
  if (method.fromBase && baseDir === undefined)
    throw new BadArguments(`invalid --method: ${method.name}; it needs --base`);
  const out = newFolder(options.out);
  const { merge } = await import("../checkpoint/index.js");
  const { rng } = await import("../rng.js");
  return onFolders([...dirs, ...(baseDir === undefined ? [] : [baseDir])], endOfText, async (folders, onProgress) => {
    const [models, base] = [folders.slice(0, dirs.length), folders[dirs.length]];
    const how = { method, rng: rng(seed), dtype: dtype as Dtype | undefined };
    const { leftOut, ...made } = await merge({ models, base, out, ...how, signal, onProgress });
    const said = Object.entries(method.options).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    const text = [
      `${made.merged} tensors merged by ${[method.name, ...said].join(", ")}${made.kept > 0 ? `; ${made.kept} are the base's` : ""}`,
      `wrote ${out}`,
      ...notKept(leftOut),
    ];
    return {
      json: { out, method: method.name, ...method.options, seed, ...made, leftOut },
      text: text.join("\n"),
    };
  });
}

async function methodOf(options: MergeOptions): Promise<MergeMethod> {
  const { methods } = await import("../merge/index.js");
  const { makeOf } = await import("../registry.js");
  const { method: name } = options;
  if (!Object.hasOwn(methods, name)) {
    const rows = Object.entries(methods).map(([row, { summary }]) => `${row} (${summary})`);
    throw new BadArguments(`invalid --method: ${name}; one of ${rows.join(", ")}`);
  }
  const row = methods[name as keyof typeof methods].options.shape as Record<string, z.ZodType>;
  const given = Object.keys(flags).filter((flag) => options[flag as Flag] !== undefined) as Flag[];
  const idle = given.find((flag) => !Object.hasOwn(row, flag));
  if (idle) throw new BadArguments(`invalid --${idle}: ${name} does not use it`);
  const missing = Object.keys(row).find((flag) => !row[flag]!.isOptional() && !given.includes(flag as Flag));
  if (missing) throw new BadArguments(`invalid --method: ${name}; it needs --${missing}`);
  const values = Object.fromEntries(given.map((flag) => [flag, valueOf(flag, options[flag]!)]));
  return understand(() => makeOf<MergeMethod>(methods, { name, ...values } as Written));
}

function valueOf(flag: Flag, text: string): number | number[] | boolean | string {
  if (words.includes(flag)) return text;
  if (questions.includes(flag)) {
    if (text !== "yes" && text !== "no") throw new BadArguments(`invalid --${flag}: ${text}; yes or no`);
    return text === "yes";
  }
  const numbers = text.split(",").map((one) => (one.trim() === "" ? NaN : Number(one)));
  const isList = lists.includes(flag);
  if (!(numbers.every(Number.isFinite) && (isList || numbers.length === 1)))
    throw new BadArguments(`invalid --${flag}: ${text}; ${isList ? "numbers with commas between" : "a number"}`);
  return flag === "weights" || numbers.length > 1 ? numbers : numbers[0]!;
}
