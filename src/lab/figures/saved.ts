/**
 * The figures that a notebook left: those that its report saved, with their tables and what they rest on, and those that it
 * only showed, from the outputs in its file.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Figure } from "../../charts/index.js";
import { isRecord } from "../../foreign.js";
import { readJsonObject, readText } from "../../json-file.js";
import { plotlyMime } from "../cell/figure-bundle.js";
import { parseNotebook } from "../notebook/notebook.js";

export interface SavedFigure {
  name: string;
  figure: Figure;
  /** Path of its table. */
  table?: string;
  /** Title, caption, versions and runs, as its report wrote them. */
  provenance: object;
}

export interface Saved {
  /** The file or folder, without its ending. */
  name: string;
  /** sha256 over the cells of the notebook that the outputs are in. */
  notebook?: { file: string; sha256: string };
  figures: SavedFigure[];
  /** A report's folder that the notebook names and that is not here: its tables and captions are lost. */
  missing?: string;
}

/** Throws one line where there is no figure, and says how to get one. */
export function savedIn(path: string): Saved {
  if (!existsSync(path)) throw new Error(`invalid notebook: ${path} (no such file or folder)`);
  const name = basename(resolve(path), ".ipynb");
  if (statSync(path).isDirectory()) {
    const figures = inFolder(path);
    if (figures.length === 0)
      throw new Error(`invalid notebook: ${path} (no figures/*.plotly.json: was its notebook run?)`);
    return { name, figures };
  }
  const { cells } = parseNotebook(readText(path, "figures"), path);
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  const outputs = code.flatMap((cell) => cell.outputs ?? []);
  if (outputs.length === 0)
    throw new Error(
      `invalid notebook: ${path} (it was never run: palimpsest run ${path}, then give out/run/${basename(path)})`,
    );
  const figures: SavedFigure[] = [];
  let missing: string | undefined;
  for (const output of outputs) {
    if (output.output_type !== "display_data" && output.output_type !== "execute_result") continue;
    const shown = output.data[plotlyMime];
    if (!isRecord(shown)) continue;
    const saved = isRecord(output.metadata.palimpsest) ? output.metadata.palimpsest : {};
    const folder = typeof saved.report === "string" ? folderOf(saved.report, path) : undefined;
    const found = folder === undefined ? undefined : inFolder(folder).find((one) => one.name === saved.figure);
    if (!found && typeof saved.report === "string") missing = saved.report;
    const called = typeof saved.figure === "string" ? basename(saved.figure) : "";
    const name = called || `figure-${figures.length + 1}`;
    figures.push(found ?? { name, figure: shown as unknown as Figure, provenance: {} });
  }
  if (figures.length === 0) throw new Error(`invalid notebook: ${path} (none of its outputs is a figure)`);
  const sha256 = createHash("sha256");
  for (const { source } of code) sha256.update(`${source}\n\0`);
  // A figure that is shown again replaces the first.
  const last = new Map(figures.map((figure) => [figure.name, figure]));
  const of = { file: basename(path), sha256: sha256.digest("hex") };
  return { name, notebook: of, figures: [...last.values()], ...(missing !== undefined && { missing }) };
}

/** Of a report: relative to the notebook, to a folder above it or to here; of an executed copy that lies elsewhere too. */
function folderOf(report: string, notebook: string): string | undefined {
  const above: string[] = [process.cwd()];
  for (let at = dirname(resolve(notebook)); !above.includes(at); at = dirname(at)) above.push(at);
  const names = [report, report.replace(/^(?:\.\.[\\/])+/, "")];
  return names
    .flatMap((name) => above.map((folder) => resolve(folder, name)))
    .find((folder) => existsSync(join(folder, "figures")));
}

function inFolder(folder: string): SavedFigure[] {
  const figures = join(folder, "figures");
  const names = existsSync(figures) ? readdirSync(figures).filter((file) => file.endsWith(".plotly.json")) : [];
  return names.sort().map((file) => {
    const name = file.slice(0, -".plotly.json".length);
    const [table, rests] = [join(folder, "tables", `${name}.csv`), join(figures, `${name}.provenance.json`)];
    const figure = readJsonObject(join(figures, file), "figures");
    return {
      name,
      figure: figure as unknown as Figure,
      ...(existsSync(table) && { table }),
      provenance: existsSync(rests) ? readJsonObject(rests, "figures") : {},
    };
  });
}
