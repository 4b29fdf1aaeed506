/** LoRA, rsLoRA, DoRA, LoRA+ and soft prompts against PEFT: the same losses and gradients, and folders that it loads to the same logits. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type LinearLayer, linearLayers } from "../../src/architecture/index.js";
import { prune } from "../../src/engine/graph.js";
import { trace } from "../../src/engine/trace.js";
import { configOf, forward, load, logits, readAdapter, save, withAdapter } from "../../src/model/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import type { ModelConfig, Progress, Weights } from "../../src/types.js";
import { palimpsest } from "../cli/palimpsest.js";
import { engineOn } from "../engine/support.js";
import { cases, type Golden, peft, probe, trained, type Trained } from "../golden/lora/cases.js";
import { pythonHas } from "../python.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "lora", "low_rank.json"), "utf8")) as Golden;

const near = (ours: readonly number[], theirs: readonly number[], what: string): void => {
  assert.equal(ours.length, theirs.length, what);
  const apart = Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!)));
  assert.ok(apart < 1e-4, `${what}: up to ${apart} apart`);
};

function logitsOf(config: ModelConfig, weights: Weights, leaves?: train.Leaves): number[] {
  return tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
    );
    const params = leaves?.weights?.(tensors) ?? tensors;
    const hidden = forward(config, params, tf.tensor2d([probe], undefined, "int32"));
    return [...(logits(config, params, hidden).dataSync() as Float32Array)];
  });
}

function compare(name: string, ours: Trained, theirs: Golden[string]): void {
  near(ours.losses, theirs.losses, `${name}: losses`);
  near(ours.norms, theirs.norms, `${name}: gradient norms`);
  assert.equal(ours.trained, theirs.trained, `${name}: numbers that are trained`);
  const { config } = cases[name]!;
  const { leaves, after } = ours;
  const now = leaves.beside ? logitsOf(config, after, leaves) : logitsOf(config, leaves.merged!(after));
  near(now, theirs.logits, `${name}: logits`);
}

const made: Record<string, Trained> = {};
for (const name of Object.keys(cases))
  test(`${name}: five updates are PEFT's, what is frozen keeps every bit, and the folder read back is the merged model`, async () => {
    await tf.setBackend("cpu");
    const ours = (made[name] = await trained({ name, engine: await engineOn("cpu"), dir: root }));
    compare(name, ours, golden[name]!);
    const { config } = cases[name]!;
    const { before, after, leaves } = ours;
    for (const [tensor, { data, shape }] of Object.entries(before)) {
      const rows = leaves.rows[tensor];
      const width = shape.at(-1)!;
      data.forEach((value, i) => {
        if (!rows?.includes(Math.floor(i / width))) assert.ok(Object.is(value, after[tensor]!.data[i]), tensor);
      });
      for (const id of rows ?? [])
        assert.notDeepEqual(
          after[tensor]!.data.slice(id * width, (id + 1) * width),
          data.slice(id * width, (id + 1) * width),
        );
    }
    for (const tensor of Object.keys(leaves.added!))
      assert.notDeepEqual(after[tensor]!.data, leaves.added![tensor]!.data, tensor);
    // A prompt is part of no weight.
    if (leaves.beside) return;
    const adapter = readAdapter({ dir: join(root, name, "end"), config });
    const base = { config, weights: before, tokenizer: undefined as never };
    const merged = leaves.merged!(after);
    sameWeights(withAdapter(base, adapter).weights, merged);
  });

test("live", { skip: pythonHas("torch", "transformers", "peft") ? false : "python3 with peft is not here" }, () => {
  const live = peft(root);
  for (const [name, theirs] of Object.entries(live.cases)) compare(name, made[name]!, theirs);
  // One that PEFT made, with ranks and alphas by module and a head of its own.
  const [, name] = Object.keys(cases) as [string, string];
  const { config } = cases[name]!;
  const adapter = readAdapter({ dir: join(root, name, "theirs"), config });
  const base = { config, weights: made[name]!.before, tokenizer: undefined as never };
  near(logitsOf(config, withAdapter(base, adapter).weights), live.theirs, "PEFT's own adapter");
});

const options = {
  on: { old: language("old"), new: language("new") },
  mixture: fixed({ old: 0.5, new: 0.5 }),
  schedule: train.constant({ peak: 1e-2 }),
  newRows: { from: 280 },
  steps: 3,
  batch: 2,
  evaluateAt: [],
};
const table = "model.embed_tokens.weight";

test("a run trains the rows that it knows as new beside the updates, says so, and leaves an adapter of its start", async () => {
  const model = await tinyModel();
  const dir = join(root, "run");
  const lines: string[] = [];
  const onProgress = ({ label, notice }: Progress): void => void (notice && lines.push(label));
  const newRows = Array.from({ length: 10 }, (_, i) => 280 + i);
  const run = await train.continue(model, {
    ...options,
    newRows,
    parameters: train.dora({ rank: 2 }),
    dir,
    onProgress,
  });
  assert.deepEqual((run.record.recipe as { parameters: { newRows: object } }).parameters.newRows, { from: 280 });
  const said = "trained: low-rank updates of 7 matrices and 10 rows of the table";
  assert.ok(lines.includes(said), lines.join());
  assert.equal(run.record.notes!.trained, said);
  const { width, ffn } = model.config;
  const matrices = 2 * (width + width) + 2 * (width + width / 2) + 3 * (width + ffn);
  const lengths = 3 * width + 2 * (width / 2) + 2 * ffn;
  assert.equal(run.record.parameters.trained, 2 * matrices + lengths + 10 * width);
  const { shape, data } = model.weights[table]!;
  const after = run.model.weights[table]!.data;
  for (let id = 0; id < shape[0]!; id++) {
    const [from, to] = [id * shape[1]!, (id + 1) * shape[1]!];
    assert.equal(Buffer.compare(bytes(data, from, to), bytes(after, from, to)) === 0, id < 280, `row ${id}`);
  }
  assert.deepEqual(run.model.weights["model.norm.weight"], model.weights["model.norm.weight"]);
  const { adapter, config } = train.adapterOf(dir);
  sameWeights(withAdapter(model, adapter).weights, run.model.weights);
  const { status, stderr, stdout } = await palimpsest(["export", dir, "--adapter", join(root, "adapter")]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /\(PEFT, 7 matrices\)\n {2}10 rows of model\.embed_tokens\.weight/);
  sameWeights(withAdapter(model, readAdapter({ dir: join(root, "adapter"), config })).weights, run.model.weights);
  save({ dir: join(root, "base"), model });
  const merging = ["--adapter", join(root, "adapter"), "--out", join(root, "merged")];
  const adapted = await palimpsest(["checkpoint", "adapt", join(root, "base"), ...merging]);
  assert.equal(adapted.status, 0, adapted.stderr);
  sameWeights(load(join(root, "merged")).weights, run.model.weights);
});

test("rows stay frozen where that is asked for", async () => {
  const model = await tinyModel();
  const { record, model: after } = await train.continue(model, {
    ...options,
    parameters: train.lora({ newRows: false, targets: ["q_proj"] }),
  });
  assert.deepEqual(after.weights[table], model.weights[table]);
  assert.equal(record.notes!.trained, "trained: low-rank updates of 1 matrix and no row of a table");
});

const bytes = (data: Float32Array, from: number, to: number): Buffer =>
  Buffer.from(data.buffer, data.byteOffset + 4 * from, 4 * (to - from));

/** Of the products of two matrices in a step's graph; sums of rows are products with a vector. */
function flopsOf(config: ModelConfig, leaves: train.Leaves): number {
  const at = { config, batch: 2, context: 8, objective: train.causal(), optimiser: train.adamw(), leaves };
  const { fn, signature } = train.trainStep(at);
  const { graph, state, outputs } = trace(fn, signature, "cpu");
  const { nodes } = prune(graph, [...Object.values(state), ...Object.values(outputs)]);
  const { shapes } = graph as unknown as { shapes: Map<string, number[]> };
  const flops = nodes.map(({ op, inputs: [a, b], attributes: { transA, transB } }) => {
    if (op !== "Gemm") return 0;
    const [m, k] = transA ? [...shapes.get(a!)!].reverse() : shapes.get(a!)!;
    const n = shapes.get(b!)![transB ? 0 : 1]!;
    return m === 1 || n === 1 ? 0 : 2 * m! * k! * n;
  });
  return flops.reduce((sum, each) => sum + each, 0);
}

