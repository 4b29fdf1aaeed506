/**
 * Training in stages: the same text, but what is trained changes from one to the next. Each stage is a run of its own with
 * its own schedule, moments from zero and another order of the text (a seed one higher, so that a document is not read
 * twice in the same place); it starts from the model of the stage before. So a resumed run passes over the stages that
 * are finished, goes on with the one that is not, and ends on the same bytes.
 *
 * In a folder, the last stage is kept where a run is looked for, in `dir` itself, and those before it in `dir/stages/`.
 */
import { join } from "node:path";
import type { Evaluation, LanguageModel, StepRow } from "../../types.js";
import type { ContinueOptions } from "../continue.js";
import type { StageRecipe } from "./recipe.js";
import type { Run } from "../run/run.js";
import { runModel } from "../run/run-model.js";
import { closeShards, encodeTexts } from "../text.js";
import type { TrainOptions } from "../options.js";
import { train } from "../train.js";
import type { Trainable } from "../step/parameters/trainables.js";

type Overridden = "steps" | "batch" | "context" | "seed" | "mixture" | "schedule" | "optimiser" | "evaluateAt";

/** What differs from the options that all stages share; `seed` defaults to theirs plus the stage's number from 0. */
export interface Stage extends Partial<Pick<TrainOptions, Overridden>> {
  name: string;
  trainable: Trainable;
  /** Left out where the head is tied to the embedding, where it would repeat another stage; defaults to false. */
  untiedOnly?: boolean;
}

export interface StagesRow {
  summary: string;
  reference: string;
  stages: Pick<Stage, "name" | "trainable" | "untiedOnly">[];
}

export const stages: Record<"eeve", StagesRow> = {
  eeve: {
    summary: "new rows, one table and then both; the output table; everything; at last the layers alone",
    reference: "Kim et al. 2024 (EEVE), https://arxiv.org/abs/2402.14714",
    stages: [
      { name: "new input rows", trainable: { embedding: "new" }, untiedOnly: true },
      { name: "new output rows", trainable: { head: "new" }, untiedOnly: true },
      { name: "new rows", trainable: { embedding: "new", head: "new" } },
      { name: "all output rows", trainable: { head: "all" } },
      { name: "new input rows, all output rows", trainable: { embedding: "new", head: "all" }, untiedOnly: true },
      { name: "everything", trainable: "all" },
      { name: "layers", trainable: "body" },
    ],
  },
};

/** A recipe's stages, written out where it names a row of `stages`. */
export const listed = (given: string | StageRecipe[]): StageRecipe[] =>
  typeof given === "string" ? stages[given as keyof typeof stages].stages : given;

/** The last stage begun, with the rows of all: steps and tokens count through, and each row says its stage. */
export interface StagedRun extends Run {
  steps: (StepRow & { stage: string })[];
  evaluations: (Evaluation & { stage: string })[];
  /** One run per stage begun, each counting from 0. */
  stages: Run[];
}

export interface StagedOptions extends Omit<ContinueOptions, "trainable" | "parameters" | "parts" | "objective"> {
  stages: readonly Stage[];
}

/** Like `continue`, through stages. The model given is left as it is. */
export async function continueInStages(model: LanguageModel, options: StagedOptions): Promise<StagedRun> {
  const { on, heldOutBytes, signal, onProgress, name = "continue" } = options;
  const shards = await encodeTexts({ on, tokenizer: model.tokenizer, heldOutBytes, signal, onProgress });
  try {
    return await trainInStages({ ...options, name, model, shards });
  } finally {
    closeShards(shards);
  }
}

export async function trainInStages(options: TrainOptions & { stages: readonly Stage[] }): Promise<StagedRun> {
  const { model, name, dir, seed = 1, stages: given, onStep, onEvaluation, ...rest } = options;
  const due = given.filter(({ untiedOnly }) => !(untiedOnly && model.config.tied));
  if (!(due.length > 0))
    throw new Error(
      `train: invalid stages: ${given.length} (none is left for a ${model.config.tied ? "" : "un"}tied head)`,
    );
  const runs: Run[] = [];
  let steps: StagedRun["steps"] = [];
  let evaluations: StagedRun["evaluations"] = [];
  let from = model;
  for (const [i, { untiedOnly: _, name: stage, ...own }] of due.entries()) {
    const final = i === due.length - 1;
    const [before, tokens] = [steps.at(-1)?.step ?? 0, steps.at(-1)?.tokens ?? 0];
    const on = <R extends StepRow | Evaluation>(row: R): R & { stage: string } =>
      Object.assign({}, row, { step: row.step + before, tokens: row.tokens + tokens, stage });
    // The next stage uses its model up.
    if (rest.consume && i > 0) runs.push(atRest(runs.pop()!));
    const run = await train({
      ...rest,
      seed: seed + i,
      ...own,
      model: from,
      name: final ? name : `${name}: ${stage}`,
      notes: { ...rest.notes, stage },
      dir: dir && (final ? dir : join(dir, "stages", folderOf(i, stage))),
      onStep: (row) => onStep?.(on(row)),
      onEvaluation: (row) => onEvaluation?.(on(row)),
    });
    runs.push(run);
    steps = steps.concat(run.steps.map(on));
    // The start of a stage is the end of the one before.
    evaluations = evaluations.concat(run.evaluations.filter(({ step }) => i === 0 || step > 0).map(on));
    from = run.model;
    if (run.stopped) break;
  }
  return { ...runs.at(-1)!, steps, evaluations, stages: runs };
}

/** A run whose model is read from its folder when it is asked for. */
function atRest({ model: _, ...run }: Run): Run {
  return {
    ...run,
    get model() {
      return runModel(run.dir!);
    },
  };
}

const folderOf = (i: number, stage: string): string =>
  `${i + 1}-${stage
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, 60)}`;
