/**
 * Follows a recipe in its folder, a line per step on stdout: the process that tests kill. Arguments: recipe, folder, and the
 * number of its updates after which it stands until it is killed, or with "SIGINT" behind it sends itself that: so however
 * late whoever kills it gets to do so, the run is not over.
 */
import { readFileSync } from "node:fs";
import { parseRecipe, runRecipe } from "../../src/train/index.js";

async function main(): Promise<void> {
  const [recipe, dir, last = "Infinity", signal] = process.argv.slice(2) as [string, string, string?, "SIGINT"?];
  const controller = new AbortController();
  process.on("SIGINT", () => controller.abort());
  let updates = 0;
  const run = await runRecipe({
    recipe: parseRecipe(JSON.parse(readFileSync(recipe, "utf8"))),
    dir,
    resume: true,
    threads: 1,
    signal: controller.signal,
    onStep({ step }) {
      process.stdout.write(`${step}\n`);
      if (++updates !== Number(last)) return;
      if (signal) process.kill(process.pid, signal);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
  });
  process.stdout.write(run.stopped ? "stopped\n" : "finished\n");
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
