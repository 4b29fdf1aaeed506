/** How many runs a sweep makes at once where memory is short; amounts are made up, nothing is trained. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { carried } from "../../src/sweep/carried.js";
import { executors, sweep } from "../../src/sweep/index.js";
import { memoryNeeded, type Recipe } from "../../src/train/index.js";
import { folder } from "../train/tiny.js";

const root = folder();
const recipe = (size: string, seed = 1): Recipe => ({
  corpus: { name: "npm", languages: ["en", "ko"] },
  model: { size },
  mixture: { en: 0.5, ko: 0.5 },
  schedule: { name: "constant", peak: 1e-3 },
  steps: 2,
  seed,
});

test("as many at once as the largest run fits in, and at least one", () => {
  const recipes = [recipe("nano"), recipe("medium"), recipe("nano", 2)];
  const need = memoryNeeded(recipe("medium"), root);
  const at = (free: number, asked = false) => carried({ recipes, from: root, processes: 4, asked, free });
  assert.deepEqual(at(3 * need), { processes: 3 });
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(2)} GB`;
  const numbers = (free: number): string =>
    `a run takes about ${gigabytes(need)} at its peak, ${gigabytes(free)} are free`;
  assert.deepEqual(at(2.5 * need), {
    processes: 2,
    line: `2 at once and not 3: ${numbers(2.5 * need)} (ask for more with processes)`,
  });
  assert.deepEqual(at(need / 2), {
    processes: 1,
    line: `1 at once and not 3: ${numbers(need / 2)} (ask for more with processes)`,
  });
  assert.deepEqual(at(need, true), { processes: 3, line: `3 at once may not fit into memory: ${numbers(need)}` });
  const unread: Recipe = { ...recipe("nano"), model: { folder: "nowhere" } };
  assert.deepEqual(carried({ recipes: [unread], from: root, processes: 2, asked: false, free: 1 }), { processes: 1 });
});

test("a sweep hands that number on and says it once; who names a number gets it", async () => {
  const started: number[] = [];
  const submit = async ({ processes }: { processes: number }): Promise<void> => void started.push(processes);
  executors.counting = { ...executors.local!, summary: "counts", submit };
  try {
    const jobs = [1, 2].map((seed) => recipe("nano", seed));
    const memory = 1.5 * memoryNeeded(jobs[0]!, root);
    const options = { jobs, executor: "counting", memory };
    const notes: string[] = [];
    const { notes: kept } = await sweep({
      ...options,
      dir: join(root, "few"),
      onNote: (note) => notes.push(note),
    });
    const asked = await sweep({ ...options, dir: join(root, "asked"), processes: 2 });
    const cores = Math.min(2, (await import("node:os")).availableParallelism());
    assert.deepEqual(started, [1, 2]);
    if (cores > 1) assert.match(notes.join("\n"), /^1 at once and not 2: a run takes about /);
    assert.deepEqual(kept, notes);
    assert.match(asked.notes.join("\n"), /^2 at once may not fit into memory: /);
  } finally {
    delete executors.counting;
  }
});
