/** What was changed in a run's folder is seen: an older checkpoint is gone on from, or one line says why not; never other bytes. */
import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { choose } from "../../src/engine/index.js";
import { load, save } from "../../src/model/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import type { LanguageModel } from "../../src/types.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const begun = join(root, "begun");
const steps = 12;
let model: LanguageModel;
let whole: train.Run;

/** The run that everything here is about: a checkpoint every four updates. */
function go(dir: string, options: Partial<train.ContinueOptions> = {}, from = model): Promise<train.Run> {
  return train.continue(from, {
    on: { old: language("old"), new: language("new") },
    mixture: fixed({ old: 0.5, new: 0.5 }),
    schedule: train.rewarm({ peak: 1e-2 }),
    steps,
    batch: 2,
    checkpointEvery: 4,
    evaluateAt: [0, 4, 12],
    heldOutBytes: 500,
    dir,
    ...options,
  });
}

/** Stopped after update `step`. */
async function stopAfter(step: number, dir: string, options: Partial<train.ContinueOptions> = {}): Promise<void> {
  const stop = new AbortController();
  await go(dir, { ...options, signal: stop.signal, onStep: (row) => row.step === step && stop.abort() });
}

before(async () => {
  model = await tinyModel();
  whole = await go(join(root, "whole"));
  await stopAfter(10, begun);
});

const checkpoint = (dir: string, step: number): string =>
  join(dir, "checkpoints", `step-${String(step).padStart(8, "0")}`);
type Json = Record<string, unknown>;
function edit(path: string, change: (json: Json) => void): void {
  const json = JSON.parse(readFileSync(path, "utf8")) as Json;
  change(json);
  writeFileSync(path, JSON.stringify(json, null, 2) + "\n");
}
function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 5]! ^= 1;
  writeFileSync(path, bytes);
}
const copies = new Set<string>();
function copy(from = begun): string {
  const dir = join(root, `copy-${copies.size}`);
  copies.add(dir);
  cpSync(from, dir, { recursive: true });
  return dir;
}

async function resumed(dir: string, options: Partial<train.ContinueOptions> = {}): Promise<string[]> {
  const notices: string[] = [];
  const run = await go(dir, {
    resume: true,
    onProgress: ({ label, notice }) => void (notice && notices.push(label)),
    ...options,
  });
  sameWeights(run.model.weights, whole.model.weights);
  assert.deepEqual(bare(run), bare(whole));
  assert.deepEqual(bare(train.open(dir)), bare(whole));
  return notices;
}

test("an untouched run goes on without a word", async () => {
  const dir = copy();
  assert.deepEqual(readdirSync(join(dir, "checkpoints")).sort(), ["step-00000008", "step-00000010"]);
  assert.deepEqual(await resumed(dir), []);
});

const damages: Record<string, (at: string) => void> = {
  "one bit of the weights": (at) => flip(join(at, "weights.safetensors")),
  "one bit of the slots": (at) => flip(join(at, "slots.safetensors")),
  "no slots": (at) => rmSync(join(at, "slots.safetensors")),
  "slots of another checkpoint": (at) =>
    cpSync(join(at, "..", "step-00000008", "slots.safetensors"), join(at, "slots.safetensors")),
  "a raised step": (at) => edit(join(at, "state.json"), (json) => (json.step = 11)),
  "a raised step, in the folder's name too": (at) => {
    edit(join(at, "state.json"), (json) => (json.step = 11));
    renameSync(at, at.replace(/10$/, "11"));
  },
  "another folder's name": (at) => renameSync(at, at.replace(/10$/, "11")),
  "no batches": (at) => edit(join(at, "state.json"), (json) => delete (json.state as Json).batches),
  "no hash of its own": (at) => edit(join(at, "state.json"), (json) => delete json.sha256),
  "a state cut short": (at) =>
    writeFileSync(join(at, "state.json"), readFileSync(join(at, "state.json")).subarray(0, 99)),
  "an unknown format": (at) => edit(join(at, "state.json"), (json) => (json.format = 3)),
  "an older format's name": (at) => edit(join(at, "state.json"), (json) => (json.format = 1)),
};
for (const [what, damage] of Object.entries(damages))
  test(`the newest checkpoint has ${what}: the one before it is taken, in one line, to the same bytes`, async () => {
    const dir = copy();
    damage(checkpoint(dir, 10));
    const notices = await resumed(dir);
    assert.equal(notices.length, 1);
    assert.match(notices[0]!, /invalid checkpoint: .*step.*; the one before it, of step 8, is taken$/);
  });

