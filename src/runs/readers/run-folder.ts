/**
 * A run's folder of ours as rows: one per step at which it was evaluated, every domain beside the others, with what the
 * record says of the run (parameters, labels, token shares as asked and as realised). Names are those of `runs.table`.
 */
import { dirname } from "node:path";
import { read, type RunData } from "../run.js";
import { shareColumns } from "../share-columns.js";
import type { Row, Source } from "./types.js";

export function readRunFolder({ path }: Source): Row[] {
  return evaluationRows(read(dirname(path)));
}

/** The same of a run that was read. */
export function evaluationRows({ record, evaluations }: Pick<RunData, "record" | "evaluations">): Row[] {
  const about: Row = {
    run: record.name,
    status: record.status,
    seed: record.seed,
    parameters: record.parameters.total,
    parametersWithoutEmbeddings: record.parameters.withoutEmbeddings,
    ...shareColumns(record),
    ...record.labels,
  };
  const rows = new Map<number, Row>();
  for (const { step, tokens, domain, loss, bitsPerByte } of evaluations) {
    const row = rows.get(step) ?? { ...about, step, tokens };
    row[`loss_${domain}`] = loss;
    row[`bitsPerByte_${domain}`] = bitsPerByte;
    rows.set(step, row);
  }
  return [...rows.values()];
}
