import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { read } from "../../src/runs/index.js";
import { main, palimpsest, palimpsests, type Ran } from "../cli/palimpsest.js";
import { folder, language } from "./tiny.js";

const root = folder();
for (const name of ["old", "new"] as const)
  writeFileSync(
    join(root, `${name}.jsonl`),
    language(name)
      .train.map((text) => JSON.stringify({ text }))
      .join("\n") + "\n",
  );
appendFileSync(join(root, "new.jsonl"), `{"text": ""}\n`);
const recipe = {
  corpus: { files: { old: "old.jsonl", new: "new.jsonl" }, heldOut: 0.2 },
  model: { size: "nano", vocabSize: 280 },
  mixture: { old: 0.5, new: 0.5 },
  schedule: { name: "cosine", peak: 1e-3 },
  steps: 4,
  batch: 2,
  context: 16,
  engine: { threads: 1 },
};

const lab = (...args: string[]): Promise<Ran> => palimpsest(args);
const written = (name: string, content: unknown): string => {
  const path = join(root, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

test("train leaves a run, says what it wrote, and refuses to overwrite it", async () => {
  const path = written("good.json", recipe);
  const out = join(root, "good");
  const { status, stdout, stderr } = await lab("train", path, "--out", out);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^finished after 4 steps on cpu \(compiled, 1 threads: /);
  assert.match(stdout, /old: \d+\.\d{4} nats\/token, \d+\.\d{4} bits\/byte at step 4/);
  assert.match(stdout, /^text: .+\nnote: new: 1 document without text passed over$/m);
  assert.match(stdout, /wrote .*good: run\.json, metrics\.jsonl, checkpoints\/, model\//);
  assert.match(stderr, /run 100% \(4\/4\) loss /);
  assert.equal(read(out).record.status, "finished");
  const again = await lab("train", path, "--out", out);
  assert.equal(again.status, 2);
  assert.match(again.stderr, /^palimpsest train: invalid --out: .* already holds a run \(add --resume/);
  const resumed = await lab("train", path, "--out", out, "--resume", "--json");
  assert.equal(resumed.status, 0);
  assert.equal((JSON.parse(resumed.stdout) as { status: string }).status, "finished");
});

test("bad arguments are one line and exit code 2, and nothing is written", () => {
  const cases: [string, RegExp][] = [
    [join(root, "absent.json"), /recipe: no such file: .*absent\.json/],
    [
      written("nan.json", JSON.stringify(recipe).replace('"steps":4', '"steps":NaN')),
      /recipe: invalid JSON: .*nan\.json .*JSON has no NaN/,
    ],
    [written("typo.json", { ...recipe, stepz: 4 }), /typo\.json: unknown field: stepz/],
    [written("type.json", { ...recipe, batch: "two" }), /type\.json: invalid batch: "two" \(expected number\)/],
  ];
  const out = join(root, "bad");
  const lines = cases.map(([path]) => ["train", path, "--out", out]);
  const said = palimpsests([...lines, ["sweep", join(root, "good.json"), "--out", out, "--executor", "cloud"]]);
  for (const [i, [, line]] of cases.entries()) {
    const { status, stderr } = said[i]!;
    assert.equal(status, 2, stderr);
    assert.match(stderr, line);
    assert.equal(stderr.trim().split("\n").length, 1);
  }
  assert.equal(existsSync(out), false);
  const { status, stderr } = said.at(-1)!;
  assert.equal(status, 2);
  assert.match(stderr, /palimpsest sweep: sweep: invalid executor: cloud \(one of local, slurm, shell, skypilot\)/);
});

test("work that fails is one line and exit code 1", async () => {
  const path = written("fails.json", { ...recipe, model: { folder: "nowhere" } });
  const { status, stderr } = await lab("train", path, "--out", join(root, "fails"));
  assert.equal(status, 1);
  assert.match(stderr, /palimpsest train: load: invalid model folder: .*nowhere/);
});

test("Ctrl-C finishes the step, saves and exits 0; --resume goes on", async () => {
  const path = written("long.json", { ...recipe, steps: 200000, checkpointEvery: 200000, evaluate: { at: [] } });
  const out = join(root, "long");
  const child = spawn(process.execPath, [main, "train", path, "--out", out], { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += String(data)));
  await new Promise<void>((resolve) => {
    child.stderr.on("data", (data: Buffer) => {
      stderr += String(data);
      if (/^run \d+%/m.test(stderr)) resolve();
    });
  });
  child.kill("SIGINT");
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^stopped after \d+ steps[^]*add --resume to go on\n$/);
  assert.equal(read(out).record.status, "interrupted");
  assert.ok(existsSync(join(out, "model", "model.safetensors")));
});

test("sweep trains the grid", async () => {
  mkdirSync(join(root, "grid"), { recursive: true });
  const path = written("sweep.json", { recipe: { ...recipe, name: "s" }, vary: { seed: [1, 2] } });
  const { status, stdout, stderr } = await lab("sweep", path, "--out", join(root, "grid"), "--json");
  assert.equal(status, 0, stderr);
  const { runs, stopped } = JSON.parse(stdout) as { runs: { name: string; status: string }[]; stopped: boolean };
  assert.equal(stopped, false);
  assert.deepEqual(
    runs.map(({ name, status }) => [name, status]),
    [
      ["s-0", "finished"],
      ["s-1", "finished"],
    ],
  );
});
