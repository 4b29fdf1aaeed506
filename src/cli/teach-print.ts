/** `palimpsest teach print`: notebooks as pages to hand out, HTML and PDF. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { writeAtomically } from "../files.js";
import { readText } from "../json-file.js";
import { BadArguments, example, work, type Outcome } from "./work.js";

const formats = ["html", "pdf"];

interface PrintVerbOptions {
  out: string;
  format: string;
}

export function addTeachPrint(teach: Command): void {
  const verb = teach
    .command("print")
    .summary("notebooks as pages to hand out")
    .description(
      "Writes each notebook as it is stored, with its outputs, as one page that needs nothing beside it. PDF needs Chromium.",
    )
    .argument("<notebook...>", "the .ipynb files: a student's copy, an executed one, any")
    .option("--format <list>", "html, pdf or both", "html,pdf")
    .option("--out <dir>", "folder for the pages", "out/print")
    .option("--json", "print one JSON object instead of text")
    .action(work<PrintVerbOptions>(print));
  example(verb, "palimpsest teach print class/student/lesson.ipynb --format html,pdf --out class/print");
}

async function print(
  paths: string[],
  options: PrintVerbOptions,
  { signal }: { signal: AbortSignal },
): Promise<Outcome> {
  const wanted = [...new Set(options.format.split(",").map((each) => each.trim()))];
  const unknown = wanted.find((each) => !formats.includes(each));
  if (unknown !== undefined) throw new BadArguments(`invalid --format: ${unknown}; ${formats.join(" or ")}`);
  for (const path of paths) if (!existsSync(path)) throw new BadArguments(`invalid notebook: ${path}; no such file`);
  const names = paths.map((path) => basename(path, ".ipynb"));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice) throw new BadArguments(`invalid notebooks: two are called ${twice}, and one would overwrite the other`);
  const { parseNotebook } = await import("../lab/notebook/notebook.js");
  const { handOut } = await import("../lab/class/hand-out.js");
  const { printer } = await import("../lab/figures/printer.js");
  const { findBrowser } = await import("../lab/jupyter/browser.js");
  const browser = wanted.includes("pdf") ? findBrowser() : undefined;
  const press = browser === undefined ? undefined : await printer({ browser });
  const written: string[] = [];
  const write = (name: string, data: string | Uint8Array): void => {
    writeAtomically(join(options.out, name), data);
    written.push(join(options.out, name));
  };
  try {
    for (const [at, path] of paths.entries()) {
      signal.throwIfAborted();
      const html = handOut(parseNotebook(readText(path, "teach print"), path));
      if (wanted.includes("html")) write(`${names[at]}.html`, html);
      if (press !== undefined) write(`${names[at]}.pdf`, await press.pages(html));
    }
  } finally {
    await press?.close();
  }
  const without = wanted.includes("pdf") && browser === undefined;
  if (without)
    process.stderr.write(
      "palimpsest teach print: no PDF: it needs Chromium or Chrome (`apt install chromium`, or name one in CHROMIUM); the HTML pages print from any browser\n",
    );
  return { json: { written }, text: written.join("\n"), failed: without };
}
