import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { create, type NewRecord, open, read } from "../../src/runs/index.js";
import type { Evaluation, StepRow } from "../../src/types.js";

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), "runs-")), "r1");
});
afterEach(() => rmSync(join(dir, ".."), { recursive: true, force: true }));

const record: NewRecord = {
  name: "ko 75",
  recipe: { steps: 10 },
  seed: 7,
  engine: { mode: "compiled", device: "cpu", reason: "test", threads: 2 },
  parameters: { total: 100, withoutEmbeddings: 60 },
};
const step = (n: number): StepRow => ({
  step: n,
  tokens: n * 8,
  loss: 3 / n,
  learningRate: 1e-3,
  gradientNorm: 1,
  tokensPerSecond: 5,
});
const evaluation = (n: number, domain = "en"): Evaluation => ({
  step: n,
  tokens: n * 8,
  domain,
  loss: 2.5,
  bitsPerByte: 1.25,
});

test("a run reads back as it was written", () => {
  const run = create({ dir, record });
  assert.ok(existsSync(run.checkpoints));
  run.append([step(1), evaluation(1)]);
  run.append(step(2));
  run.finish({ shares: { asked: { en: 0.25 }, realised: { en: 0.26 } } });
  const back = read(dir);
  assert.equal(back.record.status, "finished");
  assert.deepEqual(back.record.recipe, { steps: 10 });
  assert.deepEqual(back.record.shares?.realised, { en: 0.26 });
  assert.equal(back.record.versions.node, process.versions.node);
  assert.match(back.record.versions.onnxruntime, /^1\.\d+/);
  assert.equal(back.record.metrics.version, 1);
  assert.deepEqual(back.steps, [step(1), step(2)]);
  assert.deepEqual(back.evaluations, [evaluation(1)]);
});

test("a diverged loss survives the round trip", () => {
  const run = create({ dir, record });
  run.append({ ...step(1), loss: NaN, gradientNorm: Infinity });
  run.close();
  assert.ok(Number.isNaN(read(dir).steps[0]!.loss));
  assert.equal(read(dir).steps[0]!.gradientNorm, Infinity);
});

test("a line torn at any byte is passed over by read and cut off by open; other lines keep their bytes", () => {
  const run = create({ dir, record });
  run.append([step(1), evaluation(1)]);
  run.close();
  const path = join(dir, "metrics.jsonl");
  const whole = readFileSync(path);
  const last = JSON.stringify({ kind: "step", ...step(2) });
  for (let cut = 1; cut <= last.length; cut += 7) {
    writeFileSync(path, whole);
    appendFileSync(path, last.slice(0, cut));
    assert.equal(read(dir).steps.length, 1);
    const again = open(dir);
    assert.deepEqual(readFileSync(path), whole);
    again.append(step(2));
    again.close();
    assert.equal(read(dir).steps.length, 2);
  }
});

test("truncateAfter drops what came after the checkpoint, and appending goes on from there", () => {
  const run = create({ dir, record });
  for (let n = 1; n <= 5; n++) run.append([step(n), evaluation(n)]);
  const path = join(dir, "metrics.jsonl");
  const straight = readFileSync(path);
  run.truncateAfter(3);
  assert.deepEqual(
    read(dir).steps.map((row) => row.step),
    [1, 2, 3],
  );
  for (let n = 4; n <= 5; n++) run.append([step(n), evaluation(n)]);
  run.close();
  assert.deepEqual(readFileSync(path), straight);
});

test("what is not a run, or is no longer whole, gives one clear line", () => {
  const oneLine = (action: () => unknown, pattern: RegExp): void =>
    assert.throws(action, (error: Error) => pattern.test(error.message) && !error.message.includes("\n"));
  oneLine(() => read(dir), /^runs\.read: invalid run: .*no run\.json/);
  const run = create({ dir, record });
  oneLine(() => create({ dir, record }), /^runs\.create: invalid dir: .* already holds a run/);
  oneLine(() => run.append({ step: 1, tokens: 1 } as never), /^run\.append: invalid step row: loss is missing/);
  oneLine(() => run.update({ seed: 0.5 }), /^run\.update: invalid seed/);
  oneLine(() => run.append({ ...step(1), constructor: 1 } as never), /^run\.append: invalid name: constructor \(/);
  run.close();
  oneLine(() => run.append(step(1)), /is closed/);
  appendFileSync(join(dir, "metrics.jsonl"), '{"kind":"step"}\nnot json\n');
  oneLine(() => read(dir), /^runs\.read: invalid step at .*metrics\.jsonl:1: missing/);
  writeFileSync(join(dir, "metrics.jsonl"), "not json\n");
  oneLine(() => read(dir), /^runs\.read: invalid line at .*metrics\.jsonl:1: not json/);
  writeFileSync(
    join(dir, "metrics.jsonl"),
    '{"kind":"measurement","step":1,"tokens":1,"metric":"m","value":1,"__proto__":2}\n',
  );
  oneLine(() => read(dir), /^runs\.read: .*metrics\.jsonl:1: invalid name: __proto__ \(/);
  writeFileSync(join(dir, "run.json"), '{"format": 2}');
  oneLine(() => open(dir), /^runs\.open: invalid format in .*run\.json: 2/);
  writeFileSync(join(dir, "run.json"), '{"form');
  oneLine(() => open(dir), /^runs\.open: invalid run\.json: .*not JSON/);
});

test("the names of a new record are checked before anything is written", () => {
  assert.throws(() => create({ dir, record: { ...record, name: "" } }), /^Error: runs\.create: invalid name/);
  assert.ok(!existsSync(dir));
});
