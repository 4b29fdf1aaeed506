/** Many recipes, each to its own run: grids, executors, the ledger. */
export { executors, type ExecutorRow } from "./executors.js";
export { expand, type SweepFile } from "./grid.js";
export { readLedger, type SweepRow } from "./ledger.js";
export { sweep, type SweepOptions, type SweepResult } from "./sweep.js";
