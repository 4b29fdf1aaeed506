/** `palimpsest evaluate`: the numbers of transformers on the same windows, and the exit codes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { configOf, init, load, save } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import { adapters, evaluators, saveModules } from "../../src/train/index.js";
import { startedWith } from "../../src/train/run/modules.js";
import type { Weights } from "../../src/types.js";
import { train } from "../../src/vocab/index.js";
import { diagnostics } from "../vocab/support.js";
import { palimpsest, type Ran } from "./palimpsest.js";
import { oracle, pythonHas } from "../python.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-evaluate-"));
after(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);
const evaluate = (...args: string[]): Promise<Ran> =>
  palimpsest(["evaluate", ...args], { ...process.env, PALIMPSEST_CACHE: at("cache") });

before(async () => {
  const texts = diagnostics("fr");
  const tokenizer = await train({ texts, size: 400 });
  const config = configOf({ vocabSize: 400, width: 32, layers: 2, heads: 4, kvHeads: 2, ffn: 48, context: 24 });
  save({ dir: at("model"), model: { config, tokenizer, weights: init({ config, rng: rng(1) }) } });
  writeFileSync(at("fr.txt"), texts.slice(0, 40).join(" "));
  writeFileSync(
    at("two.jsonl"),
    texts
      .slice(40, 60)
      .map((text) => JSON.stringify({ text }) + "\n")
      .join(""),
  );
});

interface Scores {
  evaluations: { domain: string; loss: number; bitsPerByte: number }[];
  measurements: { metric: string; value: number }[];
}

const python = pythonHas("torch", "transformers");

test("one row per text, as transformers scores the same windows", async (t) => {
  const { status, stdout, stderr } = await evaluate(
    at("model"),
    at("fr.txt"),
    at("two.jsonl"),
    "--also",
    "distance",
    "--json",
  );
  assert.equal(status, 0, stderr);
  const { evaluations, measurements } = JSON.parse(stdout) as Scores;
  assert.deepEqual(
    evaluations.map(({ domain }) => domain),
    ["fr.txt", "two.jsonl"],
  );
  assert.equal(measurements.find(({ metric }) => metric === "distance")!.value, 0);
  const told = await evaluate(at("model"), at("fr.txt"));
  assert.match(told.stdout, new RegExp(`fr\\.txt +${evaluations[0]!.loss.toFixed(4)}`));
  if (!python) return t.skip("python3 with torch and transformers is not here");
  const check = join(__dirname, "..", "golden", "evaluate_check.py");
  const theirs = spawnSync("python3", [oracle, check, at("model"), at("fr.txt"), "24"], { encoding: "utf8" });
  assert.equal(theirs.status, 0, theirs.stderr);
  const { loss, bitsPerByte } = JSON.parse(theirs.stdout) as { loss: number; bitsPerByte: number };
  assert.ok(Math.abs(evaluations[0]!.loss - loss) < 1e-5 * loss, `${evaluations[0]!.loss} is not ${loss}`);
  assert.ok(
    Math.abs(evaluations[0]!.bitsPerByte - bitsPerByte) < 1e-6,
    `${evaluations[0]!.bitsPerByte - bitsPerByte} bits per byte`,
  );
});

test("with modules a text goes through those of its domain, and the others through none", async () => {
  const { config } = load(at("model"));
  const made = adapters({ size: 2, domains: ["fr"] });
  const begun = Object.entries(made.of({ config, seed: 1 }).added!).map(([name, { shape, data }]) => [
    name,
    { shape, data: data.map((_, i) => 0.1 * Math.sin(i)) },
  ]);
  saveModules({ dir: at("modules"), modules: startedWith(made, Object.fromEntries(begun) as Weights) });
  const texts = [at("fr.txt"), at("two.jsonl")];
  const [plain, through] = await Promise.all(
    [[], ["--modules", at("modules")]].map((more) => evaluate(at("model"), ...texts, "--json", ...more)),
  );
  const [alone, beside] = [plain!, through!].map(({ stdout }) => JSON.parse(stdout) as Scores & { notes?: string[] });
  assert.deepEqual(
    beside!.evaluations.map(({ domain }) => domain),
    ["fr", "two"],
  );
  assert.notEqual(beside!.evaluations[0]!.loss, alone!.evaluations[0]!.loss);
  assert.equal(beside!.evaluations[1]!.loss, alone!.evaluations[1]!.loss);
  assert.deepEqual(beside!.notes, ["note: two goes through no module: their domains are fr"]);
});

test("tasks are scored with standard errors, in text and JSON", async () => {
  const items = diagnostics("fr")
    .slice(0, 6)
    .map((text) => JSON.stringify({ text, words: text.split(" ").slice(0, 2), right: 0 }) + "\n");
  writeFileSync(at("items.jsonl"), items.join(""));
  const fields =
    "task: words\ndataset_path: json\ndataset_kwargs: {data_files: {test: items.jsonl}}\ntest_split: test\n";
  const asked = 'output_type: multiple_choice\ndoc_to_text: "{{text}}"\ndoc_to_choice: words\ndoc_to_target: right\n';
  writeFileSync(at("words.yaml"), fields + asked);
  const [json, told] = await Promise.all([
    evaluate(at("model"), "--tasks", at("words.yaml"), "--limit", "4", "--json"),
    evaluate(at("model"), "--tasks", at("words.yaml"), "--limit", "4"),
  ]);
  assert.equal(json.status, 0, json.stderr);
  const { scores, items: found } = JSON.parse(json.stdout) as {
    scores: { metric: string; value: number; error: number; items: number }[];
    items: Record<string, unknown[]>;
  };
  assert.deepEqual(
    [scores.map(({ metric }) => metric), found.words!.length],
    [["acc", "acc_norm", "bits_per_byte"], 4],
  );
  const { value, error } = scores[2]!;
  assert.match(told.stdout, new RegExp(`words +bits_per_byte +${value.toFixed(4)} +${error.toFixed(4)} +4`));
  assert.match(told.stdout, /windows of 24 tokens, 1 before each scored, after token \d+/);
});

test("probes are asked by name or with the options of a file, of texts where they read some", async () => {
  const written = [
    { name: "induction", items: 2 },
    { name: "in-context-learning", documents: 3 },
  ];
  writeFileSync(at("probes.json"), JSON.stringify(written));
  const texts = diagnostics("fr")
    .slice(0, 300)
    .join(" ")
    .match(/.{400}/gs)!;
  writeFileSync(at("long.jsonl"), texts.map((text) => JSON.stringify({ text }) + "\n").join(""));
  const { status, stdout, stderr } = await evaluate(at("model"), at("long.jsonl"), "--probes", at("probes.json"));
  assert.equal(status, 0, stderr);
  assert.match(stdout, /induction +gain +-?\d\.\d{4} +\d\.\d{4} +2\n/);
  assert.match(stdout, /in-context-learning +score +long +-?\d\.\d{4} +\d\.\d{4} +3\n/);
});

test("bad arguments are one line and exit code 2", async () => {
  const cases: [string[], RegExp][] = [
    [[at("nowhere"), at("fr.txt")], /no such file or folder: .*nowhere/],
    [[at("model"), at("none.txt")], /no such file or folder: .*none\.txt/],
    [[at("model"), at("fr.txt"), "--context", "0"], /invalid --context: 0/],
    [[at("model")], /give texts, --tasks or --probes/],
    [[at("model"), at("fr.txt"), "--shots", "2"], /--shots is of --tasks/],
    [[at("model"), "--tasks", at("two.jsonl")], /invalid task: .*two\.jsonl/],
    [[at("model"), "--probes", "induction,riddles"], /invalid --probes: riddles \(expected a name, one of .*induction/],
    [
      [at("model"), at("fr.txt"), "--also", "nothing"],
      new RegExp(`invalid --also: nothing \\(one of ${Object.keys(evaluators).join(", ")}\\)`),
    ],
  ];
  for (const [args, line] of cases) {
    const { status, stderr } = await evaluate(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, line);
  }
});
