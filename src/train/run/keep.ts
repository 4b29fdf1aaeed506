/**
 * Where a run is kept while it is made: in memory, or in a folder that can be resumed (`keep-folder.ts`). Everything a run
 * leaves passes through here.
 */
import { resolve } from "node:path";
import { metrics } from "../../measure/index.js";
import { isEvaluation, isMeasurement, type RunRecord, versions } from "../../runs/index.js";
import type { Evaluation, Measurement, StepRow } from "../../types.js";
import { inFolder } from "./keep-folder.js";
import type { Beginning, Keeper, KeepOptions } from "./keeper.js";

export async function keep(options: KeepOptions): Promise<Keeper> {
  const { dir } = options;
  return dir === undefined ? inMemory(options.beginning) : inFolder({ ...options, dir: resolve(dir) });
}

function inMemory(beginning: Beginning): Keeper {
  const steps: StepRow[] = [];
  const evaluations: Evaluation[] = [];
  const measurements: Measurement[] = [];
  return {
    add(row) {
      if (isMeasurement(row)) measurements.push(row);
      else if (isEvaluation(row)) evaluations.push(row);
      else steps.push(row);
    },
    end(models, stopped, reading) {
      const status = stopped ? "interrupted" : "finished";
      const record: RunRecord = { format: 1, status, versions: versions(), metrics, ...beginning, ...reading };
      return { ...models, record, steps, evaluations, measurements, stopped };
    },
    fail() {},
    release() {},
  };
}
