/**
 * What sequences are read with besides their tokens: documents that share a window and stay apart, a prefix that is read from
 * both sides, positions of their own. Beside transformers (tests/golden/train/sees.py), and by what must hold.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { parameterShapes } from "../../src/architecture/index.js";
import type { Engine, Specs, Tensors } from "../../src/engine/index.js";
import {
  configOf,
  forward,
  fromHuggingFace,
  init,
  logits,
  losses,
  type Memory,
  type Sees,
} from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import { valueAndGradients } from "../../src/train/step/differentiate.js";
import type { ModelConfig, Weights } from "../../src/types.js";
import { engineOn } from "../engine/support.js";
import { byFormula } from "./by-formula.js";

type Rows = number[][];
interface Golden {
  given: Record<"documents" | "positions" | "weights", Rows> & { prefix: number[] };
  cases: Record<string, Record<string, { loss: number; gradients?: Record<string, [number, number]> }>>;
}
const read = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(__dirname, "..", "golden", ...path), "utf8")) as unknown;
const golden = read("train", "sees.json") as Golden;
const looks = read("architectures.json") as {
  batches: Rows[];
  cases: Record<string, { config: Record<string, unknown> }>;
};

type Fed = Record<string, { shape: number[]; data: Int32Array | Float32Array }>;
const ints = (shape: number[], values: number[]): Fed[string] => ({ shape, data: Int32Array.from(values) });
const rows = (values: Rows): Fed[string] => ints([values.length, values[0]!.length], values.flat());

/** One run of a function of weights and of what is fed. */
async function computed(
  engine: Engine,
  weights: Weights,
  fed: Fed,
  f: (params: Tensors, inputs: Tensors) => Tensors,
): Promise<Record<string, Float32Array>> {
  const specs = (of: Fed | Weights): Specs =>
    Object.fromEntries(
      Object.entries(of).map(([name, { shape, data }]) => [
        name,
        { shape, dtype: data instanceof Int32Array ? "int32" : "float32" },
      ]),
    );
  const program = await engine.compile((params, inputs) => ({ outputs: f(params, inputs) }), {
    state: specs(weights),
    inputs: specs(fed),
  });
  const state = engine.upload(weights);
  try {
    return await program.run(state, Object.fromEntries(Object.entries(fed).map(([name, { data }]) => [name, data])));
  } finally {
    state.dispose();
    await program.dispose();
  }
}

const seesOf = ({ documents, prefix, positions }: Tensors): Sees => ({ documents, prefix, positions });

/** What `documents, positions` and so on are fed. */
function given(way: string): Fed {
  const { documents, positions, prefix } = golden.given;
  const all = { documents: rows(documents), positions: rows(positions), prefix: ints([prefix.length], prefix) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => way.split(", ").includes(name)));
}

for (const [name, ways] of Object.entries(golden.cases))
  for (const memory of ["keep", "layers"] as const satisfies Memory[])
    test(`${name}: losses and gradients are those of transformers, memory "${memory}"`, async () => {
      const config = fromHuggingFace(looks.cases[name]!.config);
      const weights = byFormula(config);
      const names = Object.keys(parameterShapes(config));
      const counts = tf.util.flatten(golden.given.weights) as number[];
      for (const [way, { loss, gradients }] of Object.entries(ways)) {
        if (memory === "layers" && !gradients) continue;
        const fed = { tokens: rows(looks.batches[0]!), ...given(way) };
        const lossOf = (params: Tensors, inputs: Tensors): tf.Tensor => {
          const nats = losses(config, params, inputs.tokens!, { memory, sees: seesOf(inputs) });
          const weight = tf.tensor1d(counts);
          return tf.div(tf.sum(tf.mul(nats, weight)), tf.sum(weight));
        };
        const out = await computed(await engineOn("cpu"), weights, fed, (params, inputs) => {
          if (!gradients) return { loss: lossOf(params, inputs) };
          const made = valueAndGradients(names, params, (named) => lossOf({ ...params, ...named }, inputs));
          return { loss: made.value, ...made.gradients };
        });
        assert.ok(Math.abs(out.loss![0]! - loss) < 2e-5, `${way}: ${out.loss![0]} and ${loss}`);
        for (const [parameter, [norm, product]] of Object.entries(gradients ?? {})) {
          const own = out[parameter]!;
          const most = 1e-5 + 1e-4 * norm;
          assert.ok(Math.abs(Math.hypot(...own) - norm) < most, `${parameter}: ${Math.hypot(...own)} and ${norm}`);
          const ours = own.reduce((sum, value, i) => sum + value * Math.cos(0.1 * i), 0);
          assert.ok(Math.abs(ours - product) < most * 4, `${parameter}: ${ours} and ${product}`);
        }
      }
    });

