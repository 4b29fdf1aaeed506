/**
 * `palimpsest merge`, and `checkpoint merge`, which is the same: one folder of several, by a method and its options or by a
 * configuration of mergekit. Which options a method takes follows from its row.
 */
import type { Command } from "commander";
import type * as z from "zod";
import type { MergeMethod } from "../merge/index.js";
import type { Written } from "../registry.js";
import type { Dtype } from "../types.js";
import { notKept } from "./checkpoint-inspect.js";
import { newFolder, onFolders } from "./folders.js";
import { areAdapters, mergeAdapterFolders } from "./merge-adapters.js";
import { isConfig, onConfig, type Use } from "./merge-config.js";
import { planLines } from "./merge-plan.js";
import { wholeNumber } from "./numbers.js";
import { BadArguments, example, type Outcome, understand, work, type Work } from "./work.js";

type Flag = keyof typeof flags;
export interface MergeOptions extends Partial<Record<Flag, string>> {
  base?: string;
  method?: string;
  tokens?: string;
  rank?: string;
  seed: string;
  dtype?: string;
  endOfText?: string;
  out?: string;
  dryRun?: boolean;
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

export function addMerge(program: Command): void {
  const verb = program
    .command("merge")
    .summary("make one model of several")
    .description(
      "Makes one model of several of the same shape, a piece of a tensor at a time, by a method or as a YAML or JSON file for mergekit says. First it says what will be done. Types and other files are the base's, or the first model's; the tokens are of the first that has all, rows are merged by token, and a token that only some have keeps its row. Gains of norms and biases are only weighted and added, unless --vectors alike.",
    )
    .argument(
      "<models...>",
      "the models' folders, or GGUF files, in the order of --weights; or one configuration; or folders of adapters, which are added up",
    )
    .option("--base <dir>", "the model that they were trained from, for methods that count from one")
    .option("--method <name>", "how; a name that is none lists them; linear where there is none");
  for (const [name, [value, meaning]] of Object.entries(flags)) verb.option(`--${name} ${value}`, meaning);
  verb
    .option("--tokens <whose>", "base; union, new ids for what the base lacks; else those of the first that has all")
    .option("--rank <n>", "of adapters added up, at the most; else as many as they have together")
    .option("--seed <n>", "for methods that draw", "0")
    .option("--dtype <type>", `${dtypes.join(", ")}; else as it is stored, or as the configuration says`)
    .option("--end-of-text <token>", "the token that ends a document, for files that do not say")
    .option("--out <dir>", "the folder to write")
    .option("--dry-run", "say what would be done, and read no weight")
    .option("--json", "print one JSON object instead of text")
    .action(work<MergeOptions>(mergeVerb));
  const lead = program.name() === "checkpoint" ? "palimpsest checkpoint" : "palimpsest";
  example(verb, `${lead} merge out/ko out/fi --base out/model --method ties --density 0.5 --out out/both`);
}

const dtypes: readonly string[] = ["F32", "F16", "BF16"] satisfies Dtype[];

export async function mergeVerb(args: string[], options: MergeOptions, { signal }: Work): Promise<Outcome> {
  if (areAdapters(args)) return mergeAdapterFolders(args, options);
  const { dtype, endOfText, dryRun = false } = options;
  if (options.rank !== undefined) throw new BadArguments("invalid --rank: it is for adapters");
  const seed = wholeNumber("--seed", options.seed, 0);
  if (dtype !== undefined && !dtypes.includes(dtype))
    throw new BadArguments(`invalid --dtype: ${dtype}; one of ${dtypes.join(", ")}`);
  if (options.out === undefined && !dryRun)
    throw new BadArguments("invalid --out: none; a folder to write, or --dry-run");
  const out = options.out === undefined ? undefined : newFolder(options.out);
  const { merge, planMerge } = await import("../checkpoint/index.js");
  const { rng } = await import("../rng.js");
  const use = isConfig(args) ? onConfig : onDirs;
  return use(args, options, endOfText, async ({ dtype: configured, ...inputs }, onProgress) => {
    const { method } = inputs;
    const how = { method: method.name, ...method.options };
    const plan = planMerge(inputs);
    const text = planLines(inputs, plan);
    if (dryRun) return { json: { ...how, plan }, text: text.join("\n") };
    process.stderr.write(`${text.join("\n")}\n`);
    const as = (dtype ?? configured) as Dtype | undefined;
    const { leftOut } = await merge({ ...inputs, rng: rng(seed), out: out!, dtype: as, signal, onProgress });
    return {
      json: { out, ...how, seed, plan, leftOut },
      text: [`wrote ${out}`, ...notKept(leftOut)].join("\n"),
    };
  });
}

async function onDirs(
  dirs: string[],
  options: MergeOptions,
  endOfText: string | undefined,
  use: Use,
): Promise<Outcome> {
  const { base: baseDir, tokens } = options;
  const method = await methodOf(options);
  if (tokens !== undefined && tokens !== "base" && tokens !== "union")
    throw new BadArguments(`invalid --tokens: ${tokens}; base or union`);
  if (method.fromBase && baseDir === undefined)
    throw new BadArguments(`invalid --method: ${method.name}; it needs --base${inRoles(method.roles)}`);
  return onFolders([...dirs, ...(baseDir === undefined ? [] : [baseDir])], endOfText, (folders, onProgress) =>
    use({ models: folders.slice(0, dirs.length), base: folders[dirs.length], method, tokens }, onProgress),
  );
}

async function methodOf(options: MergeOptions): Promise<MergeMethod> {
  const { methods } = await import("../merge/index.js");
  const { makeOf } = await import("../registry.js");
  const { method: name = "linear" } = options;
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

/** Which folder is which, where a method does not take them alike. */
const inRoles = ([base, ...models]: readonly string[] = []): string =>
  base === undefined ? "" : `, the ${base}; MODELS are the ${models.join(" and the ")}`;
