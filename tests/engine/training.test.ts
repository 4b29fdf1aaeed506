/** Whole training steps: compiled against eager, twice the same bytes, and no memory left behind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import { families, train, training } from "./models.js";
import { assertClose, engineOn } from "./support.js";

for (const [family, config] of Object.entries(families)) {
  test(`${family}: eight compiled steps are the eager ones`, async () => {
    const ours = await train(await engineOn("cpu"), config, 8);
    const theirs = await train(await engineOn("reference"), config, 8);
    assertClose(ours.losses, theirs.losses, 1e-5, "losses");
    assertClose(ours.norms, theirs.norms, 1e-4, "gradient norms");
    assert.ok(ours.losses.every(Number.isFinite) && ours.losses[7] !== ours.losses[0]);
    assert.deepEqual(Object.keys(ours.state), Object.keys(theirs.state));
    for (const [name, { data }] of Object.entries(ours.state)) assertClose(data, theirs.state[name]!.data, 1e-3, name);
  });

  test(`${family}: the same bytes twice, on one thread and on two`, async () => {
    for (const threads of [1, 2]) {
      const [one, two] = [
        await train(await engineOn("cpu", threads), config, 20),
        await train(await engineOn("cpu", threads), config, 20),
      ];
      assert.deepEqual(two, one, `${threads} threads`);
    }
  });
}

test("eager steps leave no tensor behind", async () => {
  const engine = await engineOn("reference");
  const before = tf.memory();
  const run = await training(engine, families.llama);
  const uploaded = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) await run.step();
  assert.equal(tf.memory().numTensors, uploaded);
  await run.dispose();
  assert.deepEqual([tf.memory().numTensors, tf.memory().numBytes], [before.numTensors, before.numBytes]);
});

/** Memory that is still held once the garbage is collected. */
function held(): { buffers: number; rss: number } {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  const { arrayBuffers, rss } = process.memoryUsage();
  return { buffers: arrayBuffers, rss };
}

test("a compiled step leaves no tensor behind, and two hundred of them no memory", async () => {
  const before = tf.memory().numTensors;
  const run = await training(await engineOn("cpu"), families.llama);
  assert.equal(tf.memory().numTensors, before);
  for (let i = 0; i < 50; i++) await run.step();
  const start = held();
  for (let i = 0; i < 200; i++) await run.step();
  const end = held();
  assert.ok(end.buffers - start.buffers < 1e5, `buffers grew by ${end.buffers - start.buffers} bytes`);
  assert.ok(end.rss - start.rss < 50e6, `resident memory grew by ${(end.rss - start.rss) / 1e6} MB`);
  await run.dispose();
});

test("programs made and disposed leave no memory", async () => {
  const once = async (): Promise<void> => {
    const run = await training(await engineOn("cpu"), families.llama);
    await run.step();
    await run.dispose();
  };
  for (let i = 0; i < 3; i++) await once();
  const start = held().rss;
  for (let i = 0; i < 10; i++) await once();
  const grown = held().rss - start;
  assert.ok(grown < 60e6, `resident memory grew by ${grown / 1e6} MB in 10 programs`);
});
