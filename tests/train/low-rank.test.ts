/** LoRA, rsLoRA, DoRA and LoRA+ against PEFT: the same losses and gradients, and folders that it loads to the same logits. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { forward, logits, readAdapter, withAdapter } from "../../src/model/index.js";
import type { ModelConfig, Weights } from "../../src/types.js";
import { engineOn } from "../engine/support.js";
import { cases, type Golden, peft, probe, trained, type Trained } from "../golden/lora/cases.js";
import { pythonHas } from "../python.js";
import { folder, sameWeights } from "./tiny.js";

const root = folder();
const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "lora", "low_rank.json"), "utf8")) as Golden;

const near = (ours: readonly number[], theirs: readonly number[], what: string): void => {
  assert.equal(ours.length, theirs.length, what);
  const apart = Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!)));
  assert.ok(apart < 1e-4, `${what}: up to ${apart} apart`);
};

function logitsOf(config: ModelConfig, weights: Weights): number[] {
  return tf.tidy(() => {
    const params = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
    );
    const hidden = forward(config, params, tf.tensor2d([probe], undefined, "int32"));
    return [...(logits(config, params, hidden).dataSync() as Float32Array)];
  });
}

function compare(name: string, ours: Trained, theirs: Golden[string]): void {
  near(ours.losses, theirs.losses, `${name}: losses`);
  near(ours.norms, theirs.norms, `${name}: gradient norms`);
  assert.equal(ours.trained, theirs.trained, `${name}: numbers that are trained`);
  near(logitsOf(cases[name]!.config, ours.leaves.merged!(ours.after)), theirs.logits, `${name}: logits`);
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
    const adapter = readAdapter({ dir: join(root, name, "end"), config });
    const base = { config, weights: before, tokenizer: undefined as never };
    const merged = leaves.merged!(after);
    sameWeights(withAdapter(base, adapter).weights, merged);
  });

test("live", { skip: pythonHas("torch", "transformers", "peft") ? false : "python3 with peft is not here" }, () => {
  for (const [name, theirs] of Object.entries(peft(root))) compare(name, made[name]!, theirs);
});
