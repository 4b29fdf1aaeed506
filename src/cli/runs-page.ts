/** What `palimpsest runs export --to html` puts on its page: of each run its curves and its row, and what differs between them. */
import type { PageTable, RunsPanel } from "../charts/index.js";
import type { Cell, Compared, Row } from "../runs/index.js";
import { armRows, valuesOf } from "./runs-compare.js";

/** More make a page that a browser is slow at and nobody reads. */
export const mostOnPage = 500;
/** Panels beyond the training loss: domains, then further metrics. */
const mostPanels = 11;

export interface RunsPageAsked {
  rows: Row[];
  /** Where they are from, for the title. */
  of: string;
  by: string | undefined;
  signal: AbortSignal;
}

export async function pageOf({ rows, of, by: asked, signal }: RunsPageAsked): Promise<string> {
  const { runsPage } = await import("../charts/index.js");
  const { columnsOf, compare, roleOf } = await import("../runs/index.js");
  const all = columnsOf(rows);
  const compared: Compared =
    rows.length > 1
      ? compare({ rows, by: asked })
      : { differing: {}, metrics: all.filter((name) => roleOf(name) === "metric"), might: [], arms: [] };
  const labels = all.filter((name) => roleOf(name) === "label");
  const by = compared.by ?? compared.might[0];
  const twins = alike(compared.differing);
  const some = [...twins.values()].some(({ also }) => also.length > 0);
  const varied = [...twins.keys()].filter((name) => !labels.includes(name));
  const columns = [...new Set(["run", "status", ...labels, "seed", "tokens", ...compared.metrics, ...varied, "dir"])];
  const common: [string, Cell][] = all
    .filter((name) => roleOf(name) === "setting" && !Object.hasOwn(compared.differing, name))
    .map((name) => [name, rows[0]![name] ?? null]);
  const arms = armRows(compared);
  const tables: PageTable[] = [
    tableFrom(
      "What differs",
      [...twins].map(([setting, { cells, also }]) => ({
        setting,
        values: valuesOf(cells),
        ...(some && { "says the same": also.join(", ") }),
      })),
    ),
    {
      ...tableFrom(`By ${compared.by}, at the last evaluation`, arms),
      note: `difference: to ${compared.arms[0]?.arm}, over pairs of the same seed and settings, with its 95% interval (Student's t); * the interval leaves out 0`,
    },
  ].filter(({ rows }) => rows.length > 0);
  const finished = rows.filter(({ status }) => status === "finished").length;
  const versions = [...new Set(rows.map((row) => row["versions.palimpsest"]))].join(", ");
  return runsPage({
    title: `${rows.length} ${rows.length === 1 ? "run" : "runs"} of ${of}`,
    lead: `${finished} finished; numbers are those of each run's last evaluation: bits per byte and loss (nats per token) of held-out text.`,
    runs: {
      title: "Runs",
      columns,
      rows: rows.map((row) => columns.map((name) => row[name] ?? null)),
    },
    ...(by !== undefined && { by: { name: by, values: rows.map((row) => row[by] ?? null) } }),
    panels: await panelsOf(rows, signal),
    tables,
    common: Object.fromEntries(common),
    footer: `Palimpsest ${versions}; made from the run.json and metrics.jsonl of each folder.`,
  });
}

/** A share is said as asked, as realised and by its recipe: settings whose cells are equal in every run are one. */
function alike(differing: Compared["differing"]): Map<string, { cells: Cell[]; also: string[] }> {
  const firsts = new Map<string, { name: string; cells: Cell[]; also: string[] }>();
  for (const [name, cells] of Object.entries(differing)) {
    const key = JSON.stringify(cells);
    const first = firsts.get(key);
    if (first) first.also.push(name);
    else firsts.set(key, { name, cells, also: [] });
  }
  return new Map([...firsts.values()].map(({ name, ...rest }) => [name, rest]));
}

async function panelsOf(rows: readonly Row[], signal: AbortSignal): Promise<RunsPanel[]> {
  const { curves } = await import("../runs/index.js");
  const lines = new Map<string, Map<number, [number[], number[]]>>();
  const add = (panel: string, run: number, x: Cell, y: Cell): void => {
    if (typeof x !== "number" || typeof y !== "number") return;
    const of = lines.get(panel) ?? new Map<number, [number[], number[]]>();
    lines.set(panel, of);
    const line = of.get(run) ?? [[], []];
    of.set(run, line);
    line[0].push(x);
    line[1].push(y);
  };
  for (const [i, row] of rows.entries())
    for await (const batch of curves({ rows: [row], signal }))
      for (const { kind, tokens, domain, loss, bitsPerByte, metric, value } of batch)
        if (kind === "evaluation") add(`Bits per byte, ${String(domain)}`, i, tokens!, bitsPerByte!);
        else if (kind === "step" && metric === undefined) add("Training loss, nats per token", i, tokens!, loss!);
        else if (kind === "measurement")
          add(`${String(metric)}${domain ? `, ${String(domain)}` : ""}`, i, tokens!, value!);
  const first = (title: string): number => (title.startsWith("Bits") ? 0 : title.startsWith("Training") ? 1 : 2);
  return [...lines]
    .sort(([a], [b]) => first(a) - first(b))
    .slice(0, mostPanels + 1)
    .map(([title, of]) => ({ title, x: "training tokens", lines: [...of].map(([run, [x, y]]) => ({ run, x, y })) }));
}

function tableFrom(title: string, rows: readonly Record<string, Cell | undefined>[]): PageTable {
  const columns = Object.keys(rows[0] ?? {});
  return { title, columns, rows: rows.map((row) => columns.map((name) => row[name] ?? null)) };
}
