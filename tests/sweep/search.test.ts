/** A search carried out: rungs, runs that go on, and a search that was stopped. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { read } from "../../src/runs/index.js";
import { readLedger, search, searchIn, type SearchOptions, type SearchResult, watch } from "../../src/sweep/index.js";
import { Diverged, open, type Recipe, runRecipe } from "../../src/train/index.js";
import { bare, folder, language, sameWeights } from "../train/tiny.js";

const root = folder();
for (const name of ["old", "new"] as const)
  writeFileSync(
    join(root, `${name}.jsonl`),
    language(name)
      .train.map((text) => `${JSON.stringify({ text })}\n`)
      .join(""),
  );

const recipe = {
  name: "tiny",
  corpus: { files: { old: "old.jsonl", new: "new.jsonl" } },
  model: { size: "nano", vocabSize: 290 },
  schedule: { name: "cosine" },
  mixture: { old: 0.5, new: 0.5 },
  steps: 8,
  batch: 2,
  context: 16,
  evaluate: { at: [2, 4, 8] },
};
const file = {
  recipe,
  vary: { "schedule.peak": { from: 1e-4, to: 0.1, scale: "log" } },
  search: { name: "asha", of: { name: "sobol", runs: 4, seed: 1 }, loss: "loss_new", rungs: [2, 4], eta: 2 },
};

const carried = (name: string, options: Partial<SearchOptions> = {}, given: object = file): Promise<SearchResult> =>
  search({ search: searchIn(given), dir: join(root, name), from: root, processes: 1, ...options });

const idsOf = ({ wanted }: SearchResult): string[] => wanted.map(({ id }) => id);

test("asha stops runs at rungs; the promoted one is the run that was never stopped, and nothing is trained twice", async () => {
  const done = await carried("whole");
  assert.equal(done.stopped, false);
  const lengths = done.reached.map((run) => run!.steps.length).sort((a, b) => a - b);
  assert.equal(done.wanted.filter(({ until }) => until === 2).length, 4);
  assert.ok(lengths.filter((steps) => steps >= 4).length >= 2 && lengths.at(-1) === 8 && lengths[0] === 2);
  const best = done.runs[0]!;
  assert.deepEqual(
    [...readLedger(join(root, "whole", "sweep.jsonl")).values()].map(({ status }) => status).sort(),
    done.reached.map((run) => (run!.record.status === "finished" ? "finished" : "paused")).sort(),
  );
  const of = done.wanted.find(({ recipe: { name } }) => name === best.record.name)!.recipe;
  const alone = await runRecipe({ recipe: of, dir: join(root, "alone"), from: root, threads: 1 });
  sameWeights(open(best.dir).model.weights, alone.model.weights);
  assert.deepEqual(bare(open(best.dir)), bare(alone));
  for (const name of ["metrics.jsonl"])
    assert.equal(
      readFileSync(join(best.dir, name), "utf8").replace(/"tokensPerSecond":[^,}]*/g, ""),
      readFileSync(join(root, "alone", name), "utf8").replace(/"tokensPerSecond":[^,}]*/g, ""),
    );
  const before = readFileSync(join(root, "whole", "sweep.jsonl"), "utf8");
  const again = await carried("whole", { onRow: () => assert.fail("a run was made again") });
  assert.deepEqual(idsOf(again), idsOf(done));
  assert.equal(readFileSync(join(root, "whole", "sweep.jsonl"), "utf8"), before);
});

test("stopped anywhere and called again, it wants the same runs and comes to the same bytes", async () => {
  const whole = await carried("whole");
  const controller = new AbortController();
  let rows = 0;
  const cut = await carried("often", {
    signal: controller.signal,
    onRow: () => (++rows === 5 ? controller.abort() : undefined),
  });
  assert.equal(cut.stopped, true);
  const often = await carried("often", { processes: 2 });
  assert.deepEqual(idsOf(often), idsOf(whole));
  for (const [i, run] of often.reached.entries())
    assert.deepEqual(read(run!.dir).evaluations, whole.reached[i]!.evaluations);
});

test("a search that is handed over goes on by watch alone, a run that diverges being lost to it, to the ledger of the pool", async () => {
  const among = { "schedule.peak": [1e-3, 1e30, 0.01, 0.1] };
  const given = { ...file, vary: among, search: { ...file.search, of: { name: "grid" } } };
  await carried("pooled", {}, given);
  await carried("handed", { executor: "shell" }, given);
  const dir = join(root, "handed");
  const script = join(dir, "run.sh");
  const rounds: number[] = [];
  while (existsSync(script)) {
    const names = [...readFileSync(script, "utf8").matchAll(/ recipes\/(\S+)\.json /g)].map(([, name]) => name!);
    rmSync(script);
    rounds.push(names.length);
    for (const name of names) {
      const handed = JSON.parse(readFileSync(join(dir, "recipes", `${name}.json`), "utf8")) as Recipe;
      await runRecipe({ recipe: handed, dir: join(dir, "runs", name), resume: true, threads: 1 }).catch(
        (error: unknown) => assert.ok(error instanceof Diverged),
      );
    }
    await watch({ dir });
  }
  assert.deepEqual(rounds, [4, 2, 1]);
  const rowsOf = (name: string): string[] =>
    readFileSync(join(root, name, "sweep.jsonl"), "utf8")
      .replaceAll(join(root, name), "")
      .split("\n")
      .sort();
  assert.deepEqual(rowsOf("handed"), rowsOf("pooled"));
  assert.equal([...readLedger(join(dir, "sweep.jsonl")).values()].filter(({ diverged }) => diverged).length, 1);
});

test("a law's rounds are runs of the sweep, and the same ones when it is called again", async () => {
  const given = {
    recipe: { ...recipe, steps: 2, evaluate: { at: [2] }, schedule: { name: "cosine", peak: 0.01 } },
    vary: { mixture: { shares: ["old", "new"], from: 0.05 } },
    search: {
      name: "law",
      law: "data-mixing",
      columns: { share: "mixture.new" },
      loss: ["loss_old", "loss_new"],
      of: { name: "latin", runs: 5 },
      rounds: 1,
      runs: 1,
      resamples: 40,
    },
  };
  const done = await carried("law", {}, given);
  assert.equal(done.runs.length, 6);
  const again = await carried("law", { onRow: () => assert.fail("a run was made again") }, given);
  assert.deepEqual(again.wanted, done.wanted);
});
