/** Notebook 01 where no tokenizer can be fetched: it says so, trains two of its own, and leaves the same kinds of results. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "./fixture.js";

interface Summary {
  missing: string[];
  answer: string;
  costs: { tokenizer: string; medianParity: number }[];
}

test("without a network the notebook says so and goes on with tokenizers trained here", () => {
  const folder = temporaryFolder();
  const npm = join(folder, "npm-cli.js");
  writeFileSync(npm, 'console.error("npm error code ENOTFOUND"); process.exit(1);');
  const params = { languages: ["en", "fi", "ko", "my"], sentences: ["fi"], trainedSize: 600, out: join(folder, "out") };
  const root = resolve(__dirname, "../..");
  const command = ["dist/cli/main.js", "run", "notebooks/01-tokenizers.ipynb", "--out", folder];
  const { status, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      PALIMPSEST_PARAMS: JSON.stringify(params),
      PALIMPSEST_CACHE: join(folder, "cache"),
      npm_execpath: npm,
    },
  });
  assert.equal(status, 0, stderr);
  const summary = JSON.parse(readFileSync(join(folder, "out", "summary.json"), "utf8")) as Summary;
  assert.equal(summary.missing.length, 7);
  for (const line of summary.missing) assert.match(line, /could not be had: .*the package registry cannot be reached/);
  assert.deepEqual(
    summary.costs.map(({ tokenizer }) => tokenizer),
    ["trained on English", "trained on eight"],
  );
  assert.ok(summary.costs[0]!.medianParity > summary.costs[1]!.medianParity && summary.costs[1]!.medianParity > 1);
  assert.match(summary.answer, /^For the same text a language pays up to \d+\.\d times what English pays/);
  for (const name of ["parity", "sentence-fi"]) {
    assert.match(readFileSync(join(folder, "out", "figures", `${name}.svg`), "utf8"), /^<svg /);
    assert.ok(readFileSync(join(folder, "out", "tables", `${name}.csv`), "utf8").split("\n").length > 2);
  }
  assert.ok(readFileSync(join(folder, "01-tokenizers.ipynb"), "utf8").includes("could not be had"));
});
