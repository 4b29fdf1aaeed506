/** `palimpsest checkpoint` on folders of models: what is written, what is printed, and the exit codes. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { mergeVerb } from "../../src/cli/merge.js";
import { BadArguments } from "../../src/cli/work.js";
import { configOf, init, load, readAdapter, save, saveAdapter } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import { extend, stringify, train } from "../../src/vocab/index.js";
import { ggufBytes, tinyQuantised } from "../model/gguf-file.js";
import { diagnostics } from "../vocab/support.js";
import { palimpsest, palimpsests, type Ran } from "./palimpsest.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-checkpoint-"));
after(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);

const checkpoint = (...args: string[]): Promise<Ran> => palimpsest(["checkpoint", ...args]);

before(async () => {
  const base = await train({ texts: diagnostics("fr"), size: 500 });
  const wide = await extend({ base, texts: diagnostics("ko"), newTokens: 100 });
  const config = configOf({
    vocabSize: 512,
    width: 16,
    layers: 1,
    heads: 2,
    kvHeads: 1,
    ffn: 24,
    context: 16,
    tied: false,
  });
  save({ dir: at("model"), model: { config, weights: init({ config, rng: rng(1) }), tokenizer: base } });
  writeFileSync(at("wide.json"), stringify(wide));
});

test("extend writes a folder that loads, with old rows bit for bit; inspect tells its new rows from old ones", async () => {
  const args = ["extend", at("model"), "--tokenizer", at("wide.json"), "--pad-to", "64", "--json"];
  const ran = await checkpoint(...args, "--init", "gaussian", "--seed", "3", "--out", at("wide"));
  assert.equal(ran.status, 0, ran.stderr);
  const out = JSON.parse(ran.stdout) as Record<string, unknown>;
  assert.deepEqual(
    [out["rows"], out["new"], out["copied"], out["padding"], out["init"], out["seed"]],
    [640, 100, 500, 40, "gaussian", 3],
  );
  const [base, model] = [load(at("model")), load(at("wide"))];
  assert.equal(model.config.vocabSize, 640);
  for (const name of ["model.embed_tokens.weight", "lm_head.weight"])
    assert.deepEqual(model.weights[name]!.data.subarray(0, 500 * 16), base.weights[name]!.data.subarray(0, 500 * 16));
  const again = await checkpoint(...args, "--init", "gaussian", "--seed", "3", "--out", at("again"));
  assert.equal(again.status, 0);
  const bytes = (dir: string): Buffer => readFileSync(join(at(dir), "model.safetensors"));
  assert.deepEqual(bytes("again"), bytes("wide"), "the same seed gives the same bytes");

  const looked = await checkpoint("inspect", at("wide"), "--base", at("model"), "--json");
  assert.equal(looked.status, 0, looked.stderr);
  const found = JSON.parse(looked.stdout) as {
    parameters: { total: number; withoutEmbeddings: number };
    dtypes: string[];
    rows: number;
    tokens: number;
    padding: number;
    endOfText: string;
    lengths: { table: string; of: string; rows: number; least: number; greatest: number }[];
  };
  assert.deepEqual([found.rows, found.tokens, found.padding, found.dtypes], [640, 600, 40, ["F32"]]);
  assert.equal(found.parameters.total - found.parameters.withoutEmbeddings, 2 * 640 * 16);
  assert.equal(found.endOfText, "<|endoftext|>");
  const head = found.lengths.filter(({ table }) => table === "lm_head.weight");
  assert.deepEqual(
    head.map(({ of, rows }) => [of, rows]),
    [
      ["tokens", 500],
      ["new", 100],
      ["padding", 40],
    ],
  );
  assert.ok(head.every(({ least, greatest }) => least > 0 && greatest < 1));
  const padding = head.at(-1)!;
  assert.equal(padding.least, padding.greatest, "all padding is the mean");
});

test("as text: one paragraph of facts and the lengths of rows", async () => {
  const grown = await checkpoint(
    "extend",
    at("model"),
    "--tokenizer",
    at("wide.json"),
    "--init",
    "eeve",
    "--out",
    at("eeve"),
  );
  assert.equal(grown.status, 0, grown.stderr);
  assert.match(
    grown.stdout,
    /^600 rows: 500 kept, 100 new by eeve, 0 padding\n {2}lm_head\.weight: \d+ by the fallback: its first piece/,
  );
  const looked = await checkpoint("inspect", at("model"));
  assert.match(looked.stdout, /1 layers of width 16, 2 heads \(1 for keys and values\)/);
  assert.match(looked.stdout, /\n {2}512 rows: 500 tokens, 12 padding; documents end with "<\|endoftext\|>"\n/);
  assert.match(looked.stdout, /model\.embed_tokens\.weight +padding +12 /);
});

test("a GGUF file is looked into and widened as a folder is, and what it was rounded to stays said", async () => {
  mkdirSync(at("gguf"));
  writeFileSync(at("gguf/tiny.gguf"), ggufBytes(tinyQuantised()));
  const looked = await checkpoint("inspect", at("gguf/tiny.gguf"));
  assert.equal(looked.status, 0, looked.stderr);
  const said = /\n {2}the weights were rounded to Q8_0 \(1 tensor\); training continues from the rounded ones\n/;
  assert.match(looked.stdout, said);
  const wide = await extend({ base: load(at("gguf/tiny.gguf")).tokenizer, texts: diagnostics("ko"), newTokens: 20 });
  writeFileSync(at("tiny-wide.json"), stringify(wide));
  const ran = await checkpoint(
    "extend",
    at("gguf/tiny.gguf"),
    "--tokenizer",
    at("tiny-wide.json"),
    "--out",
    at("tiny-wide"),
  );
  assert.equal(ran.status, 0, ran.stderr);
  const model = load(at("tiny-wide"));
  assert.deepEqual([model.config.vocabSize, model.tokenizer.size, model.tokenizer.endOfText], [278, 278, 257]);
  assert.match((await checkpoint("inspect", at("tiny-wide"))).stdout, said);
});

test("what cannot be meant is exit code 2, what fails is 1, each in one line, and nothing is left behind", () => {
  const wide = ["extend", at("model"), "--tokenizer", at("wide.json"), "--out", at("none")];
  const cases: [number, RegExp, string[]][] = [
    [2, /invalid --init: zero; one of random, mean, /, [...wide, "--init", "zero"]],
    [2, /invalid --init: align; it needs --texts/, [...wide, "--init", "align"]],
    [2, /invalid --init: wechsel; it needs --vectors/, [...wide, "--init", "wechsel", "--texts", at("wide.json")]],
    [2, /invalid --helper: mean does not use it/, [...wide, "--init", "mean", "--helper", at("model")]],
    [2, /invalid --order: none; one of /, ["trim", at("model"), "--order", "none", "--out", at("none")]],
    [2, /the order leaf-frequency needs text files/, ["trim", at("model"), "--size", "400", "--out", at("none")]],
    [
      2,
      /invalid --tokenizer: it says what stays/,
      ["trim", at("model"), "--tokenizer", at("wide.json"), "--size", "400", "--out", at("none")],
    ],
    [
      1,
      /trim: invalid tokenizer: the model has no "/,
      ["trim", at("model"), "--tokenizer", at("wide.json"), "--out", at("none")],
    ],
    [1, /invalid endOfText: "<\|none\|>"|no token "<\|none\|>"|<\|none\|>/, [...wide, "--end-of-text", "<|none|>"]],
    [2, /invalid --seed: x; a whole number, at least 0/, [...wide, "--seed", "x"]],
    [2, /invalid --pad-to: 0; a whole number, at least 1/, [...wide, "--pad-to", "0"]],
    [2, /invalid --match: max; mean or median/, [...wide, "--match", "max"]],
    [2, /no such folder: /, ["inspect", at("nothing")]],
    [
      2,
      /invalid --tokenizer: .*; no such file/,
      ["extend", at("model"), "--tokenizer", at("no.json"), "--out", at("none")],
    ],
    [2, /invalid --out: .* already holds a model/, [...wide.slice(0, 4), "--out", at("model")]],
    [1, /grow: invalid tokenizer: "[^"]+" has id \d+ in the base/, ["extend", at("wide-first"), ...wide.slice(2)]],
    [1, /load: invalid model folder: .* \(it has no config\.json\)/, ["inspect", at("empty")]],
  ];
  mkdirSync(at("empty"));
  // A model whose tokenizer is another one than the wide tokenizer's base.
  const model = load(at("model"));
  const json = JSON.parse(stringify(model.tokenizer)) as { model: { vocab: Record<string, number> } };
  const { vocab } = json.model;
  [vocab["a"], vocab["b"]] = [vocab["b"]!, vocab["a"]!];
  save({ dir: at("wide-first"), model });
  writeFileSync(join(at("wide-first"), "tokenizer.json"), JSON.stringify(json));
  const ran = palimpsests(cases.map(([, , args]) => ["checkpoint", ...args]));
  for (const [i, [status, pattern, args]] of cases.entries()) {
    const { status: code, stderr } = ran[i]!;
    assert.equal(code, status, `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, pattern);
    assert.match(stderr, /^palimpsest checkpoint [^\n]*\n$/);
  }
  assert.ok(!existsSync(at("none")));
});

test("merge: by a method and its options, and what is refused", async () => {
  const model = load(at("model"));
  for (const { data } of Object.values(model.weights)) data.forEach((value, i) => (data[i] = -3 * value));
  save({ dir: at("moved"), model });
  const [one, two] = [at("model"), at("moved")];
  const { weights } = load(one);
  const task = ["--base", one, "--method", "task-arithmetic", "--scale", "0.25"];
  const ran = await checkpoint("merge", two, ...task, "--dtype", "BF16", "--out", at("half"));
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /^wrote \S+half\n$/);
  assert.match(
    ran.stderr,
    /^1 model from a base by task-arithmetic, scale 0\.25, normalize false\n {2}9 matrices merged, and 3 gains/,
  );
  const isTable = (name: string): boolean => /embed_tokens|lm_head/.test(name);
  // Rows without a token stay the base's.
  for (const [name, { data }] of Object.entries(load(at("half")).weights))
    assert.ok(
      data.subarray(0, isTable(name) ? 500 * 16 : data.length).every((value) => value === 0),
      name,
    );
  const options = { method: "linear", seed: "0", out: at("none") };
  const merge = (dirs: string[], more: object) =>
    mergeVerb(dirs, { ...options, ...more }, { signal: new AbortController().signal });
  const made = await merge([one, two], { weights: "1,3", normalize: "yes", out: at("mean") });
  assert.deepEqual(made.json, {
    ...{ out: at("mean"), method: "linear", weights: [1, 3], normalize: true, seed: 0, leftOut: {} },
    plan: {
      ...{ like: one, dropped: {}, tied: false, untied: [] },
      ...{ tensors: { matrices: 9, vectors: 3, kept: 0 }, rows: { merged: 500, kept: 0, padding: 12 } },
    },
  });
  for (const [name, { data }] of Object.entries(load(at("mean")).weights))
    if (!isTable(name))
      data.forEach((value, i) => assert.ok(Math.abs(value + 2 * weights[name]!.data[i]!) < 1e-6, name));
  const cases: [RegExp, string[], object][] = [
    [/invalid --method: mean; one of linear \(the weighted mean/, [one, two], { method: "mean" }],
    [/invalid --method: slerp; it needs --t/, [one, two], { method: "slerp" }],
    [/invalid --method: ties; it needs --base/, [one, two], { method: "ties" }],
    [
      /chat-vector; it needs --base, the adapted model; MODELS are the chat model and the model that it was tuned from$/,
      [one, two],
      { method: "chat-vector" },
    ],
    [/invalid --density: linear does not use it/, [one, two], { density: "1" }],
    [/slerp: invalid t: 2 \(a number from 0 to 1\)/, [one, two], { method: "slerp", t: "2" }],
    [/invalid --weights: 1,; numbers with commas between/, [one, two], { weights: "1," }],
    [/invalid --normalize: 1; yes or no/, [one, two], { normalize: "1" }],
    [/invalid --dtype: F64; one of F32, F16, BF16/, [one, two], { dtype: "F64" }],
    [/no such folder: /, [one, at("nothing")], {}],
    [/^Error: checkpoint\.merge: invalid weights: 2 \(one for each of 1 models\)/, [one], { weights: "1,2" }],
  ];
  for (const [message, dirs, more] of cases)
    await assert.rejects(
      merge(dirs, more),
      (error: Error) =>
        message.test(`${error}`) && error instanceof BadArguments === !message.source.startsWith("^Error: checkpoint"),
      `${message}`,
    );
  assert.ok(!existsSync(at("none")));
});

test("merge: by a configuration, which is told before it is done, and what is refused", async () => {
  const [one, two] = [at("model"), at("moved")];
  const config = (text: string): string => {
    writeFileSync(at("merge.yml"), text);
    return at("merge.yml");
  };
  const run = (text: string, more: object = {}) =>
    mergeVerb([config(text)], { seed: "0", ...more }, { signal: new AbortController().signal });
  const slerp = `merge_method: slerp
base_model: ${one}
models:
  - model: ${two}
parameters:
  t: [{ filter: norm, value: 1 }, { value: 0.25 }]
dtype: bfloat16
`;
  const told = await run(slerp, { dryRun: true });
  assert.match(
    told.text!,
    /^2 models by slerp, .*\n {2}9 matrices merged, and 3 gains of norms and biases.*\n {2}rows: 500 of/,
  );
  const made = await run(slerp, { out: at("configured") });
  assert.equal(made.text, `wrote ${at("configured")}`);
  const { weights } = load(at("configured"));
  const [first, second] = [load(one).weights, load(two).weights];
  const up = Object.keys(first).find((name) => name.includes("up_proj"))!;
  // The other model is -3 times this one, so both are on one line.
  weights[up]!.data.forEach((value, i) =>
    assert.ok(Math.abs(value) <= 0.01 * Math.abs(first[up]!.data[i]!), `${value}`),
  );
  const gain = Object.keys(first).find((name) => name.includes("input_layernorm"))!;
  assert.deepEqual(weights[gain]!.data, second[gain]!.data);
  const cases: [RegExp, string, object][] = [
    [/invalid configuration: \S+merge\.yml \(/, "merge_method: [", { dryRun: true }],
    [/invalid configuration: modules \(it is not read here\)/, "merge_method: linear\nmodules: {}", { dryRun: true }],
    [
      /invalid model: org\/name; no such folder; fetch it/,
      "merge_method: passthrough\nmodels: [{ model: org/name }]",
      { dryRun: true },
    ],
    [/invalid --method: the configuration says that/, slerp, { method: "linear", dryRun: true }],
    [/invalid --out: none; a folder to write, or --dry-run/, slerp, {}],
  ];
  for (const [message, text, more] of cases)
    await assert.rejects(
      run(text, more),
      (error: Error) => error instanceof BadArguments && message.test(error.message),
      `${message}`,
    );
});

test("merge: adapters are added up, by weights and to a rank", async () => {
  const base = at("model");
  const { config } = load(base);
  const name = "model.layers.0.self_attn.q_proj.weight";
  const [out, width] = load(base).weights[name]!.shape as [number, number];
  const list = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => (i % 7) - 3);
  for (const [n, rank] of [2, 3].entries()) {
    const update = {
      a: { shape: [rank, width], data: list(rank * width) },
      b: { shape: [out, rank], data: list(out * rank) },
      scale: 1,
    };
    saveAdapter({ dir: at(`lora-${n}`), config, adapter: { updates: { [name]: update }, rows: {} } });
  }
  const run = (more: object, dirs = ["lora-0", "lora-1"]) =>
    mergeVerb(
      dirs.map((dir) => at(dir)),
      { seed: "0", base, ...more },
      { signal: new AbortController().signal },
    );
  const made = await run({ weights: "1,0.5", out: at("lora-both") });
  assert.equal(made.text, `2 adapters in one: 1 updates of rank 5\nwrote ${at("lora-both")}`);
  assert.deepEqual(readAdapter({ dir: at("lora-both"), config }).updates[name]!.a.shape, [5, width]);
  assert.match((await run({ rank: "2", out: at("lora-two") })).text!, /of rank 2\n/);
  const cases: [RegExp, object, string[]?][] = [
    [/invalid --method: adapters are added, by --weights and --rank/, { method: "ties", out: at("none") }],
    [/invalid argument: \S+model; it has no adapter_config\.json/, { out: at("none") }, ["lora-0", "model"]],
    [/mergeAdapters: invalid weights: 1,NaN /, { weights: "1,x", out: at("none") }],
    [/invalid --out: \S+lora-both already holds an adapter/, { out: at("lora-both") }],
    [/invalid --rank: it is for adapters/, { rank: "2", out: at("none") }, ["model"]],
  ];
  for (const [message, more, dirs] of cases)
    await assert.rejects(
      run(more, dirs),
      (error: Error) => error instanceof BadArguments && message.test(error.message),
      `${message}`,
    );
});

test("trim by texts, and by the tokenizer that it wrote, give the same folder", async () => {
  writeFileSync(at("fr.txt"), diagnostics("fr").join("\n"));
  const text = await checkpoint("trim", at("model"), at("fr.txt"), "--size", "400", "--out", at("small"));
  assert.equal(text.status, 0, text.stderr);
  assert.match(text.stdout, /^400 rows of 512: [\d,]+ parameters became [\d,]+\nwrote /);
  const tokenizer = ["--tokenizer", join(at("small"), "tokenizer.json")];
  const named = await checkpoint("trim", at("model"), ...tokenizer, "--out", at("small-too"), "--json");
  assert.equal(named.status, 0, named.stderr);
  const told = JSON.parse(named.stdout) as {
    rows: number;
    before: { embedding: number };
    after: { embedding: number };
  };
  assert.deepEqual([told.rows, told.before.embedding, told.after.embedding], [400, 2 * 512 * 16, 2 * 400 * 16]);
  for (const file of ["model.safetensors", "config.json", "tokenizer.json"])
    assert.deepEqual(readFileSync(join(at("small"), file)), readFileSync(join(at("small-too"), file)), file);
});

test("extend ends documents with the token that --end-of-text names", async () => {
  const args = ["extend", at("model"), "--tokenizer", at("wide.json"), "--init", "mean"];
  const ran = await checkpoint(...args, "--end-of-text", "<|endoftext|>", "--out", at("ended"));
  assert.equal(ran.status, 0, ran.stderr);
});
