/** Follows a recipe in its folder, a line per step on stdout: the process that `resume.test.ts` kills. Arguments: recipe, folder. */
import { readFileSync } from "node:fs";
import { parseRecipe, runRecipe } from "../../src/train/index.js";

async function main(): Promise<void> {
  const [recipe, dir] = process.argv.slice(2) as [string, string];
  const controller = new AbortController();
  process.on("SIGINT", () => controller.abort());
  const run = await runRecipe({
    recipe: parseRecipe(JSON.parse(readFileSync(recipe, "utf8"))),
    dir,
    resume: true,
    threads: 1,
    signal: controller.signal,
    onStep: ({ step }) => process.stdout.write(`${step}\n`),
  });
  process.stdout.write(run.stopped ? "stopped\n" : "finished\n");
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