test("without a whole checkpoint it stops in one line, and nothing is lost", async () => {
  const dir = copy();
  for (const step of [8, 10]) flip(join(checkpoint(dir, step), "weights.safetensors"));
  const rows = readFileSync(join(dir, "metrics.jsonl"), "utf8");
  await assert.rejects(go(dir, { resume: true }), ({ message }: Error) => {
    assert.match(
      message,
      /weights\.safetensors .* sha256 differs.*; none is left to go on from \(remove .*checkpoints /,
    );
    return !message.includes("\n");
  });
  assert.equal(readFileSync(join(dir, "metrics.jsonl"), "utf8"), rows);
  rmSync(join(dir, "checkpoints"), { recursive: true });
  assert.deepEqual(await resumed(dir), []);
});

test("a checkpoint of another run, and rows that are not those written, are not gone on from", async () => {
  const other = join(root, "other");
  await stopAfter(10, other, { seed: 2 });
  const mixed = copy();
  rmSync(checkpoint(mixed, 10), { recursive: true });
  cpSync(checkpoint(other, 10), checkpoint(mixed, 10), { recursive: true });
  assert.match(
    (await resumed(mixed)).join(),
    /is of another recipe or engine than run\.json says.*of step 8, is taken/,
  );
  const rows = copy();
  const metrics = join(rows, "metrics.jsonl");
  writeFileSync(metrics, readFileSync(metrics, "utf8").replace(/^.*"step":3,.*\n/m, ""));
  await assert.rejects(go(rows, { resume: true }), /metrics\.jsonl does not hold the rows .*; none is left/);
});

test("the engine that a run was begun on is the one it goes on with, whatever run.json was made to say", async () => {
  const engine = await choose({ device: "reference" });
  const dir = copy();
  await assert.rejects(
    go(dir, { resume: true, engine }),
    /train: invalid engine: reference \(eager\) \(the run in .* was begun on cpu \(compiled\); ask for that one, /,
  );
  edit(
    join(dir, "run.json"),
    (json) => (json.engine = { ...(json.engine as Json), device: "reference", mode: "eager" }),
  );
  await assert.rejects(go(dir, { resume: true, engine }), /is of another recipe or engine than run\.json says/);
  edit(join(dir, "run.json"), (json) => (json.engine = { ...(json.engine as Json), device: "cpu", mode: "compiled" }));
  assert.deepEqual(await resumed(dir), []);
});

test("checkpoints whose run.json is gone are not taken for a new run's", async () => {
  const dir = copy();
  rmSync(join(dir, "run.json"));
  await assert.rejects(go(dir), /train: invalid dir: .* holds checkpoints but no run\.json/);
});

/** The checkpoint as the version before wrote it. */
function older(at: string): void {
  renameSync(join(at, "slots.safetensors"), join(at, "optimiser.safetensors"));
  const { step, state } = JSON.parse(readFileSync(join(at, "state.json"), "utf8")) as { step: number; state: Json };
  writeFileSync(join(at, "state.json"), JSON.stringify({ format: 1, step, batches: state.batches }));
}

test("a run of the version before goes on, to the same bytes, and is said to be unverified", async () => {
  const dir = copy();
  for (const step of [8, 10]) older(checkpoint(dir, step));
  assert.match(
    (await resumed(dir)).join(),
    /^.*: goes on from step 10; it was written by an older version, without hashes: its numbers cannot be verified$/,
  );
});

const olderDamages: Record<string, (state: Json) => void> = {
  "a raised step": (state) => (state.step = 11),
  "no batches": (state) => delete state.batches,
  "draws of another step": (state) => ((state.batches as { blender: Json }).blender.draws = 19),
};
for (const [what, damage] of Object.entries(olderDamages))
  test(`what can be checked of the version before's is: ${what}`, async () => {
    const dir = copy();
    older(checkpoint(dir, 10));
    edit(join(checkpoint(dir, 10), "state.json"), damage);
    assert.match((await resumed(dir)).join(), /the one before it, of step 8, is taken/);
  });

test("slots of another shape are refused, by name", async () => {
  const dir = copy();
  older(checkpoint(dir, 10));
  const [weights, slots] = ["weights", "optimiser"].map((name) => join(checkpoint(dir, 10), `${name}.safetensors`));
  cpSync(weights!, slots!);
  await assert.rejects(
    go(dir, { resume: true }),
    /train: invalid checkpoint of step 10: \S+ is \[[\d,]+\], this run's is absent/,
  );
});

test("a finished run's model is made again from its last checkpoint where it is not what was written", async () => {
  const dir = copy(join(root, "whole"));
  flip(join(dir, "model", "model.safetensors"));
  assert.throws(
    () => train.open(dir),
    /train\.open: invalid run: .*model\.safetensors is not what was written.*resume/,
  );
  let updates = 0;
  const notices = await resumed(dir, { onStep: () => updates++ });
  assert.match(notices.join(), /model\/model\.safetensors is not what was written.*made again from its checkpoint$/);
  assert.equal(updates, 0);
  assert.deepEqual(await resumed(dir), []);
});

test("a file that the model brought along is the run's too: changed, it is named, and written again", async () => {
  const [from, dir] = [join(root, "template"), join(root, "with template")];
  save({ dir: from, model });
  writeFileSync(join(from, "chat_template.jinja"), "{{ messages }}");
  await go(dir, {}, load(from));
  const template = join(dir, "model", "chat_template.jinja");
  writeFileSync(template, "{{ nothing }}");
  assert.throws(() => train.open(dir), /model\/chat_template\.jinja is not what was written/);
  await go(dir, { resume: true }, load(from));
  assert.equal(readFileSync(template, "utf8"), "{{ messages }}");
});

test("a finished run of the version before is compared with its last checkpoint", async () => {
  const dir = copy(join(root, "whole"));
  older(checkpoint(dir, 12));
  edit(join(dir, "run.json"), (json) => delete json.files);
  assert.deepEqual(await resumed(dir), []);
  flip(join(dir, "model", "model.safetensors"));
  await assert.rejects(go(dir, { resume: true }), /its model is not that of its last checkpoint: one is damaged/);
});

test("a base of the cache that is torn or changed is made anew, the same, and its folder named", async () => {
  const config = { width: 16, layers: 1, heads: 2, kvHeads: 1, ffn: 32, context: 16 };
  const notices: string[] = [];
  let updates = 0;
  const ask = () =>
    train.pretrain({
      size: "nano",
      config,
      on: language("old"),
      tokenizer: model.tokenizer,
      steps: 4,
      batch: 2,
      onStep: () => updates++,
      onProgress: ({ label, notice }) => void (notice && notices.push(label)),
    });
  const base = await ask();
  const dir = base.dir!;
  const faults = [
    () => writeFileSync(join(dir, "run.json"), "{"),
    () => rmSync(join(dir, "run.json")),
    () => rmSync(join(dir, "model"), { recursive: true }),
    () => flip(join(dir, "model", "model.safetensors")),
    () => readdirSync(join(dir, "checkpoints")).forEach((name) => rmSync(join(dir, "checkpoints", name, "state.json"))),
  ];
  for (const fault of faults) {
    fault();
    const again = await ask();
    sameWeights(again.weights, base.weights);
    assert.deepEqual(bare(again), bare(base));
  }
  assert.equal(updates, 3 * 4, "only where nothing was left to go on from is it trained again");
  assert.equal(notices.length, 4);
  assert.ok(
    notices.every((line) => line.includes(dir) && /made (anew|again)/.test(line)),
    notices.join("\n"),
  );
  assert.ok(!existsSync(join(dir, "lock")));
});
