/** `palimpsest runs show`: one run as a person asks about it. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { printable } from "../foreign.js";
import type { RunData } from "../runs/index.js";
import { BadArguments, type Outcome } from "./work.js";

export async function showVerb([dir]: string[]): Promise<Outcome> {
  if (!existsSync(join(dir!, "run.json")))
    throw new BadArguments(
      `invalid folder: ${dir}: no run.json there (\`palimpsest runs list ${dir}\` lists a folder of runs)`,
    );
  const { read } = await import("../runs/index.js");
  const { plainTable, rowsOf } = await import("../lab/cell/table.js");
  const run = read(dir!);
  const { record } = run;
  const final = finals(run);
  const files = filesOf(dir!);
  const { recipe, labels, notes, files: hashes = {} } = record;
  const asked = notes?.recipe;
  const source = (notes?.corpus as { source?: unknown } | undefined)?.source;
  const table = (rows: object[]): string => plainTable(rowsOf(rows, Infinity)!);
  const named = (rows: object[], title: string): string[] => (rows.length > 0 ? ["", title, table(rows)] : []);
  const pairs = (values: object): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(", ");
  const shares = Object.entries(record.shares?.asked ?? {}).map(([domain, share]) => ({
    domain,
    asked: share,
    realised: record.shares!.realised[domain] ?? null,
  }));
  const last = run.steps.at(-1);
  return {
    json: { dir: run.dir, record, final, steps: run.steps.length, files },
    text: [
      `${printable(record.name)}: ${record.status}${record.error ? `, ${record.error}` : ""}`,
      `  folder      ${run.dir}`,
      ...(labels ? [`  labels      ${pairs(labels)}`] : []),
      `  seed        ${record.seed}`,
      `  parameters  ${pairs(record.parameters)}`,
      `  trained     ${last ? `${last.step} updates, ${last.tokens} tokens` : "nothing yet"}`,
      ...(typeof source === "string" ? [`  text        ${source}`] : []),
      `  engine      ${pairs({ mode: record.engine.mode, device: record.engine.device, threads: record.engine.threads })}`,
      `  versions    ${pairs(record.versions)}`,
      ...named(final, "What was found last, and how it began"),
      ...named(shares, "Token shares"),
      "",
      ...(asked
        ? ["Recipe, as it was asked for", JSON.stringify(asked, null, 2), "", "Recipe, filled in"]
        : ["Recipe"]),
      JSON.stringify(recipe, null, 2),
      ...named(
        files.map((file) => ({ ...file, sha256: hashes[file.file]?.slice(0, 16) ?? "" })),
        "Files",
      ),
    ].join("\n"),
  };
}

/** By domain or metric, its last value and its first, where there are two. */
function finals({ evaluations, measurements }: RunData): object[] {
  const rows = new Map<string, Record<string, unknown>>();
  for (const { domain, loss, bitsPerByte } of evaluations) {
    const first = rows.get(domain)?.["at first"] ?? bitsPerByte;
    rows.set(domain, { of: domain, loss, bitsPerByte, "at first": first });
  }
  for (const { metric, domain, value } of measurements) {
    const of = domain === undefined ? metric : `${metric}, ${domain}`;
    rows.set(of, { of, value, "at first": rows.get(of)?.["at first"] ?? value });
  }
  return [...rows.values()];
}

/** Files below the folder, in order, with their bytes. */
function filesOf(root: string): { file: string; bytes: number }[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { file: relative(root, path).split("\\").join("/"), bytes: statSync(path).size };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}
