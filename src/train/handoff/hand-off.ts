/**
 * A recipe handed to another trainer: the model that it begins with, all windows that the lab would read, in its order and
 * mixture, the rates of its schedule, what the trainer runs, and what proves that the two sides mean the same. Nothing is trained.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nameOf } from "../../architecture/index.js";
import { keysOf, type TokenFormatName, tokenFiles } from "../../corpus/index.js";
import { choose, type Device, type Engine } from "../../engine/index.js";
import { writeAtomically } from "../../files.js";
import { readJsonObject } from "../../json-file.js";
import { save, toHuggingFace } from "../../model/index.js";
import { write } from "../../registry.js";
import { versions } from "../../runs/index.js";
import { composedOf, check, extended } from "../composed.js";
import { drawingOf } from "../drawing.js";
import { hashOf, hashOfModel } from "../hash.js";
import { prepared, type PrepareOptions, type Prepared } from "../recipe/prepared.js";
import { identity } from "../run/identity.js";
import type { Blended } from "../run/batches.js";
import { firstLoss } from "./first-loss.js";
import { readme } from "./readme.js";
import { checkJob, checkMixing, checkModel, checkRecipe, checkRun } from "./refuse.js";
import type { JobProfile } from "./job-header.js";
import { sbatch } from "./sbatch.js";
import { writeSources } from "./sources.js";
import { handoffPython } from "./trainers/handoff-python.js";
import { type TrainerName, trainers } from "./trainers/registry.js";
import type { Handoff, Trainer } from "./types.js";
import { described, type KeyOf, watched, type Window, windowsOf } from "./windows.js";

export interface HandOffOptions extends PrepareOptions {
  /** Row of `train.trainers`. */
  to: TrainerName;
  /** The folder, made where it is missing. */
  dir: string;
  /** Rows of `corpus.tokenFiles` to write besides the trainer's own; defaults to none. */
  tokens?: readonly TokenFormatName[];
  /** What the job may have on the cluster that it is for. */
  profile?: JobProfile;
  /** Defaults to what the recipe asks for. */
  engine?: Engine;
}

export async function handOff(options: HandOffOptions): Promise<Handoff> {
  const { recipe, to, dir } = options;
  const trainer: Trainer = trainers[to];
  checkRecipe(recipe);
  if (existsSync(join(dir, "handoff.json"))) throw new Error(`handOff: invalid dir: ${dir} already holds a hand-off`);
  const before = await prepared(options);
  try {
    return await handed(before, trainer, options);
  } finally {
    before.close();
  }
}

async function handed({ options: asked, keys }: Prepared, trainer: Trainer, given: HandOffOptions): Promise<Handoff> {
  const { to, dir, profile = {}, signal, onProgress, tokens: others = [] } = given;
  const options = extended(asked);
  const composed = composedOf(options);
  const { batch, accumulate, context, seed } = composed;
  check(options, { ...composed, checkpointEvery: 1 });
  checkRun(options, composed);
  checkModel(toHuggingFace(options.model.config, options.model.tokenizer.endOfText), trainer);
  checkJob(profile, batch * accumulate);
  for (const order of Object.values(composed.orders)) await order.ready?.();
  const { model, schedule, steps, shards, mixture } = options;
  const drawn = drawingOf(options, composed);
  const begun = (): Blended => drawn({ state: options.start?.batches });
  const { observe, weighted } = begun();
  checkMixing(mixture.name, { observes: observe !== undefined, weighted });

  const textOf = (domain: string) => shards[domain]!.train!;
  const named = mapped(shards, ({ train }) => train && keysOf(train));
  const keyOf: KeyOf = (domain, document) => keys?.[domain]?.train[document] ?? named[domain]?.(document) ?? "";
  const windows = (label: string): Generator<Window> =>
    watched(windowsOf(begun(), steps), { label, total: steps, signal, onProgress });

  save({ dir: join(dir, "model"), model, dtype: "exact" });
  completed(join(dir, "model"), model.tokenizer.endOfText);
  const data: Handoff["data"] = [];
  for (const format of new Set([trainer.tokens, ...others])) {
    const rows = described(windows(`write ${format}`), { tokenizer: model.tokenizer, textOf, keyOf });
    const folder = `tokens-${format}`;
    const written = await tokenFiles[format].write({ rows, dir: join(dir, folder), vocabSize: model.config.vocabSize });
    data.push({ format, folder, ...written });
  }
  const counts = await writeSources({
    dir,
    windows: windows("write sources.csv"),
    domains: mixture.domains,
    textOf,
    keyOf,
  });
  const windowsInAll = steps * batch * accumulate;
  const rates = Array.from({ length: steps }, (_, i) => schedule.learningRate(i + 1, steps));
  writeAtomically(
    join(dir, "schedule.csv"),
    ["update,rate", ...rates.map((rate, i) => `${i + 1},${rate}`), ""].join("\n"),
  );

  const { feeds } = begun().next(0);
  const loss = await firstLoss({ model, engine: await engineOf(given), batch, context, feeds });
  const handoff: Handoff = {
    to,
    name: options.name,
    palimpsest: versions().palimpsest,
    source: {
      identity: hashOf(identity({ ...options, ...composed }).recipe),
      model: hashOfModel(model),
      text: Object.fromEntries(Object.entries(shards).map(([domain, { train }]) => [domain, train?.hash ?? ""])),
    },
    seed,
    updates: steps,
    batch,
    accumulate,
    context,
    tokens: windowsInAll * context,
    mixture: { asked: write(mixture), realised: mapped(counts, (count) => count / windowsInAll) },
    begins: (options.notes?.branch as string | undefined) ?? "at the beginning",
    schedule: { asked: write(schedule), highest: Math.max(...rates), last: rates.at(-1)! },
    optimiser: composed.optimiser.options as unknown as Handoff["optimiser"],
    precision: composed.precision as Handoff["precision"],
    recompute: composed.memory === "layers",
    model: { kind: nameOf(model.config), vocabSize: model.config.vocabSize, endOfText: model.tokenizer.endOfText },
    data,
    firstLoss: loss,
  };
  const config = readJsonObject(join(dir, "model", "config.json"), "export");
  const own = trainer.files({ handoff, config });
  const files = {
    ...own,
    "handoff.py": handoffPython,
    "job.sbatch": sbatch({ name: handoff.name, commands: trainer.commands, profile }),
    "README.md": readme({ handoff, trainer, files: Object.keys(own), profile }),
  };
  for (const [name, text] of Object.entries(files)) writeAtomically(join(dir, name), text);
  // The last: where it is, all is.
  writeAtomically(join(dir, "handoff.json"), `${JSON.stringify(handoff, null, 2)}\n`);
  return handoff;
}

function engineOf({ engine, recipe }: HandOffOptions): Promise<Engine> {
  const { device, threads } = recipe.engine ?? {};
  return engine ? Promise.resolve(engine) : choose({ device: device as Device | undefined, threads });
}

/** Some readers take a folder for a model's by this file. */
function completed(dir: string, endOfText: number): void {
  const path = join(dir, "generation_config.json");
  const ends = { bos_token_id: endOfText, eos_token_id: endOfText };
  if (!existsSync(path)) writeAtomically(path, `${JSON.stringify({ _from_model_config: true, ...ends }, null, 2)}\n`);
}

const mapped = <A, B>(object: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
