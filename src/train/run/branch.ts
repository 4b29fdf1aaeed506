/**
 * Going on from a kept checkpoint of another run, as a run of its own. Of the optimiser's slots, the place in the text, the
 * schedule and the mixture each is kept or begun anew, which is said in one line and recorded: many decays can hang from one
 * stable run, and new text can follow an old run without its order (Hu et al. 2024, arXiv 2404.06395; Ibrahim et al. 2024).
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Mixture, mixtures } from "../../mixture/index.js";
import { load, parameterShapes } from "../../model/index.js";
import { type Made, makeOf, type Registry, type Written } from "../../registry.js";
import { read, type RunRecord } from "../../runs/index.js";
import type { LanguageModel } from "../../types.js";
import type { BatchesState } from "./batches.js";
import { type Checkpoint, checkpointAt, isDropped } from "./checkpoint.js";
import type { ContinueOptions } from "../continue.js";
import type { Run } from "./run.js";
import { type Schedule, schedules } from "../schedules/index.js";
import type { Start } from "./start.js";
import { closeShards, encodeTexts, type Shards } from "../text.js";
import { train } from "../train.js";

export type Kept = "keep" | "new";

export interface BranchChoices {
  /** Step of the checkpoint; defaults to the newest that is kept. */
  at?: number;
  /** The optimiser's slots, and the parts'; defaults to "keep". */
  moments?: Kept;
  /** The place in each domain's text; a domain whose text is another begins anew. Defaults to "keep". */
  data?: Kept;
  /** Defaults to "keep": the other run's goes on, up to where that run was to end. */
  schedule?: Schedule | "keep";
  /** Defaults to "keep": the other run's goes on from its state. */
  mixture?: Mixture | "keep";
}

export interface BranchOptions extends BranchChoices, Omit<ContinueOptions, "schedule" | "mixture"> {}

/** `from` is a run with a folder, or that folder; it is left as it is. */
export async function branch(from: string | Run, options: BranchOptions): Promise<Run> {
  const dir = typeof from === "string" ? from : from.dir;
  if (dir === undefined)
    throw new Error("branch: invalid run: it has no folder (give the run a dir to branch from it)");
  const { on, heldOutBytes, signal, onProgress } = options;
  const parent = openParent(dir, options.at);
  const shards = await encodeTexts({ on, tokenizer: parent.model.tokenizer, heldOutBytes, signal, onProgress });
  try {
    const { line, ...begun } = branchOf(parent, { ...options, shards });
    onProgress?.({ label: line, done: 1, total: 1, notice: true });
    const name = options.name ?? `${parent.record.name} from ${parent.checkpoint.step}`;
    const own = { name, shards, consume: true, notes: { branch: line } };
    return await train({ seed: parent.record.seed, ...options, ...begun, ...own });
  } finally {
    closeShards(shards);
  }
}

export interface Parent {
  dir: string;
  record: RunRecord;
  checkpoint: Omit<Checkpoint<{ batches: BatchesState }>, "weights">;
  /** The checkpoint's weights with the run's tokenizer. */
  model: LanguageModel;
}

export function openParent(folder: string, at?: number): Parent {
  const dir = resolve(folder);
  const { record } = read(dir);
  const { weights, ...checkpoint } = checkpointAt<{ batches: BatchesState }>(join(dir, "checkpoints"), at);
  if (!existsSync(join(dir, "model", "config.json")))
    throw new Error(`branch: invalid run: ${dir} has no model yet (resume it to its end, or stop it with Ctrl-C)`);
  const model = load(join(dir, "model"));
  const names = Object.keys(parameterShapes(model.config));
  const extra = Object.keys(weights).find((name) => !names.includes(name));
  if (extra !== undefined)
    throw new Error(`branch: invalid run: ${dir} trained ${extra} beside the model (continue from its model folder)`);
  return { dir, record, checkpoint, model: { ...model, weights } };
}

/** What a branch hands to `train`, and the one line that says what it keeps. */
export function branchOf(
  { record, checkpoint, model }: Parent,
  choices: BranchChoices & { shards: Shards },
): { model: LanguageModel; schedule: Schedule; mixture: Mixture; start: Start; line: string } {
  const { moments = "keep", data = "keep", schedule = "keep", mixture = "keep", shards } = choices;
  const recipe = record.recipe as { steps: number; schedule: Written; mixture: Written; start?: Start };
  const { step: from, slots, state } = checkpoint;
  const onward = { from, total: recipe.steps };
  const { streams, blender, mixture: mixing, weights, buffer } = state.batches;
  if (moments === "keep" && isDropped(checkpoint))
    throw new Error(
      `branch: invalid moments: keep (${record.name} was finished without its optimiser; "new" begins it anew, or give the step of a snapshot as at)`,
    );
  const same = Object.keys(streams).filter(
    (domain) => (streams[domain] as { shard?: string }).shard === shards[domain]?.train?.hash,
  );
  const other = Object.keys(streams).filter((domain) => !same.includes(domain));
  const kept = Object.fromEntries(same.map((domain) => [domain, streams[domain]]));
  const start: Start = {
    ...(moments === "keep" && { slots, updates: from + (recipe.start?.updates ?? 0) }),
    batches: {
      ...(data === "keep" && { streams: kept }),
      // It knows places in the text.
      ...(data === "keep" && other.length === 0 && buffer !== undefined && { buffer }),
      ...(mixture === "keep" && { blender, mixture: mixing, weights }),
    },
  };
  const again = other.length > 0 ? ` (${other.join(", ")} anew: other text)` : "";
  const line = [
    `branch of ${record.name} at step ${from}: optimiser ${moments === "keep" ? "kept" : "anew"}`,
    `place in the text ${data === "keep" ? `kept${again}` : "anew"}`,
    `schedule ${schedule === "keep" ? "kept" : `anew (${schedule.name})`}`,
    `mixture ${mixture === "keep" ? "kept" : `anew (${mixture.name})`}`,
  ].join(", ");
  return {
    model,
    start,
    line,
    schedule: schedule === "keep" ? goingOn<Schedule>("schedule", schedules, recipe.schedule, onward) : schedule,
    mixture: mixture === "keep" ? goingOn<Mixture>("mixture", mixtures, recipe.mixture, onward) : mixture,
  };
}

/** The registry's "onward" of what the record says. */
function goingOn<Thing extends Made>(
  kind: string,
  registry: Registry<Thing>,
  of: Written,
  at: { from: number; total: number },
): Thing {
  if (!Object.hasOwn(registry, of.name) || "rates" in of || typeof of.shares === "string")
    throw new Error(
      `branch: invalid ${kind}: ${of.name} is not a row of the registry (give the branch one of its own)`,
    );
  return makeOf(registry, { name: "onward", of, ...at });
}
