/**
 * Sweeps what the file names, a line at each batch of rows: the process that the tests of sweeps kill. With `stands`, it
 * stops at its first rows and waits to be killed, while its workers go on.
 */
import { readFileSync, writeSync } from "node:fs";
import { sweep, type SweepOptions } from "../../src/sweep/index.js";

const { stands, ...options } = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as SweepOptions & {
  stands?: boolean;
};
const onRows = (): void => {
  writeSync(1, "row\n");
  if (stands) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
void sweep({ ...options, processes: 2, onRows });
