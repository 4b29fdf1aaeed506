#!/usr/bin/env node
/**
 * The `palimpsest` command: one verb per file of this folder, one line per verb below. What every verb shares
 * (errors, exit codes, interrupts, --json) is in `work.ts`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";

/** Each is loaded when it is asked for: what a verb needs at its start, others need not wait for. */
const verbs: Record<string, () => Promise<(program: Command) => void>> = {
  // the first run, from two corpora to a forgetting curve
  tour: async () => (await import("./tour.js")).addTour,
  // a study of the reader's own
  init: async () => (await import("./init.js")).addInit,
  // executes notebooks
  run: async () => (await import("./run.js")).addRun,
  // figures of notebooks, for a paper
  figures: async () => (await import("./figures.js")).addFigures,
  // notebooks as text for review
  twin: async () => (await import("./twin.js")).addTwin,
  // JupyterLab on our kernel
  lab: async () => (await import("./lab.js")).addLab,
  // a class: hand out, check what comes back
  teach: async () => (await import("./teach.js")).addTeach,
  // what is here, what is missing
  doctor: async () => (await import("./doctor.js")).addDoctor,
  // install or remove the kernel
  kernel: async () => (await import("./kernel.js")).addKernel,
  // list and build corpora
  corpus: async () => (await import("./corpus.js")).addCorpus,
  // widen a model, look into one
  checkpoint: async () => (await import("./checkpoint.js")).addCheckpoint,
  // one model of several
  merge: async () => (await import("./merge.js")).addMerge,
  // train, widen, trim, measure tokenizers
  tokenizer: async () => (await import("./tokenizer.js")).addTokenizer,
  // one run from a recipe
  train: async () => (await import("./train.js")).addTrain,
  // many runs
  sweep: async () => (await import("./sweep.js")).addSweep,
  // what came of them: a table, one run, what differs
  runs: async () => (await import("./runs.js")).addRuns,
  // a model on texts, without training
  evaluate: async () => (await import("./evaluate.js")).addEvaluate,
  // text from a model
  generate: async () => (await import("./generate.js")).addGenerate,
  // a model for other programs
  export: async () => (await import("./export.js")).addExport,
  // list, fit and ask laws
  laws: async () => (await import("./laws.js")).addLaws,
};

/** The whole command line, or one verb of it, without running it; exported for the tests of `--help`. */
export async function commandLine(verb?: string): Promise<Command> {
  const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
    version: string;
  };
  const program = new Command("palimpsest")
    .description("A notebook lab for continual pre-training.")
    .version(version)
    .showHelpAfterError("(--help shows an example)")
    .exitOverride();
  const wanted = verb !== undefined && Object.hasOwn(verbs, verb) ? [verbs[verb]!] : Object.values(verbs);
  for (const load of wanted) (await load())(program);
  return program;
}

/**
 * Runs one command line, as in `process.argv`, and sets the exit code of the command line itself: 0 after --help and
 * --version, 2 for anything it does not understand. Exported for tests that run many.
 */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await (await commandLine(argv[2])).parseAsync(argv);
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
