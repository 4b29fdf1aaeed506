/**
 * Objectives with a teacher: their losses and gradients beside PyTorch's (tests/golden/train/teachers.py), all at once and
 * in blocks; what they make of a run; teachers of other shapes; what is refused.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { choose, type Tensors } from "../../src/engine/index.js";
import { type Compared, compared, type Divergence } from "../../src/train/step/divergence.js";
import { valueAndGradients } from "../../src/train/step/step.js";

type Matrix = number[][];
interface Golden {
  states: Matrix;
  table: Matrix;
  bias: number[];
  theirs: Matrix;
  theirTable: Matrix;
  targets: number[];
  cases: Record<string, Case>;
}
interface Case {
  how: Partial<Divergence> & { squared?: true; shared?: number; without?: number[]; bias?: true; cap?: number };
  crossEntropy: number[];
  divergence: number[];
  loss: number;
  statesGradient: Matrix;
  tableGradient: Matrix;
}
const golden = JSON.parse(
  readFileSync(join(__dirname, "..", "golden", "train", "teachers.json"), "utf8"),
) as Golden;

const vocab = golden.table.length;
const array = (rows: Matrix): { shape: number[]; data: Float32Array } => ({
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
});
const state = {
  states: array(golden.states),
  table: array(golden.table),
  theirs: array(golden.theirs),
  theirTable: array(golden.theirTable),
  bias: { shape: [vocab], data: Float32Array.from(golden.bias) },
};

function close(ours: ArrayLike<number>, theirs: number[], what: string): void {
  assert.equal(ours.length, theirs.length, what);
  const most = Math.max(...theirs.map(Math.abs));
  theirs.forEach((value, i) => assert.ok(Math.abs(ours[i]! - value) < 3e-6 * (1 + most), `${what}: ${ours[i]} and ${value}`));
}

/** Rows at a time: all, or so few that there are three blocks. */
for (const [how, atOnce] of Object.entries({ "all at once": undefined, "in blocks": 2 * vocab }))
  test(`losses and gradients are PyTorch's, ${how}`, async () => {
    const engine = await choose({ device: "cpu", threads: 1 });
    for (const [name, { how, ...expected }] of Object.entries(golden.cases)) {
      const { temperature = 1, direction = "forward", shared = vocab, without, squared, bias, cap, ...more } = how;
      const fn = (given: Tensors): { outputs: Tensors } => {
        let seen: Tensors = {};
        const { value, gradients } = valueAndGradients(["states", "table"], given, ({ states, table }) => {
          const student = { states: states!, table: table!, bias: bias && given.bias!, cap };
          const options: Compared = {
            ...more,
            ...{ temperature, direction, shared, student, atOnce },
            teacher: { states: given.theirs!, table: given.theirTable! },
            targets: tf.tensor1d(golden.targets, "int32"),
            mask: without && tf.tensor1d(Array.from({ length: shared }, (_, id) => (without.includes(id) ? -1e9 : 0))),
          };
          const { crossEntropy, divergence } = compared(options);
          const term = tf.mul(divergence, squared ? temperature ** 2 : 1);
          seen = { crossEntropy: tf.keep(crossEntropy), divergence: tf.keep(term) };
          return tf.add(tf.mean(crossEntropy), tf.mul(tf.mean(term), 0.7));
        });
        return { outputs: { loss: value, ...gradients, ...seen } };
      };
      const specs = Object.fromEntries(
        Object.entries(state).map(([key, { shape }]) => [key, { shape, dtype: "float32" as const }]),
      );
      const program = await engine.compile(fn, { state: specs, inputs: {} });
      const living = engine.upload(state);
      const out = await program.run(living, {});
      close(out.crossEntropy!, expected.crossEntropy, `${name}, cross-entropy`);
      close(out.divergence!, expected.divergence, `${name}, divergence`);
      close(out.loss!, [expected.loss], `${name}, loss`);
      close(out.states!, expected.statesGradient.flat(), `${name}, gradient of the states`);
      close(out.table!, expected.tableGradient.flat(), `${name}, gradient of the table`);
      living.dispose();
      await program.dispose();
    }
  });
