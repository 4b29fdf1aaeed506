/**
 * A run as one row: the columns of `runs.table` first, then what its last evaluation found of each domain, and its recipe, field by
 * field. Recipes of thousands of runs have the same fields, so columns stay few: a list is one cell, as JSON.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Metrics, readMetrics } from "../metrics.js";
import { readRecord, type RunRecord } from "../record.js";
import type { Cell, Row } from "../readers/types.js";
import { summary } from "../table.js";

/** Throws one line that names the file where the folder is damaged. */
export function rowAt(dir: string, caller: string): Row {
  const record = readRecord(dir, caller);
  const path = join(dir, "metrics.jsonl");
  const metrics = readMetrics(path, caller);
  if (record.status === "finished" && metrics.steps.length === 0 && !existsSync(path))
    throw new Error(`${caller}: invalid run: ${dir}: finished, and its metrics.jsonl is gone (copy the folder again)`);
  return rowOf({ dir, record, ...metrics });
}

export function rowOf(run: { dir: string; record: RunRecord } & Metrics): Row {
  const { record } = run;
  const { run: name, dir, status, ...others } = summary(run);
  const asked = record.notes?.recipe;
  const row: Row = { run: name!, dir: dir!, status: status!, error: record.error ?? null, ...others };
  row.step = run.steps.at(-1)?.step ?? 0;
  Object.assign(row, finals(run));
  if (typeof asked === "object" && asked !== null) spread(asked, "recipe", row);
  spread(record.recipe, "recipe", row);
  spread(record.versions, "versions", row);
  row["engine.mode"] = record.engine.mode;
  // A label of the same name may not take the folder's place.
  return Object.assign(row, { run: record.name, dir: run.dir, status: record.status });
}

/** `loss_<domain>`, `bitsPerByte_<domain>` and `measured.<metric>` or `measured.<metric>_<domain>`, each as it was found last. */
function finals({ evaluations, measurements }: Metrics): Row {
  const row: Row = {};
  for (const { domain, loss, bitsPerByte } of evaluations) {
    row[`loss_${domain}`] = loss;
    row[`bitsPerByte_${domain}`] = bitsPerByte;
  }
  for (const { metric, domain, value } of measurements)
    row[`measured.${metric}${domain === undefined ? "" : `_${domain}`}`] = value;
  return row;
}

/** `{ a: { b: 1 } }` below "recipe" is the column `recipe.a.b`. */
function spread(value: object, path: string, row: Row): void {
  for (const [key, inner] of Object.entries(value)) {
    const name = `${path}.${key}`;
    if (Array.isArray(inner)) row[name] = JSON.stringify(inner);
    else if (typeof inner === "object" && inner !== null) spread(inner as object, name, row);
    else row[name] = inner as Cell;
  }
}
