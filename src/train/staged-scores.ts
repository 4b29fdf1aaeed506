/**
 * A run in stages, from its folder, as `measure.sequence` and `measure.transfer` take it: what a recipe or a sweep trained through
 * domains one after another, each stage called by its domain. In a cell `continueThrough` gives the same.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { scoresOf, type StageScores } from "../measure/index.js";
import { read } from "../runs/index.js";

export interface StagedScores {
  /** Names of the stages, in order. */
  stages: string[];
  /** Negative bits per byte of all domains: before the first stage, and after each. */
  before: StageScores;
  scores: StageScores[];
}

export function stagedScores(dir: string): StagedScores {
  const folder = join(dir, "stages");
  const earlier = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => /^\d+-/.test(name));
  const due = [...earlier.sort((a, b) => parseInt(a) - parseInt(b)).map((name) => join(folder, name)), dir];
  const runs = due.map((path) => {
    const run = read(path);
    const { stage } = (run.record.notes ?? {}) as { stage?: string };
    if (run.record.status !== "finished" || stage === undefined)
      throw new Error(
        `stagedScores: invalid run: ${path} is ${stage === undefined ? "not one of stages" : run.record.status} (train it through its stages)`,
      );
    return { stage, evaluations: run.evaluations };
  });
  return {
    stages: runs.map(({ stage }) => stage),
    before: scoresOf({ evaluations: runs[0]!.evaluations, step: 0 }),
    scores: runs.map(({ evaluations }) => scoresOf({ evaluations })),
  };
}
