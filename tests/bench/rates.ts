/** What this machine does of a step's two kinds of work, on our engine: products in FLOP/s, passes over memory in bytes/s. One JSON line. */
import * as tf from "@tensorflow/tfjs";
import { choose, type Device, type StepFunction, type Specs } from "../../src/engine/index.js";

const [tokens, width, ffn, parameters] = process.argv[2]!.split(",").map(Number) as [number, number, number, number];
const [device, threads] = [process.argv[3] as Device, Number(process.argv[4])];
const products = 8;
/** Where passes go over as much as the optimiser's do, caches help as much. */
const large = Math.min(parameters, 1 << 26);

async function main(): Promise<void> {
  const engine = await choose({ device, threads });
  const seconds = async (fn: StepFunction, specs: Specs): Promise<number> => {
    const program = await engine.compile(fn, { state: specs, inputs: {} });
    const state = engine.upload(
      Object.fromEntries(
        Object.entries(specs).map(([name, { shape }]) => {
          const size = shape.reduce((a, b) => a * b, 1);
          return [name, { shape, data: Float32Array.from({ length: size }, (_, i) => ((i % 17) - 8) / 64) }];
        }),
      ),
    );
    const times: number[] = [];
    for (let i = 0; i < 12; i++) {
      const begun = performance.now();
      await program.run(state, {});
      times.push((performance.now() - begun) / 1000);
    }
    state.dispose();
    await program.dispose();
    return times.sort((a, b) => a - b)[6]!;
  };
  const spec = (...shape: number[]): Specs[string] => ({ shape, dtype: "float32" });
  const multiplied = await seconds(
    ({ x, w }) => {
      let y = x as tf.Tensor2D;
      for (let i = 0; i < products; i++) y = tf.matMul(y, w as tf.Tensor2D, false, i % 2 === 0);
      return { outputs: { sum: tf.sum(y) } };
    },
    { x: spec(tokens, width), w: spec(ffn, width) },
  );
  // Read a, write; read that and b, write.
  const passed = await seconds(({ a, b }) => ({ state: { a: tf.add(tf.mul(a!, 0.5), b!) }, outputs: {} }), {
    a: spec(large),
    b: spec(large),
  });
  console.log(
    JSON.stringify({
      flops: (products * 2 * tokens * width * ffn) / multiplied,
      bytes: (5 * 4 * large) / passed,
    }),
  );
}
void main();
