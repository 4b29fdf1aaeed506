/** `palimpsest export RECIPE.json --to …`: the recipe as a folder that another trainer trains from. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { TokenFormatName } from "../corpus/index.js";
import { readJson } from "../json-file.js";
import type { Handoff, TrainerName } from "../train/index.js";
import { BadArguments, type Outcome, understand } from "./work.js";

export interface ExportRecipeOptions {
  path: string;
  out?: string | undefined;
  to?: string | undefined;
  tokens?: string | undefined;
  profile?: string | undefined;
  signal: AbortSignal;
}

export async function exportRecipe({ path, out, to, tokens, profile, signal }: ExportRecipeOptions): Promise<Outcome> {
  const { checkHandOff, handOff, parseRecipe, trainers } = await import("../train/index.js");
  const { tokenFiles } = await import("../corpus/index.js");
  const { parseProfile } = await import("../sweep/index.js");
  if (to === undefined || !Object.hasOwn(trainers, to))
    throw new BadArguments(`invalid --to: ${to ?? "none"} (one of ${Object.keys(trainers).join(", ")})`);
  const formats = tokens?.split(",").map((name) => name.trim());
  const unknown = formats?.find((name) => !Object.hasOwn(tokenFiles, name));
  if (unknown !== undefined)
    throw new BadArguments(`invalid --tokens: ${unknown} (one of ${Object.keys(tokenFiles).join(", ")})`);
  if (out === undefined) throw new BadArguments("invalid --out: none (the folder to write)");
  if (existsSync(path) && statSync(path).isDirectory())
    throw new BadArguments(`invalid recipe: ${path} is a folder (--to goes with a recipe, a JSON file)`);
  const recipe = understand(() => parseRecipe(readJson(path, "recipe"), path));
  understand(() => checkHandOff(recipe));
  const job = understand(() =>
    profile === undefined ? undefined : parseProfile(readJson(profile, "profile"), profile),
  );
  if (existsSync(join(out, "handoff.json"))) throw new BadArguments(`invalid --out: ${out} already holds a hand-off`);
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { report, done } = progressReporter();
  try {
    const handoff = await handOff({
      recipe,
      to: to as TrainerName,
      ...(job && { profile: job }),
      ...(formats && { tokens: formats as TokenFormatName[] }),
      dir: out,
      from: dirname(resolve(path)),
      signal,
      onProgress: report,
    });
    return { json: { dir: out, ...handoff }, text: describe(handoff, out) };
  } finally {
    done();
  }
}

function describe(
  { to, updates, batch, accumulate, context, tokens, mixture, data, firstLoss }: Handoff,
  out: string,
): string {
  const shares = Object.entries(mixture.realised).map(([domain, share]) => `${domain} ${(100 * share).toFixed(1)}%`);
  return [
    `wrote ${out} for ${to}`,
    `  ${updates} updates of ${batch * accumulate} windows of ${context} tokens, ${tokens} in all: ${shares.join(", ")}`,
    ...data.map(({ format, folder, files, dtype }) => `  ${folder}/: ${files.length} files of ${format}, ${dtype}`),
    `  the first update's loss is ${firstLoss.toFixed(4)} nats/token before it: check that before you train`,
    `  README.md says what it needs; then: cd ${out} && sbatch job.sbatch`,
  ].join("\n");
}
