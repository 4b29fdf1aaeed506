/** One scalar as TensorBoard's page exports it: CSV with `Wall time,Step,Value`, or JSON, an array of [wall time, step, value]. */
import { basename } from "node:path";
import { show } from "../../foreign.js";
import { checkName } from "../../names.js";
import { readCsv } from "./csv.js";
import { wholeJson } from "./json.js";
import { checkSize, refuse, type Row, type Source } from "./types.js";

export async function readTensorboardCsv(source: Source): Promise<Row[]> {
  const { run, tag } = labelsOf(source);
  const rows = await readCsv(source);
  return rows.map((row) => ({ run, step: row.Step!, wallTime: row["Wall time"]!, [tag]: row.Value! }));
}

export function readTensorboardJson(source: Source): Row[] {
  const { run, tag } = labelsOf(source);
  const points = wholeJson(source.path);
  if (!Array.isArray(points)) throw refuse(source.path, "TensorBoard JSON: not an array", "export one scalar as JSON");
  checkSize(source.path, points.length);
  return points.map((point: unknown, i) => {
    const [wallTime, step, value] = Array.isArray(point) ? (point as unknown[]) : [];
    if (![wallTime, step, value].every((cell) => typeof cell === "number" || cell === "NaN"))
      throw refuse(source.path, `point ${i + 1}: ${show(point)}`, "[wall time, step, value]");
    return { run, step: Number(step), wallTime: Number(wallTime), [tag]: Number(value) };
  });
}

/** The page calls its downloads `run-NAME-tag-TAG.csv`; under another name the scalar is called "value". */
function labelsOf({ path, run }: Source): { run: string; tag: string } {
  const parts = /^run[-_](.+?)[-_,]tag[-_](.+)\.(?:csv|json)$/.exec(basename(path));
  return parts ? { run: parts[1]!, tag: checkName(parts[2]!, "tag") } : { run, tag: "value" };
}
