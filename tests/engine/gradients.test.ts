/** Compiled gradients against the eager ones, and against central differences of the eager forward pass. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { kernels } from "../../src/engine/kernels/index.js";
import { difference, gradients, project } from "./gradients.js";
import { gradientCases, undifferentiated } from "./gradients-cases.js";
import { assertClose, draw, engineOn } from "./support.js";

test("every compiled kernel with a gradient has a case", () => {
  for (const name of Object.keys(kernels))
    if (tf.getGradient(name) && !(name in undifferentiated))
      assert.ok(name in gradientCases, `no gradient case for ${name}`);
});

/** Coordinates checked one by one; a feed with more of them gets random directions as well. */
const SINGLE = 6;

test("a compiled gradient is the eager one and the slope of the function", async (t) => {
  const [compiled, reference] = [await engineOn("cpu"), await engineOn("reference")];
  for (const [name, make] of Object.entries(gradientCases)) {
    await t.test(name, async () => {
      const random = draw(5);
      for (const [i, one] of make(random).entries()) {
        const what = `${name}, case ${i} on ${one.feeds.map(({ shape }) => `[${shape}]`).join(" ")}`;
        const given = await project(one, random, reference);
        const ours = await gradients(compiled, given).catch((error: unknown) =>
          assert.fail(`${what}: ${String(error)}`),
        );
        const theirs = await gradients(reference, given);
        for (const [k, at] of given.wrt.entries()) {
          assertClose(ours[k]!, theirs[k]!, 1e-4, `${what}, eager gradient of input ${at}`);
          const count = ours[k]!.length;
          const units = Array.from({ length: Math.min(SINGLE, count) }, () => random.rng.int(count)).map((j) =>
            Float64Array.from({ length: count }, (_, n) => Number(n === j)),
          );
          // Signs keep the sums exact; their slope is the sum of every element's gradient, each with its sign.
          const signs =
            count > 1 ? [0, 1].map(() => Float64Array.from({ length: count }, () => 1 - 2 * random.rng.int(2))) : [];
          const slopes: number[] = [];
          const expected: number[] = [];
          for (const direction of [...units, ...signs]) {
            slopes.push(await difference(reference, given, at, direction));
            expected.push(direction.reduce((sum, d, n) => sum + d * ours[k]![n]!, 0));
          }
          assertClose(expected, slopes, 2e-3, `${what}, slope along input ${at}`);
        }
      }
    });
  }
});
