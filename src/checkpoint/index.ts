/** Models on disk, rewritten in little memory: only the tables of the vocabulary change, whatever the model computes. */
export { adapt, type Adapted, type AdaptOptions } from "./adapt.js";
export { extend, type Extended, type ExtendOptions } from "./extend.js";
export { inputTable, open, type Folder, type OpenOptions, type Stored, unpack } from "./folder.js";
export { inspect, type Inspected, type InspectOptions, type LengthRow } from "./inspect.js";
export { gigabytes, memoryFor, type MemoryOptions } from "./memory.js";
export { merge, type Merge, type MergeOptions, planMerge } from "./merge.js";
export type { MergeInputs, MergePlan } from "./merge-plan.js";
export type { Stacked, StackedPart } from "./stack.js";
export { openTable, type OpenTable, type TableInFile } from "./stored-table.js";
export { trim, type Trimmed, type TrimOptions } from "./trim.js";
