/** Who runs a sweep's jobs. Adding one is a file, a row here and a test. */
import { pool, type PoolOptions } from "./pool.js";

export interface ExecutorRow {
  /** What it does, in one line. */
  summary: string;
  run(options: PoolOptions): Promise<void>;
}

export const executors: Record<string, ExecutorRow> = {
  local: { summary: "processes on this machine, one engine thread each", run: pool },
};
