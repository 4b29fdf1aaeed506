/** Folders rewritten row by row are, byte for byte, those that growing and trimming in memory would save. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { knownTables } from "../../src/architecture/index.js";
import { extend, inspect, memoryFor, open, trim } from "../../src/checkpoint/index.js";
import { grow, initialisers, trim as trimModel, type Evidence, type InitialiserName } from "../../src/embed/index.js";
import { configOf, init, load, readSafetensors, save, writeSafetensors } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { Tokenizer } from "../../src/types.js";
import { extend as widen, stringify, train, trim as trimTokenizer } from "../../src/vocab/index.js";
import { typescript } from "../node.js";
import { oracle, pythonHas } from "../python.js";
import { diagnostics } from "../vocab/support.js";
import { contents, embedding, head, makeFolder, writeRaw, type RawTensor } from "./folders.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-folders-"));
after(() => rmSync(root, { recursive: true }));
const at = (...names: string[]): string => join(root, ...names);
let base: Tokenizer;
let wide: Tokenizer;
before(async () => {
  base = await train({ texts: diagnostics("fr"), size: 400 });
  wide = await widen({ base, texts: diagnostics("ko"), newTokens: 60 });
});

/** Files that hold no table keep their bytes, odd padding of the header too; all others are as `save` would write them. */
function agree(from: string, streamed: string, saved: string): void {
  const [was, ours, theirs] = [contents(from), contents(streamed), contents(saved)];
  assert.deepEqual(Object.keys(ours), Object.keys(theirs));
  for (const [name, bytes] of Object.entries(ours)) {
    const isWhole = name.endsWith(".safetensors") && !hasTable(join(from, name));
    assert.ok(bytes === (isWhole ? was : theirs)[name], `${streamed}: ${name}`);
  }
}
const hasTable = (path: string): boolean =>
  Object.keys(readSafetensors(path).weights).some((name) => name === embedding || name === head);

test("extend: stream and memory give the same bytes, tied or not, in every type, in one file or several", async () => {
  for (const tied of [true, false])
    for (const dtype of ["F32", "BF16", "F16"] as const)
      for (const shards of [1, 3]) {
        const name = `${tied ? "tied" : "untied"}-${dtype}-${shards}`;
        makeFolder({ dir: at(name), tokenizer: base, tied, dtype, shards, spaces: 3 });
        const how = { tokenizer: wide, init: "gaussian", padTo: 64, match: "mean" } as const;
        const made = await extend({ base: open({ dir: at(name) }), out: at(`${name}-streamed`), ...how, rng: rng(2) });
        const model = await grow({ base: load(at(name)), ...how, rng: rng(2) });
        assert.deepEqual([made.leftOut, made.report], [save({ dir: at(`${name}-saved`), model }), model.report]);
        agree(at(name), at(`${name}-streamed`), at(`${name}-saved`));
        if (shards > 1)
          assert.ok(
            readdirSync(at(name)).some((file) => file.endsWith(".safetensors") && !hasTable(at(name, file))),
            "one file is copied whole",
          );
      }
});

test("trim: the same, and what it says of parameters", async () => {
  const trimmed = await trimTokenizer({ tokenizer: base, size: 330, texts: diagnostics("fr") });
  for (const tied of [true, false]) {
    const name = `trim-${tied}`;
    makeFolder({ dir: at(name), tokenizer: base, tied, shards: 2 });
    const made = await trim({ base: open({ dir: at(name) }), trimmed, out: at(`${name}-streamed`), padTo: 32 });
    const model = trimModel({ base: load(at(name)), trimmed, padTo: 32 });
    save({ dir: at(`${name}-saved`), model });
    agree(at(name), at(`${name}-streamed`), at(`${name}-saved`));
    assert.deepEqual({ rows: made.rows, before: made.before, after: made.after }, { rows: 352, ...model.report });
  }
});

test("extend: the same for a folder whose names lack their base prefix", async () => {
  makeFolder({ dir: at("bare"), tokenizer: base });
  const file = at("bare", "model.safetensors");
  const { weights, dtypes } = readSafetensors(file);
  const bare = <T>(of: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [name.replace(/^model\./, ""), value]));
  writeSafetensors(file, bare(weights), { dtypes: bare(dtypes) });
  const how = { tokenizer: wide, init: "mean" } as const;
  await extend({ base: open({ dir: at("bare") }), out: at("bare-streamed"), ...how });
  save({ dir: at("bare-saved"), model: await grow({ base: load(at("bare")), ...how }) });
  agree(at("bare"), at("bare-streamed"), at("bare-saved"));
});

