/** What an engine promises besides its numbers: which errors it gives, what it caches, who owns what. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { choose, survey, type Device, type Signature, type StepFunction } from "../../src/engine/index.js";
import { TRACE } from "../../src/engine/trace.js";
import type { Weights } from "../../src/types.js";
import { engineOn } from "./support.js";

const array = (shape: number[], ...values: number[]): Weights[string] => ({ shape, data: Float32Array.from(values) });
const f32 = (...shape: number[]) => ({ shape, dtype: "float32" as const });
const i32 = (...shape: number[]) => ({ shape, dtype: "int32" as const });
const both: Device[] = ["cpu", "reference"];

/** w ← w + x, y = Σ w before. */
const accumulate: StepFunction = ({ w }, { x }) => ({ state: { w: tf.add(w!, x!) }, outputs: { sum: tf.sum(w!) } });
const signature: Signature = { state: { w: f32(2) }, inputs: { x: f32(2) } };
const isOneLine = (pattern: RegExp) => (error: Error) => pattern.test(error.message) && !error.message.includes("\n");

test("an op without a compiled kernel is named in one line, and the engine still works", async () => {
  const engine = await engineOn("cpu");
  await tf.setBackend("cpu");
  const before = [tf.getBackend(), tf.memory().numTensors];
  const missing: StepFunction = (_, { x }) => ({ outputs: { y: tf.atan2(x!, x!) } });
  await assert.rejects(engine.compile(missing, signature), isOneLine(/^engine: no compiled kernel for op: Atan2 /));
  assert.deepEqual([tf.getBackend(), tf.memory().numTensors], before);
  assert.ok(await engine.compile(accumulate, signature));
});

