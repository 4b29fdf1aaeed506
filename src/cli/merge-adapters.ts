/** Adapters added up: `palimpsest merge` with PEFT folders in place of models. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { onFolder } from "./folders.js";
import { BadArguments, type Outcome, understand } from "./work.js";

export interface AdaptersOptions {
  base?: string;
  weights?: string;
  rank?: string;
  endOfText?: string;
  out?: string;
}

const file = "adapter_config.json";
export const areAdapters = (args: readonly string[]): boolean => args.some((dir) => existsSync(join(dir, file)));

export async function mergeAdapterFolders(dirs: readonly string[], options: AdaptersOptions): Promise<Outcome> {
  const { base, weights, rank, endOfText, out } = options;
  const known = new Set(["base", "weights", "rank", "endOfText", "out", "seed", "json"]);
  const idle = Object.keys(options).find((name) => !known.has(name));
  if (idle) throw new BadArguments(`invalid --${idle}: adapters are added, by --weights and --rank`);
  const other = dirs.find((dir) => !existsSync(join(dir, file)));
  if (other !== undefined) throw new BadArguments(`invalid argument: ${other}; it has no ${file}, and another has one`);
  if (base === undefined) throw new BadArguments("invalid --base: none; the model that the adapters were trained on");
  if (out === undefined) throw new BadArguments("invalid --out: none; a folder to write");
  if (existsSync(join(out, file))) throw new BadArguments(`invalid --out: ${out} already holds an adapter`);
  const { mergeAdapters, readAdapter, saveAdapter } = await import("../model/index.js");
  return onFolder(base, endOfText, (folder) => {
    const { shape, output } = folder;
    if (!shape) throw new BadArguments(`invalid --base: ${base}; a kind of model that is not computed here`);
    const config = { ...shape, tied: output === undefined };
    const adapters = dirs.map((dir) => readAdapter({ dir, config }));
    const how = {
      ...(weights !== undefined && { weights: weights.split(",").map(Number) }),
      ...(rank !== undefined && { rank: Number(rank) }),
    };
    const adapter = understand(() => mergeAdapters({ adapters, ...how }));
    saveAdapter({ dir: out, config, adapter });
    const ranks = Object.values(adapter.updates).map(({ a }) => a.shape[0]!);
    const said = { updates: ranks.length, rank: Math.max(...ranks) };
    return Promise.resolve({
      json: { out, adapters: dirs, ...how, ...said },
      text: `${dirs.length} adapters in one: ${said.updates} updates of rank ${said.rank}\nwrote ${out}`,
    });
  });
}
