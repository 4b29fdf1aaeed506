/** Every kernel that can be compiled, against TensorFlow.js's own reference backend, on random shapes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { kernels } from "../../src/engine/kernels/index.js";
import { TRACE } from "../../src/engine/trace.js";
import { cases } from "./cases.js";
import { assertClose, draw, engineOn, evaluate } from "./support.js";

/** Names of the kernels that tracing has met, by wrapping each of them. */
const met = new Set<string>();
for (const { kernelName, backendName, kernelFunc } of tf.getKernelsForBackend(TRACE)) {
  tf.unregisterKernel(kernelName, TRACE);
  tf.registerKernel({ kernelName, backendName, kernelFunc: (call) => (met.add(kernelName), kernelFunc(call)) });
}

test("every kernel that can be compiled has a case, and no case is for a kernel that cannot", () => {
  const compiled = tf.getKernelsForBackend(TRACE).map(({ kernelName }) => kernelName);
  assert.deepEqual(Object.keys(cases).sort(), compiled.sort());
  for (const name of Object.keys(kernels))
    assert.ok(compiled.includes(name), `${name} is in the table but not registered`);
});

test("a kernel computes what the reference does", async (t) => {
  const [compiled, reference] = [await engineOn("cpu"), await engineOn("reference")];
  for (const [name, make] of Object.entries(cases)) {
    await t.test(name, async () => {
      met.clear();
      for (const seed of [1, 2]) {
        for (const [i, { feeds, formula, reference: sound = formula }] of make(draw(seed)).entries()) {
          const what = `${name}, seed ${seed}, case ${i} on ${feeds.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(" ")}`;
          const ours = await evaluate(compiled, formula, feeds).catch((error: unknown) =>
            assert.fail(`${what}: ${String(error)}`),
          );
          const theirs = await evaluate(reference, sound, feeds);
          assert.equal(ours.length, theirs.length, what);
          ours.forEach((one, k) => {
            assert.deepEqual([one.shape, one.dtype], [theirs[k]!.shape, theirs[k]!.dtype], `${what}, output ${k}`);
            assertClose(one.data, theirs[k]!.data, 1e-5, `${what}, output ${k}`);
          });
        }
      }
      assert.ok(met.has(name), `no case of ${name} runs it`);
    });
  }
});
