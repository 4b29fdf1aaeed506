/** A teacher that is read before the run: what its file holds, that the run is the same but for float16, and when it is made again. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tablesOf } from "../../src/architecture/index.js";
import { doremi, fixed } from "../../src/mixture/index.js";
import { save } from "../../src/model/index.js";
import * as train from "../../src/train/index.js";
import { bytesOf, isLikeliest, readLikeliest, writeLikeliest } from "../../src/train/step/objectives/likeliest-file.js";
import { fresh } from "../../src/train/pretrain.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const on = { old: language("old"), new: language("new") };
const options = {
  ...{ on, mixture: fixed({ old: 0.5, new: 0.5 }), steps: 6, batch: 2, context: 12, evaluateAt: [0, 6], seed: 3 },
  schedule: train.constant({ peak: 0.02 }),
};
const kept = join(root, "cache", "teachers");

test("the file gives back what was written, ids of either width, and knows damage", () => {
  mkdirSync(root, { recursive: true });
  for (const ids of [300, 70_000]) {
    const path = join(root, `${ids}.likeliest`);
    const shape = { windows: 3, context: 2, k: 2, ids };
    const file = writeLikeliest(path, shape);
    for (const window of [0, 1, 2])
      file.add(Float32Array.of(-1 - window, -0.5, -0.25, -2), [ids - 1 - window, 0, 1, ids - 2]);
    assert.ok(!existsSync(path), "half a file has no name");
    file.commit();
    assert.equal(statSync(path).size, bytesOf(shape));
    assert.ok(isLikeliest(path, shape));
    assert.ok(!isLikeliest(path, { ...shape, k: 1 }) && !isLikeliest(`${path}.not`, shape));
    const { values, ids: read } = readLikeliest(path, shape, [2, undefined, 0]);
    assert.deepEqual([...values], [-3, -0.5, -0.25, -2, 0, 0, 0, 0, -1, -0.5, -0.25, -2]);
    assert.deepEqual([...read], [ids - 3, 0, 1, ids - 2, 0, 0, 0, 0, ids - 1, 0, 1, ids - 2]);
    const bytes = readFileSync(path);
    bytes[260]! ^= 1;
    writeFileSync(path, bytes);
    assert.ok(!isLikeliest(path, shape));
  }
});

test("a run from the file is the run beside the teacher, to float16; others share it; resumed and killed it is the same bytes", async () => {
  const model = await tinyModel();
  const { tokenizer } = model;
  const teacher = join(root, "teacher");
  const small = fresh({
    ...{ size: "nano", tokenizer, seed: 5 },
    config: { width: 8, layers: 1, heads: 1, kvHeads: 1, ffn: 16, context: 16 },
  });
  // A random model is sure of nothing; with a larger table it is, of something else after each token.
  const { embedding } = tablesOf(small.config);
  small.weights[embedding]!.data.forEach((value, i, data) => (data[i] = 40 * value));
  save({ dir: teacher, model: small });
  const of = (more: train.KlOptions): train.Objective =>
    train.kl({ teacher, top: 6, temperature: 1.5, on: ["old"], ...more });
  const go = (objective: train.Objective, more: object = {}): Promise<train.Run> =>
    train.continue(model, { ...options, objective, ...more });
  const live = await go(of({}));
  assert.ok(!existsSync(kept));
  const cached = await go(of({ cache: true }), { dir: join(root, "whole"), checkpointEvery: 1 });
  const [name] = readdirSync(kept);
  const { ctimeMs } = statSync(join(kept, name!));
  live.steps.forEach(({ loss, taught }, i) => {
    const other = cached.steps[i]!;
    assert.ok(
      Math.abs(other.loss - loss) < 1e-3 && Math.abs(other.taught! - taught!) < 1e-3 * (1 + taught!),
      `step ${i}`,
    );
  });
  assert.ok(live.steps[0]!.taught! > 0.1, `${live.steps[0]!.taught}`);

  await go(of({ cache: true, weight: 0.1, direction: "reverse" }));
  assert.deepEqual(
    [readdirSync(kept), statSync(join(kept, name!)).ctimeMs],
    [[name], ctimeMs],
    "weights share the file",
  );

  const stop = new AbortController();
  const cut = { dir: join(root, "cut"), checkpointEvery: 1 };
  await go(of({ cache: true }), {
    ...cut,
    signal: stop.signal,
    onStep: ({ step }: { step: number }) => step === 3 && stop.abort(),
  });
  rmSync(kept, { recursive: true });
  const resumed = await go(of({ cache: true }), { ...cut, resume: true });
  sameWeights(resumed.model.weights, cached.model.weights);
  assert.deepEqual(bare(resumed), bare(cached));
  assert.deepEqual(readdirSync(kept), [name], "made again");
  assert.equal((resumed.record.notes!.teacher as { hash: string }).hash.length, 16);

  await go(of({ cache: true, on: undefined, temperature: 1 }));
  assert.equal(readdirSync(kept).length, 2);
  // What comes after its share of the run, the small teacher need not read.
  const half = train.smallToLarge({ teacher, until: 0.5, top: 6, cache: true });
  const [three, six] = [await go(half), await go(train.smallToLarge({ teacher, until: 1, top: 6, cache: true }))];
  assert.deepEqual(three.steps[2], { ...six.steps[2]!, tokensPerSecond: three.steps[2]!.tokensPerSecond });
  const sizes = readdirSync(kept).map((file) => statSync(join(kept, file)).size - 320);
  const last = three.steps.at(-1)!;
  assert.ok(Math.abs(last.loss - last.crossEntropy!) < 1e-6 && sizes.includes(Math.max(...sizes) / 2), `${sizes}`);
  const online = doremi({ domains: ["old", "new"], by: "weights" });
  await assert.rejects(
    go(of({ cache: true }), { mixture: online }),
    /^Error: kl: invalid mixture: doremi \(what it draws/,
  );
  await assert.rejects(go(of({ cache: true, top: 400 })), /^Error: kl: invalid top: 400 \(there are \d+ ids/);
  assert.throws(() => train.kl({ cache: true }), /^Error: kl: invalid cache: true \(say how many/);
});