test("the products of a step are those of the full one, without gradients of frozen matrices", () => {
  const config = configOf({ size: "nano", vocabSize: 300, tied: true });
  const [rank, tokens] = [4, 16];
  const { width, vocabSize } = config;
  const layers = linearLayers(config);
  const sum = (of: (layer: LinearLayer) => number): number => layers.reduce((all, layer) => all + of(layer), 0);
  const gradients = sum((each) => each.out * each.width) + vocabSize * width;
  const updates = sum((each) => rank * (each.out + each.width));
  // Nothing goes back beyond the first layer's queries, keys and values, where no row of the table is trained.
  const first = layers.filter(({ layer, usual: [name] }) => layer === 0 && /^[qkv]_/.test(name!));
  const below = first.reduce((all, each) => all + each.width * (each.out + rank), 0);
  const lora = (newRows: { from: number } | false): number =>
    flopsOf(config, train.lora({ rank, newRows }).of({ config, seed: 1 }));
  const full = flopsOf(config, train.allOf(config));
  assert.equal(lora(false), full - 2 * tokens * (gradients + below) + 6 * tokens * updates);
  assert.equal(lora({ from: 290 }), full - 2 * tokens * (gradients - vocabSize * width) + 6 * tokens * updates);
});

test("nonsense is refused in one line that names what there is", () => {
  const llama = configOf({ size: "nano", vocabSize: 300 });
  const gpt2 = cases["lora, gpt2"]!.config;
  const bad: [() => unknown, RegExp][] = [
    [() => train.lora({ rank: 0 }), /^Error: lora: invalid rank: 0 \(a whole number from 1\)$/],
    [() => train.dora({ alpha: NaN }), /^Error: dora: invalid alpha: null \(a positive number\)$/],
    [() => train.rslora({ rateOfB: -1 }), /^Error: rslora: invalid rateOfB: -1 \(a positive number\)$/],
    [
      () => train.lora({ targets: ["c_attn"] }).of({ config: llama, seed: 1 }),
      /^Error: lora: invalid targets: "c_attn" \(one of attention, q_proj, .*, feed-forward, gate_proj, up_proj, down_proj\)$/,
    ],
    [
      () => train.lora({ targets: ["q_proj", "v_proj"] }).of({ config: gpt2, seed: 1 }),
      /^Error: lora: invalid targets: "q_proj" \(this model keeps q_proj, k_proj, v_proj as one: name all of them, or c_attn\)$/,
    ],
    [
      () => train.lora({ layers: { first: 9 } }).of({ config: gpt2, seed: 1 }),
      /^Error: lora: invalid layers: \{"first":9\} \(there are 2: first and last of them\)$/,
    ],
    [
      () => readAdapter({ dir: join(root, "lora, gpt2", "end"), config: llama }),
      /^Error: readAdapter: invalid adapter: .*\(adapter: invalid model: it has no transformer\.h\.0\./,
    ],
  ];
  for (const [make, error] of bad) assert.throws(make, error);
  // What is another function of the weights than it looks.
  const from = join(root, "lora, gpt2", "end");
  const file = join(from, "adapter_config.json");
  const json = JSON.parse(readFileSync(file, "utf8")) as object;
  const wrong: [object, RegExp][] = [
    [{ init_lora_weights: "pissa_niter_4" }, /\(it began as "pissa_niter_4", which changes the base too: /],
    [
      { layer_replication: [[0, 2]] },
      /\(layer_replication is \[\[0,2\]\], which is another function of the weights\)$/,
    ],
    [{ peft_type: "IA3" }, /\(peft_type is "IA3"; LORA is read\)$/],
    [{ lora_alpha: "8" }, /\(lora_alpha of transformer\.h\.0\.attn\.c_attn is "8"\)$/],
  ];
  for (const [change, error] of wrong) {
    writeFileSync(file, JSON.stringify({ ...json, ...change }));
    assert.throws(() => readAdapter({ dir: from, config: gpt2 }), error);
  }
});
