/** Moments in bfloat16 and in 8 bits: the codes, what a checkpoint holds of them, and runs that are cut or made by another engine. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { StepFunction } from "../../src/engine/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { type KeptMoments, momentIn } from "../../src/train/step/optimisers/moments.js";
import { specsOf } from "../../src/train/step/step.js";
import { assertClose, engineOn } from "../engine/support.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();

interface Coded {
  /** Bytes. */
  codes: string;
  /** Places of numbers in the middle of two steps. */
  between: number[];
  scale: number[];
  /** Every seventh. */
  value: number[];
}
type Golden = { x: string } & Record<"any" | "positive", Coded>;
const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "train", "moments.json"), "utf8")) as Golden;
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));
const numbers = new Float32Array(bytes(golden.x).buffer);

for (const sign of ["any", "positive"] as const)
  for (const device of ["cpu", "reference"] as const)
    test(`8-bit codes of numbers of sign ${sign} on ${device} are those of NumPy and bitsandbytes`, async () => {
      const expected = golden[sign];
      const x = numbers.map((value) => (sign === "any" ? value : value * value));
      const codes = bytes(expected.codes);
      const shape = [x.length];
      const moment = momentIn("8-bit", sign);
      const slots = moment.slots("m", shape);
      const engine = await engineOn(device);
      const state = engine.upload({
        m: { shape: slots.m!.shape, data: new Uint8Array(codes.length) },
        "m.scale": { shape: slots["m.scale"]!.shape, data: new Float32Array(expected.scale.length) },
      });
      const write: StepFunction = (_, inputs) => ({ state: moment.write("m", inputs.x!), outputs: {} });
      const read: StepFunction = (state) => ({ outputs: { value: moment.read(state, "m", shape) } });
      const signature = { state: specsOf(slots), inputs: {} };
      const inputs = { x: { shape, dtype: "float32" as const } };
      await (await engine.compile(write, { ...signature, inputs })).run(state, { x });
      const kept = await state.readKept();
      assert.ok(kept.m!.data instanceof Uint8Array);
      assertClose(kept["m.scale"]!.data as Float32Array, expected.scale, 1e-6, "scales");
      const wrong = codes.findIndex((code, i) => kept.m!.data[i] !== code && !expected.between.includes(i));
      assert.equal(wrong, -1);
      const { value } = await (await engine.compile(read, signature)).run(state, {});
      const some = value!.filter((_, i) => i % 7 === 0);
      assertClose(some, expected.value, 1e-4, "numbers");
      state.dispose();
    });

const recipe = (optimiser: train.Optimiser) => ({
  on: [language("old"), language("new")],
  mixture: fixed({ old: 0.5, new: 0.5 }),
  schedule: train.constant({ peak: 1e-2 }),
  steps: 4,
  batch: 2,
  optimiser,
  checkpointEvery: 1,
});

const types: Record<KeptMoments, string> = { float32: "Float32Array", bfloat16: "Uint16Array", "8-bit": "Uint8Array" };

for (const moments of ["bfloat16", "8-bit"] as const)
  test(`moments in ${moments}: checkpoints hold them so, a run that was cut ends in the same bytes, and eagerly it is the same to rounding`, async () => {
    const model = await tinyModel();
    const options = recipe(train.adamw({ moments }));
    const whole = await train.continue(model, { ...options, dir: join(root, `${moments} whole`) });
    const dir = join(root, `${moments} cut`);
    const stop = new AbortController();
    const onStep = ({ step }: { step: number }): void => void (step === 2 && stop.abort());
    await train.continue(model, { ...options, dir, signal: stop.signal, onStep });
    const ended = await train.continue(model, { ...options, dir, resume: true });
    assert.deepEqual(bare(ended), bare(whole));
    const [one, other] = [whole, ended].map((run) => train.latestCheckpoint(join(run.dir!, "checkpoints"))!);
    sameWeights(other!.weights, one!.weights);
    sameWeights(other!.slots, one!.slots);
    for (const slot of ["first", "second"])
      assert.equal(one!.slots[`adamw.${slot}.small`]!.data.constructor.name, types[moments]);
    const plain = await train.continue(model, recipe(train.adamw()));
    const eager = await train.continue(model, { ...options, engine: await engineOn("reference") });
    const losses = (run: train.Run): number[] => run.steps.map(({ loss }) => loss);
    assertClose(losses(eager), losses(whole), 1e-4, "losses of the eager engine");
    assertClose(losses(whole), losses(plain), 1e-2, "losses beside float32");
    assert.notDeepEqual(losses(whole), losses(plain));
  });

test("a branch does not take moments that are kept otherwise, and a device without such state says so", async () => {
  const model = await tinyModel();
  const dir = join(root, "parent");
  await train.continue(model, { ...recipe(train.adamw()), dir });
  await assert.rejects(
    train.branch(dir, { ...recipe(train.adamw({ moments: "bfloat16" })), steps: 1 }),
    /adamw\.first\.small is \[6992\], this run's is \[6992\] in bfloat16/,
  );
  assert.throws(
    () => train.adamw({ moments: "4-bit" as KeptMoments }),
    /^Error: adamw: invalid moments: 4-bit \(one of/,
  );
  const engine = await engineOn("webgpu");
  assert.throws(() => engine.upload({ m: { shape: [1], data: new Uint8Array(1) } }), /m in uint8 on webgpu/);
});