test("an encoder's old file, which keeps the tied head and its bias twice: once in what is written, as in memory", async () => {
  const config = configOf({ size: "nano", vocabSize: base.size, architecture: "bert" });
  const weights = init({ config, rng: rng(1) });
  const [table, bias] = ["bert.embeddings.word_embeddings.weight", "cls.predictions.bias"] as const;
  weights[bias]!.data.forEach((_, i, data) => (data[i] = i));
  const store = (own: object): void => {
    save({ dir: at("bert"), model: { config, weights, tokenizer: base } });
    const copies = {
      "cls.predictions.decoder.weight": weights[table]!,
      "cls.predictions.decoder.bias": weights[bias]!,
    };
    writeSafetensors(at("bert", "model.safetensors"), { ...weights, ...copies, ...own });
  };
  store({});
  const trimmed = await trimTokenizer({ tokenizer: base, size: 330, texts: diagnostics("fr") });
  await extend({ base: open({ dir: at("bert") }), out: at("bert-streamed"), tokenizer: wide, init: "mean" });
  save({ dir: at("bert-saved"), model: await grow({ base: load(at("bert")), tokenizer: wide, init: "mean" }) });
  assert.deepEqual(contents(at("bert-streamed")), contents(at("bert-saved")));
  await trim({ base: open({ dir: at("bert") }), out: at("bert-small"), trimmed });
  save({ dir: at("bert-trimmed"), model: trimModel({ base: load(at("bert")), trimmed }) });
  assert.deepEqual(contents(at("bert-small")), contents(at("bert-trimmed")));
  // A head of its own keeps a bias of its own, as `transformers` then reads it.
  const [decoder, own] = [
    "cls.predictions.decoder",
    { shape: [...weights[table]!.shape], data: weights[table]!.data.map((value) => -value) },
  ] as const;
  store({ [`${decoder}.weight`]: own });
  await extend({ base: open({ dir: at("bert") }), out: at("bert-own"), tokenizer: wide, init: "mean" });
  const grown = readSafetensors(at("bert-own", "model.safetensors")).weights;
  assert.deepEqual(grown[`${decoder}.bias`], grown[bias]);
  assert.equal(grown[`${decoder}.bias`]!.data.length, wide.size);
  store({ [`${decoder}.bias`]: { shape: [base.size], data: new Float32Array(base.size) } });
  for (const read of [() => load(at("bert")), () => open({ dir: at("bert") })])
    assert.throws(
      read,
      /^Error: load: invalid weights: \S+ \(cls\.predictions\.decoder\.bias differs from cls\.predictions\.bias, which it is a copy of; keep one of them\)$/,
    );
});

test("every initialiser reads the stored table as it reads the one in memory", async () => {
  makeFolder({ dir: at("all"), tokenizer: base, tied: false, dtype: "BF16" });
  const model = load(at("all"));
  const random = rng(5);
  const vectors = (rows: number) => ({
    shape: [rows, 6],
    data: Float32Array.from({ length: rows * 6 }, () => random.normal()),
  });
  const words = ["le", "la", "type", "한국어", "형식"];
  const space = { words, counts: words.map(() => 1), vectors: vectors(words.length) };
  const documents = (await wide.encodeBatch(diagnostics("ko").slice(0, 40))).filter(({ length }) => length > 0);
  const evidence: Required<Evidence> = {
    tokenVectors: vectors(wide.size),
    words: { base: space, target: space },
    dictionary: [],
    helper: { table: vectors(wide.size), tokenizer: wide },
    alignment: [[wide.size - 1, 300, 2]],
    documents,
    spellings: new Map([[wide.size - 2, [{ ids: [270, 300, 301], count: 3 }]]]),
  };
  for (const init of Object.keys(initialisers) as InitialiserName[]) {
    const how = { tokenizer: wide, init, evidence };
    const { held } = await extend({ base: open({ dir: at("all") }), out: at(init), ...how, rng: rng(1) });
    assert.equal(held > 0, "copies" in initialisers[init], init);
    save({ dir: at("memory"), model: await grow({ base: model, ...how, rng: rng(1) }) });
    const [ours, theirs] = [at(init), at("memory")].map((dir) => readFileSync(join(dir, "model.safetensors")));
    assert.ok(ours!.equals(theirs!), init);
  }
});

