/** A run is a folder with a record; tables over many of them. */
export { readJobs, writeJobs, type Jobs } from "./jobs.js";
export {
  create,
  open,
  read,
  type CreateOptions,
  type NewRecord,
  type Run,
  type Run as RunFolder,
  type RunData,
} from "./run.js";
export { type LogName, logs } from "./logs/registry.js";
export { writeLogs } from "./logs/follow.js";
export { isEvaluation, isMeasurement, type MetricRow } from "./metrics.js";
export { type RunRecord, type Status } from "./record.js";
export { damagedFile, hashFiles } from "./files.js";
export type { Digest } from "./metrics.js";
export { lastStep } from "./last-step.js";
export { lock, type Lock, type LockOptions, type Writer, writerOf } from "../lock.js";
export { usedRuns } from "./used.js";
export { versions } from "./versions.js";
export { table, toDanfo, writeCsv, type DanfoFrame, type RunTables } from "./table.js";
export { formats, rows, type Cell, type Row, type RowsOptions } from "./rows.js";
export { store, type Store, type StoreOptions } from "./store/store.js";
export { compare, type Arm, type Compared, type CompareOptions } from "./store/compare.js";
export { columnsNamed, columnsOf, fitting, sorted } from "./store/where.js";
export { curveKinds, curves, type CurvesOptions } from "./store/curves.js";
export { kindsOf, writeRows, type WriteRowsOptions } from "./store/parquet.js";
export { writeCsvRows, type WriteCsvRowsOptions } from "./store/csv.js";
export { roleOf, type Role } from "./store/roles.js";
export { evaluationRows } from "./readers/run-folder.js";
export { formula, type Formula } from "./rows-formula.js";
