#!/usr/bin/env node
/**
 * The `palimpsest` command: one verb per file of this folder, one line per verb below. What every verb shares
 * (errors, exit codes, interrupts, --json) is in `work.ts`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";

import { addCheckpoint } from "./checkpoint.js";
import { addCorpus } from "./corpus.js";
import { addDoctor } from "./doctor.js";
import { addEvaluate } from "./evaluate.js";
import { addExport } from "./export.js";
import { addFigures } from "./figures.js";
import { addGenerate } from "./generate.js";
import { addInit } from "./init.js";
import { addKernel } from "./kernel.js";
import { addLab } from "./lab.js";
import { addLaws } from "./laws.js";
import { addMerge } from "./merge.js";
import { addRun } from "./run.js";
import { addRuns } from "./runs.js";
import { addSweep } from "./sweep.js";
import { addTeach } from "./teach.js";
import { addTokenizer } from "./tokenizer.js";
import { addTour } from "./tour.js";
import { addTrain } from "./train.js";
import { addTwin } from "./twin.js";

const verbs: ((program: Command) => void)[] = [
  addTour, // the first run, from two corpora to a forgetting curve
  addInit, // a study of the reader's own
  addRun, // executes notebooks
  addFigures, // figures of notebooks, for a paper
  addTwin, // notebooks as text for review
  addLab, // JupyterLab on our kernel
  addTeach, // a class: hand out, check what comes back
  addDoctor, // what is here, what is missing
  addKernel, // install or remove the kernel
  addCorpus, // list and build corpora
  addCheckpoint, // widen a model, look into one
  addMerge, // one model of several
  addTokenizer, // train, widen, trim, measure tokenizers
  addTrain, // one run from a recipe
  addSweep, // many runs
  addRuns, // what came of them: a table, one run, what differs
  addEvaluate, // a model on texts, without training
  addGenerate, // text from a model
  addExport, // a model for other programs
  addLaws, // list, fit and ask laws
];

/** The whole command line, without running it; exported for the tests of `--help`. */
export function commandLine(): Command {
  const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
    version: string;
  };
  const program = new Command("palimpsest")
    .description("A notebook lab for continual pre-training.")
    .version(version)
    .showHelpAfterError("(--help shows an example)")
    .exitOverride();
  for (const add of verbs) add(program);
  return program;
}

/**
 * Runs one command line, as in `process.argv`, and sets the exit code of the command line itself: 0 after --help and
 * --version, 2 for anything it does not understand. Exported for tests that run many.
 */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await commandLine().parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}

/** `palimpsest … | head`: who reads has had enough, which is no failure. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit();
}

if (require.main === module) {
  process.stdout.on("error", endWithReader);
  void main(process.argv);
}