test("a stored head that is the table again is written no longer; one that differs is its own, and config.json says so", async () => {
  makeFolder({ dir: at("twice"), tokenizer: base, change: (weights) => (weights[head] = weights[embedding]!) });
  const says = (dir: string): { tie_word_embeddings: boolean } =>
    JSON.parse(readFileSync(at(dir, "config.json"), "utf8")) as { tie_word_embeddings: boolean };
  const claim = (dir: string): void =>
    writeFileSync(at(dir, "config.json"), JSON.stringify({ ...says(dir), tie_word_embeddings: true }));
  claim("twice");
  await extend({ base: open({ dir: at("twice") }), out: at("once"), tokenizer: wide, init: "mean" });
  assert.deepEqual(Object.hasOwn(readSafetensors(at("once", "model.safetensors")).weights, head), false);
  makeFolder({ dir: at("own"), tokenizer: base });
  claim("own");
  await extend({ base: open({ dir: at("own") }), out: at("owned"), tokenizer: wide, init: "mean" });
  assert.equal(says("owned").tie_word_embeddings, false);
  assert.equal(load(at("owned")).config.tied, false);
});

const width = 8;
/** An architecture that is not computed here, with types that are not either. */
function strangeFolder(dir: string, rows: number): Record<string, RawTensor> {
  makeFolder({ dir, tokenizer: base, padding: 0 });
  const random = rng(9);
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => random.int(120));
  const tensors: Record<string, RawTensor> = {
    "model.experts.packed": { dtype: "U8", shape: [3, 5], bytes: bytes(15) },
    [embedding]: { dtype: "BF16", shape: [rows, width], bytes: bytes(rows * width * 2) },
    "model.experts.scale": { dtype: "F8_E4M3", shape: [7], bytes: bytes(7) },
    "model.positions": { dtype: "I64", shape: [4], bytes: bytes(32) },
    "model.pairs": { dtype: "F4", shape: [6], bytes: bytes(3) },
    [head]: { dtype: "BF16", shape: [rows, width], bytes: bytes(rows * width * 2) },
    "lm_head.bias": {
      dtype: "F32",
      shape: [rows],
      bytes: new Uint8Array(Float32Array.from(base.json ? Array<number>(rows).fill(3) : []).buffer),
    },
  };
  writeRaw(join(dir, "model.safetensors"), tensors);
  const config = { model_type: "strange", vocab_size: rows, hidden_size: width, quantization: { bits: 4 } };
  writeFileSync(join(dir, "config.json"), JSON.stringify(config));
  return tensors;
}

test("any architecture: tensors of other types are copied, the head's bias grows by its mean, inspect says what is there", async () => {
  const rows = base.size;
  const tensors = strangeFolder(at("strange"), rows);
  await extend({ base: open({ dir: at("strange") }), out: at("stranger"), tokenizer: wide, init: "subword-mean" });
  const widened = open({ dir: at("stranger") });
  const file = readFileSync(at("stranger", "model.safetensors"));
  const { entries, start } = widened.headers["model.safetensors"]!;
  for (const { name, dtype, shape, begin, end } of entries) {
    const was = tensors[name]!;
    const grew = name === embedding || name === head || name === "lm_head.bias";
    assert.deepEqual([dtype, shape], [was.dtype, grew ? [wide.size, ...was.shape.slice(1)] : was.shape], name);
    const bytes = file.subarray(start + begin, start + end);
    assert.ok(bytes.subarray(0, was.bytes.length).equals(was.bytes), name);
    if (name === "lm_head.bias") assert.equal(bytes.readFloatLE(bytes.length - 4), 3);
  }
  assert.deepEqual(JSON.parse(readFileSync(at("stranger", "config.json"), "utf8")), {
    ...{ model_type: "strange", vocab_size: wide.size, hidden_size: width, quantization: { bits: 4 } },
  });
  const found = inspect({ base: widened, against: base });
  assert.deepEqual(found.dtypes, ["BF16", "F32", "F4", "F8_E4M3", "I64", "U8"]);
  assert.deepEqual(
    found.lengths.map(({ of, rows }) => [of, rows]),
    [
      ["tokens", base.size],
      ["new", wide.size - base.size],
      ["tokens", base.size],
      ["new", wide.size - base.size],
    ],
  );
});