const micro = { vocabSize: 60, width: 16, layers: 2, heads: 4, kvHeads: 2, ffn: 24, context: 24 };
const kinds: Record<string, ModelConfig> = {
  llama: configOf(micro),
  "windows by layer": { ...configOf(micro), layerKinds: [{ window: 5 }, {}] },
  "learned positions": configOf({ ...micro, norm: "layer", positions: "learned", activation: "gelu", tied: false }),
  "halves of a layer in parallel": { ...configOf(micro), parallel: true },
};
const time = micro.context;
/** Where three documents of a window begin. */
const starts = [0, 7, 16, time];
const documents = Array.from({ length: time }, (_, i) => starts.slice(1).findIndex((start) => i < start));
const positions = documents.map((document, i) => i - starts[document]!);
const draw = rng(4);
const window = Array.from({ length: time }, () => draw.int(micro.vocabSize));

async function logitsOf(config: ModelConfig, fed: Fed, memory: Memory = "keep", device: "cpu" | "reference" = "cpu") {
  const weights = init({ config, rng: rng(1) });
  const out = await computed(await engineOn(device), weights, fed, (params, { tokens, ...inputs }) => ({
    logits: logits(config, params, forward(config, params, tokens!, { memory, sees: seesOf(inputs) })),
  }));
  const { logits: all } = out as { logits: Float32Array };
  return Array.from({ length: all.length / micro.vocabSize }, (_, i) =>
    all.slice(i * micro.vocabSize, (i + 1) * micro.vocabSize),
  );
}

for (const [kind, config] of Object.entries(kinds))
  for (const device of kind === "llama" ? (["cpu", "reference"] as const) : (["cpu"] as const))
    test(`${kind}, ${device}: a document that is changed moves no logit of another`, async () => {
      for (const memory of ["keep", "layers"] as const) {
        const fed = { documents: rows([documents]), positions: rows([positions]) };
        const before = await logitsOf(config, { tokens: rows([window]), ...fed }, memory, device);
        for (const changed of [0, 2]) {
          const other = window.map((id, i) => (documents[i] === changed ? (id + 1) % micro.vocabSize : id));
          const after = await logitsOf(config, { tokens: rows([other]), ...fed }, memory, device);
          after.forEach((row, i) => {
            if (documents[i] === changed) assert.notDeepEqual(row, before[i], `${i} is of the document`);
            else assert.deepEqual(row, before[i], `${i} is of another`);
          });
        }
      }
    });

for (const [kind, config] of Object.entries(kinds))
  test(`${kind}: with positions from 0 a document has the logits that it has alone`, async () => {
    const fed = { tokens: rows([window]), documents: rows([documents]), positions: rows([positions]) };
    const together = await logitsOf(config, fed);
    for (const [document, start] of starts.slice(0, -1).entries()) {
      const alone = await logitsOf(config, { tokens: rows([window.slice(start, starts[document + 1])]) });
      alone.forEach((row, i) =>
        row.forEach((value, id) => assert.ok(Math.abs(value - together[start + i]![id]!) < 1e-5, `${start + i}`)),
      );
    }
  });

test("long windows are read in blocks to the same logits", async () => {
  const config = { ...configOf({ ...micro, context: 600 }), layerKinds: [{ window: 200 }, {}] };
  const long = Array.from({ length: 600 }, () => draw.int(micro.vocabSize));
  const of = long.map((_, i) => Math.floor(i / 250));
  const place = long.map((_, i) => i % 250);
  const together = await logitsOf(config, { tokens: rows([long]), documents: rows([of]), positions: rows([place]) });
  const alone = await logitsOf(config, { tokens: rows([long.slice(250, 500)]) });
  alone.forEach((row, i) => row.forEach((value, id) => assert.ok(Math.abs(value - together[250 + i]![id]!) < 1e-5)));
  const prefix = await logitsOf(config, { tokens: rows([long]), prefix: ints([1], [0]) });
  const plain = await logitsOf(config, { tokens: rows([long]) });
  plain.forEach((row, i) => row.forEach((value, id) => assert.ok(Math.abs(value - prefix[i]![id]!) < 1e-5)));
});

test("what does not fit is refused in one line", async () => {
  const of = (fed: Fed, config = kinds.llama!): Promise<unknown> =>
    logitsOf(config, { tokens: rows([window]), ...fed });
  await assert.rejects(of({ documents: rows([documents.slice(1)]) }), /forward: invalid documents: shape \[1, 23\]/);
  await assert.rejects(of({ prefix: ints([2], [1, 1]) }), /forward: invalid prefix: shape \[2\] \(want \[1\]\)/);
  const encoder: ModelConfig = { ...kinds.llama!, encoder: { types: 1, headActivation: "gelu" } };
  await assert.rejects(of({ prefix: ints([1], [1]) }, encoder), /invalid prefix: of an encoder/);
});
