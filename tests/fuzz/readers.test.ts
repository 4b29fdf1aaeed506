/** The short form of `npm run fuzz`: some changed inputs of every reader, the same ones each time; and no reader is forgotten. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { projectFiles, read } from "../house/sources.js";
import { fuzz } from "./fuzz.js";
import { targets } from "./targets.js";

const each = 30;
const names = targets.map(({ name }) => name);

test("every reader takes changed files, or refuses them in one line, in bounded time and memory", async () => {
  const { rows, findings } = await fuzz({ targets: names, seed: 7, inputs: each * names.length, processes: 2 });
  assert.deepEqual(findings, []);
  assert.deepEqual(
    rows.map(({ target, inputs }) => [target, inputs]),
    names.map((name) => [name, each]),
  );
});

/** Sources that parse what this lab or Node wrote itself, or that another row's reader calls. */
const elsewhere: Record<string, string> = {
  "src/charts/page.ts": "the page's own script",
  "src/charts/small-multiples.ts": "a copy of an object in memory",
  "src/cli/steps-named.ts": "an argument of the command line",
  "src/cli/main.ts": "the lab's own package.json",
  "src/cli/tour.ts": "what the tour's notebook just wrote",
  "src/corpus/cache.ts": "the lab's own package.json",
  "src/corpus/encode/journal.ts": "what an encoding that was cut off wrote, with its hash; all else is refused",
  "src/corpus/split/sides.ts": "what the same encoding wrote",
  "src/corpus/sources/installed-code.ts": "a package.json that is none counts as without a licence",
  "src/corpus/parquet/read.ts": "parquet-text and parquet-rows",
  "src/corpus/steps/spill.ts": "what the same process just wrote, or the same encoding before it was cut off",
  "src/corpus/sources/packages.ts": "the readers of packages",
  "src/foreign.ts": "what all of them call",
  "src/json-file.ts": "what readers of one file call",
  "src/lab/cell/figure-bundle.ts": "a figure just made",
  "src/lab/cell/report-state.ts": "what a report of the same notebook wrote",
  "src/lab/figures/fonts.ts": "the list that a font's package carries",
  "src/lab/kernel/places.ts": "the source map of a cell just compiled",
  "src/lab/kernel/replies.ts": "the lab's own package.json",
  "src/lab/checkup.ts": "what the doctor's own Python prints",
  "src/lab/tarball.ts": "package.json of the lab and of what is installed with it",
  "src/lab/jupyter/lab-extension.ts": "the lab's own package.json",
  "src/model/config.ts": "a copy of an object in memory",
  "src/model/expand-blocks.ts": "a copy of an object in memory",
  "src/runs/versions.ts": "the lab's own package.json",
  "src/train/recipe/job.ts": "a copy of an object in memory",
};

test("every source that parses JSON is in the table of targets, or says why not", () => {
  const covered = new Set([...targets.flatMap(({ sources }) => sources), ...Object.keys(elsewhere)]);
  const parsing = projectFiles().filter(
    (path) => /^src\/.*\.ts$/.test(path) && /\bJSON\.parse\(|\bforeignJson\(/.test(read(path)),
  );
  assert.ok(parsing.length > 15);
  assert.deepEqual(
    parsing.filter((path) => !covered.has(path)),
    [],
  );
  const gone = [...covered].filter((path) => !projectFiles().includes(path));
  assert.deepEqual(gone, []);
});
