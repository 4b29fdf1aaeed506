/** Sweeps what the file names, a line at the first row: the process that `sweep.test.ts` kills. */
import { readFileSync } from "node:fs";
import { sweep, type SweepOptions } from "../../src/sweep/index.js";

const options = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as SweepOptions;
void sweep({ ...options, processes: 2, onRows: () => process.stdout.write("row\n") });
