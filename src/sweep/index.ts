/** Many recipes, each to its own run: grids and searches, executors, the ledger. */
export { executors, executorOf } from "./executors/registry.js";
export type { Executor, Handed, Seen, Submission } from "./executors/types.js";
export { expand, type FileSearch, searchIn, type SweepFile } from "./grid.js";
export { readLedger, type SweepRow } from "./ledger.js";
export { type Plan, type PlannedJob, readPlan } from "./plan.js";
export { parseProfile, type Profile } from "./profile.js";
export { search, type SearchOptions, type SearchResult } from "./search.js";
export { searches } from "./searches/registry.js";
export { variedIn } from "./searches/space.js";
export type { Known, OpenSearch, Search, Wanted } from "./searches/types.js";
export { cancel } from "./cancel.js";
export { isOpen, status, type RunStatus, type SweepStatus } from "./status.js";
export type { SweepOptions, SweepResult } from "./options.js";
export { sweep } from "./sweep.js";
export { continued } from "./go-on.js";
export { watch, type WatchOptions } from "./watch.js";