test("tables are found by the names that any kind of model gives them", async () => {
  const rows = base.size;
  const bytes = (numbers: number): Uint8Array =>
    new Uint8Array(Float32Array.from({ length: numbers }, (_, i) => i).buffer);
  for (const [n, names] of knownTables().entries()) {
    const dir = at(`named-${n}`);
    makeFolder({ dir, tokenizer: base, padding: 0 });
    writeFileSync(join(dir, "config.json"), JSON.stringify({ model_type: "strange", vocab_size: rows }));
    const tensors = [names.embedding, names.head].flatMap((name) => (name === undefined ? [] : [name]));
    const table = { dtype: "F32", shape: [rows, width], bytes: bytes(rows * width) };
    writeRaw(join(dir, "model.safetensors"), Object.fromEntries(tensors.map((name) => [name, table])));
    await extend({ base: open({ dir }), out: `${dir}-wide`, tokenizer: wide, init: "mean" });
    const { input, output } = open({ dir: `${dir}-wide` });
    assert.deepEqual([input.name, output?.name], [names.embedding, names.head]);
    for (const one of [input, output]) if (one) assert.deepEqual(one.shape, [wide.size, width]);
  }
});

const skip = pythonHas("torch", "safetensors") ? false : "python3 with torch and safetensors is not here";
test("Python reads the folder's file, other types too", { skip }, async () => {
  strangeFolder(at("for-python"), base.size);
  await extend({ base: open({ dir: at("for-python") }), out: at("read"), tokenizer: wide, init: "mean" });
  const code = `
import sys
from safetensors import safe_open
with safe_open(sys.argv[1], "pt") as f:
    print(*sorted(f"{k}:{f.get_slice(k).get_dtype()}:{f.get_slice(k).get_shape()}" for k in f.keys() if k != "model.pairs"))`;
  const { stdout, stderr } = spawnSync("python3", [oracle, "-c", code, at("read", "model.safetensors")], {
    encoding: "utf8",
  });
  assert.match(stdout, new RegExp(`lm_head.bias:F32:\\[${wide.size}\\] `), stderr);
});

test("killed at any file, the folder is no model; run again, the bytes are those of a run that was not killed", async () => {
  makeFolder({ dir: at("long"), tokenizer: base, shards: 4 });
  writeFileSync(at("wide.json"), stringify(wide));
  await extend({ base: open({ dir: at("long") }), out: at("whole"), tokenizer: wide, init: "mean" });
  const out = at("killed");
  for (let file = 0; file < 4; file++) {
    const child = [join(__dirname, "killed.ts"), at("long"), at("wide.json"), out, String(file)];
    assert.equal(spawnSync(process.execPath, [...typescript, ...child], { stdio: "inherit" }).signal, "SIGKILL");
    assert.deepEqual(
      readdirSync(out).filter((name) => !name.startsWith(".")),
      [],
    );
  }
  await extend({ base: open({ dir: at("long") }), out, tokenizer: wide, init: "mean" });
  assert.deepEqual(contents(out), contents(at("whole")), "and nothing of the killed ones is left");
});

test("stopped, it leaves nothing", async () => {
  makeFolder({ dir: at("stopped-base"), tokenizer: base, shards: 4 });
  const controller = new AbortController();
  const onProgress = ({ label, done }: { label: string; done: number }): void => {
    if (label === "writing" && done === 2) controller.abort(new Error("enough"));
  };
  const options = { out: at("stopped"), tokenizer: wide, init: "mean", signal: controller.signal, onProgress } as const;
  await assert.rejects(extend({ base: open({ dir: at("stopped-base") }), ...options }), /^Error: enough$/);
  assert.ok(existsSync(at("stopped")));
  assert.deepEqual(readdirSync(at("stopped")), []);
});

test("what holds the table in memory is refused where that is not free, in one line that says how much it needs", () => {
  const { multivariate, "subword-mean": mean } = initialisers;
  const options = { caller: "checkpoint.extend", shape: [128256, 4096], free: 3e9 };
  assert.equal(memoryFor({ ...options, init: "subword-mean", initialiser: mean }), 0);
  assert.throws(
    () => memoryFor({ ...options, init: "multivariate", initialiser: multivariate }),
    /^Error: checkpoint\.extend: invalid init: multivariate \(it holds 4\.2 GB of the table in memory, 3\.0 GB are free; [^\n]*\)$/,
  );
  assert.equal(memoryFor({ ...options, free: 5e9, init: "multivariate", initialiser: multivariate }), 4202692608);
});
