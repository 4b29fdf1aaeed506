/** A sweep run again in its folder: what is still true is kept, what is not is made anew and said, and nothing is trained twice. */
import assert from "node:assert/strict";
import fs, {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { read, rows } from "../../src/runs/index.js";
import { contentOf, holds } from "../../src/sweep/contents.js";
import { settingsOf } from "../../src/sweep/jobs.js";
import { status } from "../../src/sweep/status.js";
import { expand, readLedger, sweep, type SweepOptions, type SweepResult } from "../../src/sweep/index.js";
import { hashOf, open, type Recipe, TRAINER } from "../../src/train/index.js";
import { bare, folder, language, sameWeights } from "../train/tiny.js";

const root = folder();
writeFileSync(join(root, "old.jsonl"), lines(language("old").train));
writeFileSync(join(root, "new.jsonl"), lines(language("new").train));

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${JSON.stringify({ text })}\n`).join("");
}

function grid(vary: Record<string, unknown[]>, fields: object = {}): Recipe[] {
  const recipe = {
    corpus: { files: { old: "old.jsonl", new: "new.jsonl" } },
    model: { size: "nano", vocabSize: 290 },
    mixture: { old: 0.5, new: 0.5 },
    schedule: { name: "cosine", peak: 1e-3 },
    steps: 4,
    batch: 2,
    context: 16,
    evaluate: { at: [0, 4] },
    ...fields,
  };
  return expand({ recipe, vary });
}

/** The sweep, and the names of the runs that were trained in it. */
async function run(
  name: string,
  jobs: Recipe[],
  options: Partial<SweepOptions> = {},
): Promise<SweepResult & { trained: string[] }> {
  const trained: string[] = [];
  const onRow: SweepOptions["onRow"] = (row) => trained.push(row.name);
  const result = await sweep({ jobs, dir: join(root, name), from: root, processes: 1, onRow, ...options });
  return { ...result, trained };
}

const statuses = ({ rows }: SweepResult): (string | undefined)[] => rows.map((row) => row?.status);

test("which checkpoints are left is no setting of a run: a sweep that is told to drop them goes on with the same runs", () => {
  const [kept, dropped] = [{}, { dropOptimiser: true }].map((fields) => settingsOf(grid({ seed: [1] }, fields)[0]!));
  assert.equal(dropped, kept);
});

test("equal settings are one run, whatever they are called: a wider grid trains what is new", async () => {
  const first = await run("wider", grid({ "schedule.peak": [1e-3, 3e-4], seed: [1] }));
  assert.deepEqual(first.trained, ["run-0", "run-1"]);
  assert.deepEqual(first.notes, []);
  const wider = grid({ "schedule.peak": [1e-3, 3e-4], seed: [1, 2] }, { labels: { arm: "wide" } });
  const second = await run("wider", wider);
  assert.deepEqual(second.trained, ["run-1", "run-3"]);
  assert.deepEqual(second.notes, []);
  assert.deepEqual(statuses(second), Array(4).fill("finished"));
  assert.equal(readdirSync(join(root, "wider", "runs")).length, 5, "four runs and the list of them");
  const table = await rows({ path: join(root, "wider") });
  assert.deepEqual(
    table.map(({ run: name, seed, arm }) => [name, seed, arm]).sort(),
    [
      ["run-0", 1, "wide"],
      ["run-1", 2, "wide"],
      ["run-2", 1, "wide"],
      ["run-3", 2, "wide"],
    ],
    "on disk too, runs are called what they are called now",
  );
  const unseeded = await run("wider", grid({ "schedule.peak": [1e-3] }));
  assert.deepEqual(unseeded.trained, [], "a seed that is left out is 1");
});

test("a text that was edited: its runs are made anew, and it is said; the old ones are no rows", async () => {
  const path = join(root, "old.jsonl");
  const before = readFileSync(path, "utf8");
  const first = await run("edited", grid({ seed: [1] }));
  appendFileSync(path, lines([language("new").heldOut[0]!]));
  const second = await run("edited", grid({ seed: [1] }));
  assert.deepEqual(second.trained, ["run-0"]);
  assert.match(second.notes[0]!, /^old\.jsonl has changed since the last sweep here: runs on it are made anew$/);
  assert.match(second.notes[1]!, /^1 run of an earlier sweep here is no job of this one: kept on disk/);
  assert.notDeepEqual(bare(open(second.runs[0]!.dir)), bare(open(first.runs[0]!.dir)));
  assert.equal((await rows({ path: join(root, "edited") })).length, 1);
  writeFileSync(path, before);
  const third = await run("edited", grid({ seed: [1] }));
  assert.deepEqual(third.trained, [], "the text is what it was: so is the run");
  assert.equal(third.runs[0]!.dir, first.runs[0]!.dir);
});

test("a folder or a glob is what its files are: one that is edited, added or taken away changes it", async () => {
  const texts = join(root, "texts");
  mkdirSync(join(texts, "in"), { recursive: true });
  writeFileSync(join(texts, "in", "a.jsonl"), lines(["a"]));
  for (const path of [texts, join(texts, "**", "*.jsonl")]) {
    const first = (await contentOf(path))!;
    writeFileSync(join(texts, "b.jsonl"), lines(["b"]));
    const added = (await contentOf(path))!;
    appendFileSync(join(texts, "b.jsonl"), lines(["c"]));
    const edited = (await contentOf(path))!;
    assert.equal(new Set([first, added, edited].map(({ hash }) => hash)).size, 3, path);
    assert.deepEqual([await holds(path, edited), await holds(path, first)], [true, false]);
    rmSync(join(texts, "b.jsonl"));
    assert.equal((await contentOf(path))!.hash, first.hash);
    assert.equal(await holds(path, first), true);
  }
  assert.equal(await contentOf(join(texts, "*.parquet")), undefined, "nothing matches: the run says so");
  const twice = join(root, "twice.txt");
  const tick = new Date();
  const write = (text: string): void => {
    writeFileSync(twice, text);
    utimesSync(twice, tick, tick);
  };
  write("one");
  const first = (await contentOf(twice))!;
  assert.equal(await holds(twice, first), true);
  write("two");
  assert.equal(await holds(twice, first), false, "as many bytes, in one tick of the clock");
});

test("after a change of settings, runs of before are no rows, and what changed is said", async () => {
  await run("changed", grid({ seed: [1, 2] }));
  const second = await run("changed", grid({ seed: [1] }, { steps: 6 }));
  assert.deepEqual(second.notes, [
    "2 runs of an earlier sweep here are no job of this one (steps was 4, is 6): kept on disk, left out of its rows",
  ]);
  for (const path of [join(root, "changed"), join(root, "changed", "runs")])
    assert.deepEqual(
      (await rows({ path })).map(({ step }) => step),
      [4],
      "the evaluation at 4 of the one run of 6 steps",
    );
  assert.equal((await rows({ path: join(root, "changed"), points: "all" })).length, 2);
});

test("runs that were deleted under their rows, whole or in part, are made again to the same bytes, and it is said", async () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7];
  const jobs = grid({ seed: seeds });
  const first = await run("deleted", jobs);
  const models = first.runs.map(({ dir }) => open(dir).model);
  const damage: ((dir: string) => void)[] = [
    (dir) => rmSync(dir, { recursive: true }),
    (dir) => rmSync(join(dir, "metrics.jsonl")),
    (dir) => writeFileSync(join(dir, "metrics.jsonl"), ""),
    (dir) => rmSync(join(dir, "model"), { recursive: true }),
    (dir) => rmSync(join(dir, "run.json")),
    (dir) => flipped(join(dir, "model", "model.safetensors")),
    (dir) => flipped(join(dir, "metrics.jsonl")),
  ];
  damage.forEach((remove, i) => remove(first.runs[i]!.dir));
  const again = await run("deleted", jobs);
  assert.deepEqual(again.notes, [
    "run-0 is made again: its folder is gone",
    ...seeds.slice(0, -1).map((i) => `run-${i} is made again: its folder is not whole`),
  ]);
  assert.deepEqual(statuses(again), Array(7).fill("finished"));
  assert.deepEqual(
    again.trained,
    seeds.map((_, i) => `run-${i}`),
  );
  again.runs.forEach(({ dir, steps }, i) => {
    assert.equal(steps.length, 4);
    sameWeights(open(dir).model.weights, models[i]!.weights);
  });
});

/** As many bytes as before, and the time of before: that of the last change of any kind cannot be set back. */
function flipped(path: string): void {
  const { atime, mtime } = fs.statSync(path);
  const bytes = readFileSync(path);
  // Of rows a digit of the first loss, so that they are rows still.
  const place = path.endsWith(".jsonl") ? bytes.indexOf('"loss":') + 7 : bytes.length - 1;
  bytes[place]! ^= 1;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
}

test("called again, a sweep reads the runs that were touched and no others, and answers as if it had read all", async (context) => {
  const dir = join(root, "deleted");
  const jobs = grid({ seed: [1, 2, 3, 4, 5, 6, 7] });
  const reads = context.mock.method(fs, "readFileSync").mock;
  const called = async (): Promise<{ result: SweepResult; read: number }> => {
    reads.resetCalls();
    const result = await sweep({ jobs, dir, from: root, processes: 1, onRow: () => assert.fail("nothing is new") });
    const read = reads.calls.filter(({ arguments: [path] }) => String(path).endsWith("run.json")).length;
    return { result, read };
  };
  const known = await called();
  assert.equal(known.read, 0);
  assert.equal(known.result.runs.length, 7);
  rmSync(join(dir, "intact.json"));
  assert.equal((await called()).read, 0, "as each run left itself");
  utimesSync(join(known.result.runs[2]!.dir, "run.json"), 1e9, 1e9);
  assert.equal((await called()).read, 1, "touched");
  assert.equal((await called()).read, 0, "and known again");
  for (const text of ["", '{"format":1,"runs":{"run-0', '{"format":1,"runs":{"a":1}}']) {
    for (const each of [dir, ...known.result.runs.map((run) => run.dir)])
      writeFileSync(join(each, "intact.json"), text);
    const all = await called();
    assert.equal(all.read, 7, text);
    assert.deepEqual(all.result, known.result);
  }
  // Whoever first sees runs finished leaves what he found to all who follow; damage after that is seen all the same.
  for (const name of ["intact.json", "sweep.jsonl"]) rmSync(join(dir, name));
  assert.ok((await status(dir)).runs.every((run) => run.status === "finished"));
  assert.equal((await called()).read, 0, "read by status");
  rmSync(join(dir, "sweep.jsonl"));
  flipped(join(known.result.runs[3]!.dir, "model", "model.safetensors"));
  assert.equal((await status(dir)).runs[3]!.status, "interrupted");
  assert.deepEqual((await run("deleted", jobs)).notes, ["run-3 is made again: its folder is not whole"]);
});

test("a run whose folder is deleted while it trains is a failed row, and made again by the next call", async () => {
  const jobs = grid({ seed: [1] }, { steps: 300, checkpointEvery: 300 });
  const runs = join(root, "lost", "runs");
  let gone = false;
  const lost = await run("lost", jobs, {
    onRows() {
      for (const name of gone ? [] : readdirSync(runs).filter((each) => each.startsWith("run-")))
        rmSync(join(runs, name), { recursive: true, force: true, maxRetries: 9 });
      gone = true;
    },
  });
  assert.ok(gone);
  assert.deepEqual(statuses(lost), ["failed"]);
  assert.equal(lost.stopped, true);
  const again = await run("lost", jobs);
  assert.deepEqual(statuses(again), ["finished"]);
  assert.equal(again.runs[0]!.steps.length, 300);
});

test("a text that is edited while runs train on it spoils them, and it is said", async () => {
  const path = join(root, "new.jsonl");
  const before = readFileSync(path, "utf8");
  const jobs = grid({ seed: [1] }, { steps: 100 });
  const spoilt = await run("spoilt", jobs, { onRows: () => writeFileSync(path, before + lines(["a ba de gi"])) });
  assert.match(spoilt.rows[0]!.error!, /^new\.jsonl was changed while it ran \(run the sweep again\)$/);
  writeFileSync(path, before);
  const again = await run("spoilt", jobs);
  assert.deepEqual(again.trained, ["run-0"], "which text the first one saw is not known");
  assert.deepEqual(statuses(again), ["finished"]);
});

test("runs that diverge do not keep the others from their turn, nor do those that failed before", async () => {
  const made = grid({ "schedule.peak": [1e30, 2e30, 3e30, 4e30, 1e-3] });
  const first = await run("diverging", made);
  assert.deepEqual(statuses(first), ["failed", "failed", "failed", "failed", "finished"]);
  assert.match(first.rows[0]!.error!, /diverged/);
  assert.equal(first.rows[0]!.diverged, true);
  assert.equal(read(first.rows[0]!.dir).record.diverged, true, "whoever carried it out");

  const missing = [1, 2, 3].map((n): Recipe => ({ ...made[4]!, name: `bad ${n}`, model: { folder: `nowhere ${n}` } }));
  const jobs = [...missing, made[4]!];
  assert.deepEqual(statuses(await run("failing", jobs)), ["failed", "failed", "failed", undefined]);
  const again = await run("failing", jobs);
  assert.deepEqual(statuses(again), ["failed", "failed", "failed", "finished"]);
  assert.equal(again.trained[0], made[4]!.name, "those that never had a turn come first");

  assert.deepEqual(
    (await run("failing", [made[4]!])).notes,
    [],
    "what failed before it had a folder is no earlier run",
  );
  const [told, ...others] = (await run("diverging", [made[4]!])).notes;
  assert.match(
    told!,
    /^4 runs of an earlier sweep here, which failed, are no job of this one \(schedule\.peak was 1e\+30, /,
  );
  assert.deepEqual(others, []);
});

test("two sweeps in one folder at once: the second waits, and finds everything done", async () => {
  const jobs = grid({ seed: [1, 2] });
  const waits: string[] = [];
  const both = await Promise.all([
    run("shared", jobs),
    run("shared", jobs, { onProgress: ({ label }) => waits.push(label) }),
  ]);
  assert.deepEqual(both.map(statuses), Array(2).fill(["finished", "finished"]));
  assert.deepEqual(both.map(({ trained }) => trained.length).sort(), [0, 2]);
  const ledger = join(root, "shared", "sweep.jsonl");
  assert.equal(readFileSync(ledger, "utf8").trim().split("\n").length, 2);
  assert.deepEqual([...new Set(waits)][0]?.startsWith("waiting for process"), true);
});

test("a folder of an earlier version is found, under its name and key of then", async () => {
  const [job] = grid({ seed: [1] });
  const first = await run("former", [job!]);
  const former = `run-0-${hashOf({ trainer: TRAINER, recipe: job }).slice(0, 8)}`;
  const runs = join(root, "former", "runs");
  renameSync(first.runs[0]!.dir, join(runs, former));
  rmSync(join(runs, "jobs.json"));
  rmSync(join(root, "former", "sweep.jsonl"));
  const again = await run("former", [{ ...job!, name: "another" }]);
  assert.equal(again.runs[0]!.dir, join(runs, former));
  assert.deepEqual(readdirSync(runs).sort(), ["jobs.json", former]);
  assert.equal(readLedger(join(root, "former", "sweep.jsonl")).size, 1);
  assert.equal(open(join(runs, former)).record.name, "another");
  // Touched after the run, if only in the same tick of the clock: what it held then is not known.
  const tick = new Date();
  appendFileSync(join(root, "old.jsonl"), lines(["ba de gi lo mu"]));
  utimesSync(join(root, "old.jsonl"), tick, tick);
  utimesSync(join(runs, former, "run.json"), tick, tick);
  const anew = await run("former", [job!]);
  assert.notEqual(anew.runs[0]!.dir, join(runs, former));
  assert.ok(existsSync(join(runs, former)));
});
