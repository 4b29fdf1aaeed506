/** `palimpsest init`: a study of the reader's own, in a new folder outside this package. */
import type { Command } from "commander";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

export function addInit(program: Command): void {
  const verb = program
    .command("init")
    .summary("begin a study of your own")
    .description(
      "Makes a folder with a notebook on your own text, recipes, a sweep, and this version of the lab as the package that it" +
        " installs. Overwrites nothing.",
    )
    .argument("<dir>", "a new folder, or an empty one")
    .option("--json", "print one JSON object instead of text")
    .action(work<object>(init));
  example(verb, "palimpsest init my-study");
}

async function init([dir]: string[], _: object, { signal }: Work): Promise<Outcome> {
  const { newStudy, occupied } = await import("../lab/new-study.js");
  const why = occupied(dir!);
  if (why !== undefined)
    throw new BadArguments(`invalid dir: ${dir} ${why} (name a new folder, or an empty one; nothing is overwritten)`);
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { report, done } = progressReporter();
  const files = await newStudy({ dir: dir!, signal, onProgress: report }).finally(done);
  const told = files.map((file) => `  ${file}`);
  const quoted = /^[\w./~+-]+$/.test(dir!) ? dir! : JSON.stringify(dir);
  const next = [`  cd ${quoted}`, "  npm install", "  npm start    # runs notebooks/first-question.ipynb"];
  return { json: { dir, files }, text: [`made ${dir}:`, ...told, "next:", ...next].join("\n") };
}
