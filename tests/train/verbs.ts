/** The two verbs of training alone, as a process of its own: what `verbs.test.ts` runs. */
import { Command } from "commander";
import { addSweep } from "../../src/cli/sweep.js";
import { addTrain } from "../../src/cli/train.js";

const program = new Command("palimpsest");
addTrain(program);
addSweep(program);
void program.parseAsync(process.argv);
