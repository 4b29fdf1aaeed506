/**
 * Kills a training process (SIGKILL) again and again and lets it go on: the bytes must be those of a run that was never
 * killed. Every other kill falls just after an update, the others anywhere from the start of the process on. The test of
 * resuming does it a few times; by hand, with the number of kills, or two kills for every row of every registry, many at once:
 *
 *   node -r ./tests/typescript.cjs tests/train/kills.ts 100
 *   node -r ./tests/typescript.cjs tests/train/kills.ts rows
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Buffer as Buffered, buffers, orders } from "../../src/corpus/index.js";
import { fixed, mixtures } from "../../src/mixture/index.js";
import type { Made, Registry } from "../../src/registry.js";
import { rng } from "../../src/rng.js";
import { read } from "../../src/runs/index.js";
import * as train from "../../src/train/index.js";
import { bare, language, tinyModel } from "./tiny.js";
import { typescript } from "../node.js";

/** A run of the two made-up languages, as a recipe and as its file. */
export async function recipeIn(
  root: string,
  steps: number,
  every: number,
  more: Partial<train.JobOptions> = {},
): Promise<{ path: string; recipe: train.Recipe }> {
  const recipe = await train.job(await tinyModel(), {
    on: { old: language("old"), new: language("new") },
    mixture: fixed({ old: 0.3, new: 0.7 }),
    schedule: train.rewarm({ peak: 1e-2 }),
    steps,
    batch: 2,
    checkpointEvery: every,
    heldOutBytes: 2000,
    ...more,
  });
  const path = join(root, `${recipe.name ?? "recipe"}-${steps}.json`);
  writeFileSync(path, JSON.stringify(recipe));
  return { path, recipe };
}

/** A process that follows the recipe in `dir`, a line per update, and after so many stands or sends itself a signal. */
export function begin(path: string, dir: string, ...last: [updates?: number, signal?: "SIGINT"]): ChildProcess {
  const args = [...typescript, join(__dirname, "child.ts"), path, dir, ...last.map(String)];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Updates of a process that is to be killed. */
const most = 50;

/** As much as can be on together: all parts and evaluators, and of each other registry the row whose turn it is. */
export function everything(turn: number): Partial<train.JobOptions> {
  const rowOf = <Thing extends Made>(registry: Registry<Thing>, at = turn): Thing => {
    const rows = Object.values(registry);
    const { make, example } = rows[at % rows.length]!;
    return make(example);
  };
  const all = <Thing extends Made>(registry: Registry<Thing>): Thing[] =>
    Object.values(registry).map(({ make, example }) => make(example));
  // The rest of another schedule, which is shorter.
  const { onward: _, ...schedules } = train.schedules;
  // Encoders' own.
  const { "masked-loss": __, ...evaluators } = train.evaluators;
  // Of low-rank updates alone.
  const { "o-lora": ___, ...parts } = train.parts;
  // Padded: of objectives that read what padding is, and without a buffer.
  const { packed: ____, pairs: _____, ...straight } = orders;
  return {
    name: `turn ${turn}`,
    mixture: rowOf(mixtures),
    schedule: rowOf(schedules),
    optimiser: rowOf<train.Optimiser>(train.optimisers),
    order: { old: rowOf(straight), new: rowOf(straight, turn + 1) },
    // Moments do not go back where a table has its own, as active forgetting's has.
    parts: all<train.Part>(parts).map((part) => (part.name === "reptile" ? train.reptile({ every: 2 }) : part)),
    buffer: rowOf<Buffered>(buffers),
    evaluators: all<train.Evaluator>(evaluators),
    snapshots: { every: 50 },
    accumulate: 2,
  };
}

export const weightsOf = (dir: string): Buffer => readFileSync(join(dir, "model", "model.safetensors"));

/** What was trained beside the model, where something was. */
const modulesOf = (dir: string): Buffer | undefined => {
  const path = join(dir, "modules", "modules.safetensors");
  return existsSync(path) ? readFileSync(path) : undefined;
};

/** `steps`: updates for each kill, more than `most`. */
export async function killAndResume(options: {
  root: string;
  kills: number;
  more?: Partial<train.JobOptions>;
  steps?: number;
}): Promise<void> {
  const { root, kills, more } = options;
  const steps = (options.steps ?? 60) * kills;
  const { path, recipe } = await recipeIn(root, steps, 9, more);
  const [whole, killed] = ["whole", "killed"].map((name) => join(root, `${name} ${recipe.name ?? "run"}`)) as [
    string,
    string,
  ];
  await train.runRecipe({ recipe, dir: whole, threads: 1 });
  const random = rng(5);
  let start = 0;
  for (let kill = 0; kill < kills; kill++) {
    const began = performance.now();
    const child = begin(path, killed, most);
    if (kill % 2 === 0) {
      const over = once(child, "exit").then(() => assert.fail(`the process ended by itself before kill ${kill + 1}`));
      await Promise.race([once(child.stdout!, "data"), over]);
      over.catch(() => {});
      start = performance.now() - began;
      await sleep(random.int(40));
    } else await sleep(random.uniform() * start * 1.05);
    assert.equal(child.exitCode, null, `the run was over before kill ${kill + 1}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(read(killed).record.status, "running");
  }
  const last = begin(path, killed);
  last.stdout!.resume();
  const [code] = (await once(last, "exit")) as [number];
  assert.equal(code, 0);
  assert.ok(weightsOf(killed).equals(weightsOf(whole)), "the weights differ");
  assert.deepEqual(modulesOf(killed), modulesOf(whole), "the modules differ");
  assert.deepEqual(bare(train.open(killed)), bare(train.open(whole)));
  assert.deepEqual(read(killed).record.shares, read(whole).record.shares);
  assert.deepEqual(read(killed).measurements, read(whole).measurements);
  const kept = (dir: string): string[] => readdirSync(join(dir, "checkpoints")).sort();
  assert.deepEqual(kept(killed), kept(whole));
  assert.deepEqual(
    kept(killed).slice(-2),
    [steps - (steps % 9 || 9), steps].map((step) => `step-${String(step).padStart(8, "0")}`),
  );
}

async function main(): Promise<void> {
  const rows = process.argv[2] === "rows";
  const kills = rows ? 2 : Number(process.argv[2] ?? 100);
  const turns = Math.max(...[mixtures, train.schedules, orders].map((registry) => Object.keys(registry).length));
  const root = mkdtempSync(join(tmpdir(), "palimpsest-kills-"));
  process.env.PALIMPSEST_CACHE = join(root, "cache");
  try {
    for (let turn = 0; turn < (rows ? turns : 1); turn++) {
      await killAndResume({ root, kills, ...(rows && { more: everything(turn), steps: 60 }) });
      process.stdout.write(`killed ${kills} times and resumed: the same bytes as never killed\n`);
    }
    const kinds: Registry<train.Parameters> = rows ? train.parameters : {};
    for (const [name, { make, example }] of Object.entries(kinds)) {
      const parts = name === "lora" ? [train.oLora({ previous: [], l2: 0.01 })] : [];
      await killAndResume({ root, kills, more: { name, parameters: make(example), parts }, steps: 60 });
      process.stdout.write(`${name}: the same bytes as never killed\n`);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

if (require.main === module) void main();
