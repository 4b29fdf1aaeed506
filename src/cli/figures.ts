/** `palimpsest figures`: what notebooks drew, as a paper prints it. */
import { join } from "node:path";
import type { Command } from "commander";
import { type ColumnName, columns } from "../charts/paper/columns.js";
import { findBrowser } from "../lab/jupyter/browser.js";
import { BadArguments, example, type Outcome, work } from "./work.js";
import { wholeNumber } from "./numbers.js";

interface FiguresOptions {
  format: string;
  column: string;
  letters?: boolean;
  dpi: string;
  out: string;
}

export function addFigures(program: Command): void {
  const verb = program
    .command("figures")
    .summary("figures of notebooks, for a paper")
    .description(
      "Writes each figure of executed notebooks at the width of a paper's column, text of 8 pt, with its table as CSV and a JSON of what it rests on.",
    )
    .argument("<notebook...>", "executed notebooks (palimpsest run), or folders that they wrote, such as out/04")
    .option("--format <list>", "svg, pdf, png; the last two need Chromium, Chrome or Edge", "svg,pdf")
    .option("--column <name>", `width of the figures: ${Object.keys(columns).join(", ")}`, "single")
    .option("--letters", "a, b, c over the panels of a figure that has several")
    .option("--dpi <number>", "dots per inch of PNG", "300")
    .option("--out <dir>", "folder for the files; with several notebooks, one in it for each", "out/figures")
    .option("--json", "print one JSON object instead of text")
    .action(work<FiguresOptions>(figures));
  example(verb, "palimpsest figures out/tour --format svg,pdf,png --column neurips --letters");
}

async function figures(paths: string[], options: FiguresOptions): Promise<Outcome> {
  const { column, letters = false, out } = options;
  const dotsPerInch = wholeNumber("--dpi", options.dpi, 36);
  if (!Object.hasOwn(columns, column))
    throw new BadArguments(`invalid --column: ${column} (one of ${Object.keys(columns).join(", ")})`);
  const { exportFigures, formats: all } = await import("../lab/figures/export.js");
  const formats = all.filter((format) => options.format.split(",").includes(format));
  const stranger = options.format.split(",").find((word) => !(all as readonly string[]).includes(word));
  if (stranger !== undefined) throw new BadArguments(`invalid --format: ${stranger} (of ${all.join(", ")})`);
  const { savedIn } = await import("../lab/figures/saved.js");
  const found = paths.map(savedIn);
  const twice = found.find(({ name }, i) => found.findIndex((one) => one.name === name) < i);
  if (twice)
    throw new BadArguments(`invalid notebooks: two are called ${twice.name}, and one would overwrite the other`);
  const printed = formats.filter((format) => format !== "svg");
  const browser = printed.length > 0 ? findBrowser() : undefined;
  const without = printed.length > 0 && browser === undefined;
  const note = (line: string): void => void process.stderr.write(`palimpsest figures: ${line}\n`);
  if (without)
    note(
      `no ${printed.join(" or ")}: it needs Chromium, Chrome or Edge on PATH or in the variable CHROMIUM; SVG is written`,
    );
  const { printer } = await import("../lab/figures/printer.js");
  const press = browser ? await printer({ browser, dotsPerInch }) : undefined;
  const wrote: string[] = [];
  try {
    for (const saved of found)
      wrote.push(
        ...(await exportFigures({
          saved,
          dir: found.length > 1 ? join(out, saved.name) : out,
          column: column as ColumnName,
          letters,
          formats: without ? [...new Set([...formats, "svg" as const])] : formats,
          printer: press,
          onNote: note,
        })),
      );
  } finally {
    await press?.close();
  }
  const count = found.reduce((sum, { figures }) => sum + figures.length, 0);
  const inches = Number(columns[column as ColumnName].inches.toFixed(2));
  const text = `${count} ${count === 1 ? "figure" : "figures"} for ${column} (${inches} in wide), in ${out}: ${wrote.length} files`;
  return { json: { figures: count, column, wrote }, text, failed: without };
}
