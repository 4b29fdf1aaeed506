/**
 * What Weights & Biases gives away: the CSV of a chart (one column per run and metric, `name - metric`, with `__MIN` and
 * `__MAX` beside it), and history or summary as JSON with its `_step` and `_runtime`. Not the binary `.wandb` file.
 */
import { checkName } from "../../names.js";
import { readCsv } from "./csv.js";
import { flat } from "./cells.js";
import { objectLines, wholeJson } from "./json.js";
import { refuse, type Row, type Source } from "./types.js";

const extreme = /__(MIN|MAX)$/;

/** Charts are wide; the last " - " parts the run's name from the metric's. */
function parted(column: string): { run: string; metric: string } | undefined {
  const at = column.lastIndexOf(" - ");
  if (at <= 0 || extreme.test(column)) return undefined;
  return { run: column.slice(0, at), metric: column.slice(at + 3) };
}

export function isChartHeader(header: string): boolean {
  return / - [^",]+__MIN\b/.test(header) && / - [^",]+__MAX\b/.test(header);
}

export async function readWandbChart(source: Source): Promise<Row[]> {
  const wide = await readCsv(source);
  const names = Object.keys(wide[0] ?? {});
  const axis = names[0]!;
  const columns = names.flatMap((name) => {
    const parts = parted(name);
    return parts ? [{ name, ...parts }] : [];
  });
  if (columns.length === 0)
    throw refuse(source.path, "W&B chart: no column called `run - metric`", 'read it as kind: "csv"');
  const runs = [...new Set(columns.map(({ run }) => run))];
  return runs.flatMap((run) => {
    const own = columns.filter((column) => column.run === run);
    return wide.flatMap((cells) => {
      if (own.every(({ name }) => cells[name] === null)) return [];
      const row: Row = { run, [axis === "Step" ? "step" : axis]: cells[axis]! };
      for (const { name, metric } of own) row[metric === "_step" ? "step" : checkName(metric, "column")] = cells[name]!;
      return [row];
    });
  });
}

export function readWandbHistory({ path, run }: Source): Row[] {
  const rows = new Map<unknown, Row>();
  for (const line of objectLines(path)) {
    const row = loggedRow(line, run);
    // A step may be logged in several lines; a line without a step stands alone.
    const key = row.step ?? line;
    rows.set(key, { ...rows.get(key), ...row });
  }
  return [...rows.values()];
}

export function readWandbSummary({ path, run }: Source): Row[] {
  const summary = wholeJson(path);
  if (typeof summary !== "object" || summary === null || Array.isArray(summary))
    throw refuse(path, "W&B summary: not an object", "is it wandb-summary.json?");
  return [loggedRow(summary as Record<string, unknown>, run)];
}

/** Histograms, tables and pictures are objects with a `_type`; they are no scalars and are left out. */
function loggedRow(object: Record<string, unknown>, run: string): Row {
  const row: Row = { run };
  for (const [name, value] of Object.entries(object)) {
    if (name === "_wandb" || (typeof value === "object" && value !== null && "_type" in value)) continue;
    const known: Record<string, string> = { _step: "step", _runtime: "seconds" };
    flat({ [known[name] ?? name]: value }, row);
  }
  return row;
}