test("a step that reads values while it is traced is told so", async () => {
  const engine = await engineOn("cpu");
  const reads: StepFunction = (_, { x }) => ({ outputs: { y: tf.scalar(x!.dataSync()[0]!) } });
  await assert.rejects(engine.compile(reads, signature), isOneLine(/cannot read a tensor's values while it is traced/));
  const lists: StepFunction = (_, { x }) => ({ outputs: { y: tf.tensor(x!.arraySync() as number[]) } });
  await assert.rejects(engine.compile(lists, signature), isOneLine(/cannot read a tensor's values/));
});

test("a step that uses a tensor from outside is told so, and the tensor survives", async () => {
  const engine = await engineOn("cpu");
  await tf.setBackend("cpu");
  const outside = tf.tensor1d([1, 2]);
  const uses: StepFunction = (_, { x }) => ({ outputs: { y: tf.add(x!, outside) } });
  await assert.rejects(engine.compile(uses, signature), isOneLine(/uses a tensor \[2\] made outside of it/));
  assert.deepEqual([...outside.dataSync()], [1, 2]);
  outside.dispose();
});

for (const device of both) {
  test(`${device}: inputs that do not fit are refused before anything runs`, async () => {
    const engine = await engineOn(device);
    const program = await engine.compile(accumulate, signature);
    const state = engine.upload({ w: array([2], 1, 2) });
    const refuse = (inputs: Record<string, Float32Array | Int32Array>, pattern: RegExp): Promise<void> =>
      assert.rejects(program.run(state, inputs), isOneLine(pattern));
    await refuse({}, /engine: missing input: x/);
    await refuse({ x: new Float32Array(3) }, /engine: invalid input: x has 3 values, its shape \[2\] has 2/);
    await refuse({ x: new Int32Array(2) }, /engine: invalid input: x must be float32/);
    assert.deepEqual((await state.download()).w, array([2], 1, 2));
    state.dispose();
  });

  test(`${device}: state that does not fit is refused`, async () => {
    const engine = await engineOn(device);
    const program = await engine.compile(accumulate, signature);
    assert.throws(
      () => engine.upload({ w: array([3], 1, 2) }),
      isOneLine(/engine: invalid weights: w has 2 values, its shape \[3\] has 3/),
    );
    const other = engine.upload({ v: array([2], 1, 2) });
    await assert.rejects(
      program.run(other, { x: new Float32Array(2) }),
      isOneLine(/engine: invalid state: w was not uploaded/),
    );
    const wide = engine.upload({ w: array([3], 1, 2, 3) });
    await assert.rejects(
      program.run(wide, { x: new Float32Array(2) }),
      isOneLine(/w has shape \[3\], the program was made for \[2\]/),
    );
    assert.throws(() => wide.write({ w: array([2], 1, 2) }), isOneLine(/w has shape \[2\], uploaded was \[3\]/));
    assert.throws(() => wide.write({ u: array([1], 1) }), isOneLine(/engine: invalid state entry: u \(not uploaded\)/));
    await assert.rejects(wide.download(["u"]), isOneLine(/engine: invalid state entry: u/));
    other.dispose();
    wide.dispose();
  });

  test(`${device}: a step may replace only what its signature names, by the like`, async () => {
    const engine = await engineOn(device);
    const attempt = async (fn: StepFunction): Promise<void> => {
      const state = engine.upload({ w: array([2], 1, 2) });
      try {
        await (await engine.compile(fn, signature)).run(state, { x: new Float32Array(2) });
      } finally {
        state.dispose();
      }
    };
    await assert.rejects(
      attempt((_, { x }) => ({ state: { v: tf.clone(x!) }, outputs: {} })),
      isOneLine(/it replaces v, which its signature does not name/),
    );
    await assert.rejects(
      attempt((_, { x }) => ({ state: { w: tf.reshape(x!, [1, 2]) }, outputs: {} })),
      isOneLine(/it replaces w, float32 \[2\], by float32 \[1,2\]/),
    );
    await assert.rejects(
      attempt((_, { x }) => ({ state: { w: tf.cast(x!, "int32") }, outputs: {} })),
      isOneLine(/by int32 \[2\]/),
    );
  });

  test(`${device}: the same function and signature are one program, until it is disposed`, async () => {
    const engine = await engineOn(device);
    let calls = 0;
    const fn: StepFunction = (_, { x }) => (calls++, { outputs: { y: tf.neg(x!) } });
    const wide = { state: {}, inputs: { x: f32(3) } };
    const [one, again, wider] = await Promise.all([
      engine.compile(fn, signature),
      engine.compile(fn, { ...signature }),
      engine.compile(fn, wide),
    ]);
    assert.equal(one, again);
    assert.notEqual(one, wider);
    if (device === "cpu") assert.equal(calls, 2);
    await one!.dispose();
    await one!.dispose();
    const state = engine.upload({});
    await assert.rejects(
      one!.run(state, { x: new Float32Array(2) }),
      isOneLine(/engine: invalid program: it was disposed/),
    );
    const fresh = await engine.compile(fn, { state: {}, inputs: { x: f32(2) } });
    assert.notEqual(fresh, one);
    assert.deepEqual([...(await fresh.run(state, { x: Float32Array.of(1, -2) })).y!], [-1, 2]);
    assert.deepEqual([...(await wider!.run(state, { x: Float32Array.of(1, 2, 3) })).y!], [-1, -2, -3]);
  });

  test(`${device}: arrays that are adopted are the state's own, and what is read is not copied`, async () => {
    const engine = await engineOn(device);
    const weights = { w: array([2], 1, 2) };
    const state = engine.upload(weights, { adopt: true });
    assert.equal((await state.read()).w!.data, weights.w.data);
    assert.notEqual((await state.download()).w!.data, weights.w.data);
    const program = await engine.compile(accumulate, signature);
    await program.run(state, { x: Float32Array.of(1, 1) });
    const now = await state.read(["w"]);
    assert.deepEqual([...now.w!.data], [2, 3]);
    assert.equal(now.w!.data, (await state.read()).w!.data);
    state.dispose();
    assert.deepEqual([...now.w!.data], [2, 3]);
  });

  test(`${device}: two programs take turns on one state`, async () => {
    const engine = await engineOn(device);
    const scale: StepFunction = ({ w, v }) => ({ state: { v: tf.mul(w!, 2), w: v! }, outputs: { w: w! } });
    const add = await engine.compile(accumulate, signature);
    const swap = await engine.compile(scale, { state: { w: f32(2), v: f32(2) }, inputs: {} });
    const state = engine.upload({ w: array([2], 1, 2), v: array([2], 10, 20), idle: array([], 7) });
    let [w, v] = [
      [1, 2],
      [10, 20],
    ];
    for (let i = 0; i < 5; i++) {
      const { sum } = await add.run(state, { x: Float32Array.of(1, i) });
      assert.equal(sum![0], w[0]! + w[1]!);
      w = [w[0]! + 1, w[1]! + i];
      assert.deepEqual([...(await swap.run(state, {})).w!], w);
      [w, v] = [v, w.map((value) => 2 * value)];
      const now = await state.download();
      assert.deepEqual([[...now.w!.data], [...now.v!.data], [...now.idle!.data]], [w, v, [7]]);
    }
    await swap.dispose();
    await add.run(state, { x: Float32Array.of(1, 1) });
    assert.deepEqual(
      [...(await state.download(["w"])).w!.data],
      w.map((value) => value + 1),
    );
    state.dispose();
  });

  test(`${device}: what goes in and comes out is a copy`, async () => {
    const engine = await engineOn(device);
    const program = await engine.compile(accumulate, signature);
    const weights = { w: array([2], 1, 2) };
    const state = engine.upload(weights);
    weights.w.data[0] = 99;
    const before = await state.download();
    before.w!.data[1] = 99;
    const x = Float32Array.of(1, 1);
    const { sum } = await program.run(state, { x });
    x[0] = 99;
    assert.equal(sum![0], 3);
    assert.deepEqual([...(await state.download()).w!.data], [2, 3]);
    state.write({ w: array([2], 5, 6) });
    await program.run(state, { x: new Float32Array(2) });
    assert.deepEqual([...(await state.download()).w!.data], [5, 6]);
    state.dispose();
    state.dispose();
    await assert.rejects(program.run(state, { x }), isOneLine(/engine: invalid state/));
    await assert.rejects(state.download(["w"]), isOneLine(/engine: invalid state entry: w/));
  });

  test(`${device}: scalars, whole numbers and truth values come out as numbers`, async () => {
    const engine = await engineOn(device);
    const fn: StepFunction = (_, { x, n }) => ({
      outputs: { scalar: tf.sum(x!), whole: tf.add(n!, 1), truth: tf.greater(x!, 0), same: x! },
    });
    const program = await engine.compile(fn, { state: {}, inputs: { x: f32(2), n: i32(2) } });
    const state = engine.upload({});
    const out = await program.run(state, { x: Float32Array.of(3, -1), n: Int32Array.of(5, -6) });
    assert.deepEqual(Object.fromEntries(Object.entries(out).map(([name, values]) => [name, [...values]])), {
      scalar: [2],
      whole: [6, -5],
      truth: [1, 0],
      same: [3, -1],
    });
    for (const values of Object.values(out)) assert.ok(values instanceof Float32Array);
  });
}

test("two runs at once on one state are an error and leave it whole", async () => {
  const engine = await engineOn("cpu");
  const program = await engine.compile(accumulate, signature);
  const state = engine.upload({ w: array([2], 1, 2) });
  const first = program.run(state, { x: Float32Array.of(1, 1) });
  await assert.rejects(
    program.run(state, { x: Float32Array.of(1, 1) }),
    isOneLine(/it is in use by a run that has not ended/),
  );
  assert.throws(() => state.write({ w: array([2], 0, 0) }), isOneLine(/it is in use/));
  await first;
  for (let i = 0; i < 3; i++) await program.run(state, { x: Float32Array.of(1, 1) });
  assert.deepEqual([...(await state.download()).w!.data], [5, 6]);
  const last = program.run(state, { x: Float32Array.of(1, 1) });
  state.dispose();
  assert.equal((await last).sum![0], 11);
  await assert.rejects(program.run(state, { x: Float32Array.of(1, 1) }), /it was disposed/);
});

test("an id outside the table fails in one line, and a state with entries written in place is spoilt", async () => {
  const engine = await engineOn("cpu");
  const fn: StepFunction = ({ w }, { ids }) => {
    const rows = tf.gather(w!, ids as tf.Tensor1D);
    return { state: { w: tf.add(w!, tf.sum(rows)) }, outputs: { rows } };
  };
  const program = await engine.compile(fn, { state: { w: f32(2) }, inputs: { ids: i32(1) } });
  const state = engine.upload({ w: array([2], 1, 2) });
  await assert.rejects(
    program.run(state, { ids: Int32Array.of(9) }),
    isOneLine(/engine: the step failed on cpu: .*Gather.*idx=9/),
  );
  await assert.rejects(state.download(), isOneLine(/engine: invalid state: a run on it failed half-way/));
  const other = engine.upload({ w: array([2], 1, 2) });
  await program.run(other, { ids: Int32Array.of(1) });
  assert.deepEqual([...(await other.download()).w!.data], [3, 4]);
});

test("a state that is read alone is as it was after a run that failed", async () => {
  const engine = await engineOn("cpu");
  const fn: StepFunction = ({ w }, { ids }) => ({ outputs: { rows: tf.gather(w!, ids as tf.Tensor1D) } });
  const program = await engine.compile(fn, { state: { w: f32(2) }, inputs: { ids: i32(1) } });
  const state = engine.upload({ w: array([2], 1, 2) });
  await assert.rejects(program.run(state, { ids: Int32Array.of(9) }), /Gather.*idx=9/);
  assert.deepEqual([...(await state.download()).w!.data], [1, 2]);
  assert.deepEqual([...(await program.run(state, { ids: Int32Array.of(1) })).rows!], [2]);
});

test("an engine that is not there, or no engine at all, is refused in one line", async () => {
  await assert.rejects(
    choose({ device: "abacus" as Device }),
    isOneLine(/choose: invalid device: abacus \(one of auto, cpu/),
  );
  await assert.rejects(choose({ threads: 0 }), isOneLine(/choose: invalid threads: 0/));
  const reports = await survey();
  for (const { device, available, reason } of reports) {
    assert.ok(reason.length > 0);
    if (!available && device === "tensorflow")
      await assert.rejects(choose({ device }), isOneLine(/choose: invalid device: tensorflow/));
  }
  assert.ok(reports.some(({ device, available }) => device === "cpu" && available));
  assert.notEqual(tf.getBackend(), TRACE);
});
