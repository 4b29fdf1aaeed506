/** `palimpsest twin`: the text of notebooks that reviewers read, beside them. */
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { writeAtomically } from "../files.js";
import { readText } from "../json-file.js";
import { BadArguments, example, work, type Outcome } from "./work.js";

interface TwinOptions {
  check?: boolean;
}

export function addTwin(program: Command): void {
  const verb = program
    .command("twin")
    .summary("notebooks as text for review")
    .description(
      "Writes each notebook's twin beside it, NAME.ts: its cells without outputs, in jupytext's percent format.",
    )
    .argument("<notebook...>", "the .ipynb files")
    .option("--check", "write nothing; exit 1 if a twin is not what its notebook is")
    .option("--json", "print one JSON object instead of text")
    .action(work<TwinOptions>(writeTwins));
  example(verb, "palimpsest twin notebooks/*.ipynb");
}

async function writeTwins(paths: string[], { check = false }: TwinOptions): Promise<Outcome> {
  for (const path of paths) if (!existsSync(path)) throw new BadArguments(`invalid notebook: ${path}; no such file`);
  const { parseNotebook } = await import("../lab/notebook/notebook.js");
  const { twinOf, twinPath } = await import("../lab/notebook/twin.js");
  const changed = paths
    .map((path) => ({ path: twinPath(path), text: twinOf(parseNotebook(readText(path, "twin"), path)) }))
    .filter(({ path, text }) => !existsSync(path) || readFileSync(path, "utf8") !== text);
  if (!check) for (const { path, text } of changed) writeAtomically(path, text);
  const lines = changed.map(({ path }) => (check ? `${path} is not what its notebook is` : `wrote ${path}`));
  return {
    json: { [check ? "differ" : "written"]: changed.map(({ path }) => path) },
    text: lines.join("\n") || `${paths.length} twins are what their notebooks are`,
    failed: check && changed.length > 0,
  };
}
