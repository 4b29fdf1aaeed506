/** Logs that other tools read: byte goldens, what they hold after a run was cut back, and the tools' own reading of them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { environment } from "../../src/environment.js";
import { create, type LogName, logs, type MetricRow, type NewRecord, open, writeLogs } from "../../src/runs/index.js";
import { crc32c, maskedCrc32c } from "../../src/runs/logs/crc32c.js";
import { field, message } from "../../src/runs/logs/protobuf.js";
import { scalars } from "../../src/runs/logs/tensorboard.js";
import { blocks } from "../../src/runs/logs/wandb.js";
import { pythonHas } from "../python.js";

const root = mkdtempSync(join(tmpdir(), "logs-"));
after(() => rmSync(root, { recursive: true }));
const names = Object.keys(logs) as LogName[];

const record: NewRecord = {
  name: "ko 75",
  recipe: { steps: 3, schedule: { peak: 1e-3 } },
  seed: 7,
  engine: { mode: "compiled", device: "cpu", reason: "test", threads: 2 },
  parameters: { total: 100, withoutEmbeddings: 60 },
  labels: { share: 0.25 },
};
const rowsOf = (step: number): MetricRow[] => [
  { step, tokens: step * 8, loss: 3 / step, learningRate: 1e-3, gradientNorm: 1, tokensPerSecond: 4 },
  { step, tokens: step * 8, domain: "ko", loss: 2.5, bitsPerByte: step === 3 ? NaN : 1.25 },
  { step, tokens: step * 8, metric: "accuracy", value: step / 4, domain: "facts" },
];

test("CRC-32C and a scalar are TensorBoard's bytes", () => {
  assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
  assert.equal(maskedCrc32c(Buffer.from("123456789")), 0xc78ab0e5);
  assert.equal(
    scalars(2, 300, [{ name: "loss/ko", value: 2.5 }]).toString("hex"),
    "1e00000000000000d9dc123209000000000000004010ac022a100a0e0a076c6f73732f6b6f15000020401b4e79cf",
  );
});

test("a record of history is W&B's bytes, and long ones go over the border of a block", () => {
  const written: Buffer[] = [];
  const out = blocks((bytes) => void written.push(bytes));
  const item = message(field(2, "loss"), field(16, "2.5"));
  out(message(field(1, 7), field(2, message(field(1, item), field(2, message(field(1, 3)))))));
  assert.equal(
    Buffer.concat(written).toString("hex"),
    "3a572642e1be00dc968b1b160001080712120a0c12046c6f7373820103322e3512020803",
  );
  out(Buffer.alloc(70_000, 1));
  const data = Buffer.concat(written);
  const kinds = [36, 32_768, 65_536].map((at) => data[at + 6]);
  assert.deepEqual(kinds, [2, 3, 4]);
});

test("a run that goes on has logs of its own rows alone, live as written from its folder", () => {
  const dir = join(root, "resumed");
  const first = create({ dir, record, logs: names });
  for (const step of [1, 2, 3]) first.append(rowsOf(step));
  first.close();
  const again = open(dir, { logs: names });
  again.truncateAfter(2);
  again.append(rowsOf(3));
  again.finish();
  const bytes = (): Buffer[] =>
    names.flatMap((name) =>
      readdirSync(join(dir, "logs", name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
    );
  const live = bytes();
  assert.equal(live.length, names.length, "nothing of the first writing is left");
  writeLogs({ dir, names });
  assert.deepEqual(bytes(), live);
});

test("a log that is none is refused before a row is written", () => {
  const run = create({ dir: join(root, "none"), record, logs: ["tensorbord" as LogName] });
  assert.throws(() => run.append(rowsOf(1)), /runs: invalid log: tensorbord \(one of tensorboard, wandb\)/);
  run.close();
});

const tools = pythonHas("tensorboard", "wandb") ? false : "no tensorboard and wandb in Python";
test("tensorboard and wandb read them", { skip: tools }, () => {
  const dir = join(root, "read");
  const run = create({ dir, record, logs: names });
  for (let step = 1; step <= 600; step++) run.append(rowsOf(step));
  run.finish();
  const script = join(__dirname, "../golden/logs_check.py");
  const { stdout, stderr, status } = spawnSync("python3", [script, join(dir, "logs")], {
    encoding: "utf8",
    env: environment({ PYTHONWARNINGS: "ignore" }),
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, stderr);
  const read = JSON.parse(stdout.replaceAll(/\bNaN\b/g, "null")) as {
    scalars: Record<string, [number, number | null][]>;
    kinds: string[];
    history: Record<string, number | null>[];
    run: object;
    exit: number;
  };
  assert.deepEqual(Object.keys(read.scalars).sort(), [
    "ko/bitsPerByte",
    "ko/loss",
    "measured/facts/accuracy",
    "train/gradientNorm",
    "train/learningRate",
    "train/loss",
    "train/tokens",
    "train/tokensPerSecond",
  ]);
  assert.deepEqual(read.scalars["ko/bitsPerByte"]!.slice(0, 4), [
    [1, 1.25],
    [2, 1.25],
    [3, null],
    [4, 1.25],
  ]);
  assert.equal(read.scalars["train/loss"]!.length, 600);
  assert.deepEqual(read.scalars["train/loss"]!.at(-1), [600, Math.fround(3 / 600)]);
  assert.deepEqual(read.kinds, ["header", "run", ...Array<string>(600).fill("history"), "summary", "exit"]);
  assert.equal(read.history[599]!["train/loss"], 3 / 600);
  assert.equal(read.history[599]!["_runtime"], 1200);
  assert.deepEqual(read.run, {
    name: "ko 75",
    project: "palimpsest",
    config: { steps: 3, schedule: { peak: 1e-3 }, share: 0.25, seed: 7 },
  });
  assert.equal(read.exit, 0);
});
