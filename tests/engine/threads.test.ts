/** A step on several threads is the step on one, bit for bit: wide enough that every operator is shared out, few enough ids that rows collide. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, init } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import { adamw, allOf, causal, slotsAtStart, trainStep } from "../../src/train/index.js";
import type { Weights } from "../../src/types.js";
import { engineOn } from "./support.js";

const [batch, context] = [8, 128];
const config = configOf({ vocabSize: 2048, width: 256, layers: 1, heads: 4, kvHeads: 4, ffn: 512, context });

async function steps(threads: number): Promise<Weights> {
  const engine = await engineOn("cpu", threads);
  const optimiser = adamw();
  const { fn, signature } = trainStep({ config, batch, context, objective: causal(), optimiser });
  const weights = init({ config, rng: rng(1) });
  const state = engine.upload({ ...weights, ...slotsAtStart({ leaves: allOf(config), optimiser }) });
  const program = await engine.compile(fn, signature);
  const draw = rng(2);
  for (let step = 1; step <= 3; step++) {
    const tokens = Int32Array.from({ length: batch * (context + 1) }, () => draw.int(20));
    await program.run(state, { tokens, ...optimiser.scalars(step, 1e-3) });
  }
  const out = await state.download(Object.keys(weights));
  state.dispose();
  await program.dispose();
  return out;
}

test("threads do not lose additions to one row: the same bytes on one thread, on two, and again", async () => {
  const one = await steps(1);
  for (const threads of [2, 2, 4])
    for (const [name, { data }] of Object.entries(await steps(threads)))
      assert.ok(Buffer.from(data.buffer).equals(Buffer.from(one[name]!.data.buffer)), `${name} on ${threads} threads`);
});
