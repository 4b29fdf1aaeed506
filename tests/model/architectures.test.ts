/** Every kind of model computes what transformers computes, trains as it does in PyTorch, and comes back bit for bit. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { architectureOf, architectures, fieldsOf, parameterShapes } from "../../src/architecture/index.js";
import { grow } from "../../src/embed/index.js";
import { writeAtomically } from "../../src/files.js";
import { expandBlocks, forward, fromHuggingFace, load, logits as logitsOf, save } from "../../src/model/index.js";
import { changedFields } from "../../src/model/huggingface-config.js";
import { masked as maskedObjective } from "../../src/train/index.js";
import type { LanguageModel, ModelConfig, Tokenizer, Weights } from "../../src/types.js";
import { extend, stringify, train } from "../../src/vocab/index.js";
import { run as trained } from "../engine/step-jobs.js";
import { engineOn } from "../engine/support.js";
import { oracle, pythonHas } from "../python.js";
import { byFormula } from "./by-formula.js";

interface Case {
  config: Record<string, unknown>;
  shapes: Record<string, number[]>;
  /** Of the last position of the last row. */
  logits: number[];
  losses: number[];
}
const golden = join(__dirname, "..", "golden", "architectures");
const { rates, batches, mask, hidden, cases } = JSON.parse(readFileSync(`${golden}.json`, "utf8")) as {
  rates: number[];
  batches: number[][][];
  /** Of encoders: the mask token, and which positions of each step's rows it stands at. */
  mask: number;
  hidden: number[][];
  cases: Record<string, Case>;
};
const names = Object.keys(cases);
const [rows, span] = [batches[0]!.length, batches[0]![0]!.length];

/** Logits of the first batch, the last token of each row left out. */
async function computed(config: ModelConfig, weights: Weights): Promise<Float32Array> {
  const engine = await engineOn("cpu");
  const shapes = Object.entries(parameterShapes(config));
  const program = await engine.compile(
    (params, { tokens }) => ({ outputs: { logits: logitsOf(config, params, forward(config, params, tokens!)) } }),
    {
      state: Object.fromEntries(shapes.map(([name, shape]) => [name, { shape, dtype: "float32" }])),
      inputs: { tokens: { shape: [rows, span - 1], dtype: "int32" } },
    },
  );
  const state = engine.upload(weights);
  const { logits } = await program.run(state, {
    tokens: Int32Array.from(batches[0]!.flatMap((row) => row.slice(0, -1))),
  });
  state.dispose();
  await program.dispose();
  return logits!;
}

async function losses(config: ModelConfig, weights: Weights): Promise<number[]> {
  const flat = batches.map((batch) => Int32Array.from(batch.flat()));
  const job = { config, weights, batch: rows, batches: flat, rates };
  const masked = config.encoder && {
    objective: maskedObjective({ rate: hidden[0]!.length / config.context }),
    feeds: batches.map((batch, step) => hide(batch, hidden[step]!)),
  };
  return (await trained(await engineOn("cpu"), { ...job, ...masked })).losses;
}

/** What an encoder is fed: the mask token at these places of each row, and what was there. */
function hide(batch: number[][], places: number[]): Record<string, Int32Array | Float32Array> {
  const hides = new Set(places);
  const inputs = batch.map((row) => row.slice(0, -1));
  return {
    tokens: Int32Array.from(inputs.flatMap((row) => row.map((token, i) => (hides.has(i) ? mask : token)))),
    at: Int32Array.from(inputs.flatMap((_, i) => places.map((place) => i * (span - 1) + place))),
    targets: Int32Array.from(inputs.flatMap((row) => places.map((place) => row[place]!))),
    counted: new Float32Array(inputs.length * places.length).fill(1),
  };
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, most: number, what: string): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= most, `${what} ${i}: ${actual[i]}, expected ${expected[i]}`);
}

const sorted = (shapes: object): object => Object.fromEntries(Object.entries(shapes).sort());

for (const name of names)
  test(`${name}: shapes, logits and five training steps are those of transformers`, async () => {
    const { config: json, shapes, ...expected } = cases[name]!;
    const config = fromHuggingFace(json);
    assert.deepEqual(sorted(parameterShapes(config)), sorted(shapes));
    const weights = byFormula(config);
    assertNear((await computed(config, weights)).slice(-config.vocabSize), expected.logits, 1e-4, "logit");
    assertNear(await losses(config, weights), expected.losses, 1e-4, "loss");
  });

for (const name of names)
  test(`${name}: what is written of a shape is read as that shape`, () => {
    const config = fromHuggingFace(cases[name]!.config);
    const { write, read } = architectureOf(config);
    assert.deepEqual(
      { architecture: config.architecture, ...read(fieldsOf(write(config))) },
      { architecture: undefined, ...config },
    );
  });

const changes: Record<string, (config: ModelConfig) => Partial<ModelConfig>> = {
  "the vocabulary": ({ vocabSize }) => ({ vocabSize: vocabSize + 8 }),
  "the head": ({ tied }) => ({ tied: !tied }),
  "the context": ({ context }) => ({ context: 2 * context }),
  "the scaling of rotary positions": ({ positions, layerKinds }) =>
    positions === "rotary" && !layerKinds ? { ropeScaling: { rope_type: "linear", factor: 3 } } : {},
  "the base of rotary positions": ({ positions }) => (positions === "rotary" ? { ropeTheta: 777 } : {}),
};
for (const [what, change] of Object.entries(changes))
  test(`config.json of every case says ${what} anew, and nothing else`, () => {
    for (const name of names) {
      const json = { ...cases[name]!.config, unheard_of: [1] };
      const config = fromHuggingFace(json);
      assert.deepEqual(changedFields(json, config), {}, name);
      const changed = { ...config, ...change(config) };
      const fields = changedFields(json, changed);
      if (what === "the vocabulary") assert.deepEqual(fields, { vocab_size: changed.vocabSize }, name);
      assert.deepEqual(fromHuggingFace({ ...json, ...fields }), changed, name);
    }
  });

test("every kind has a case", () => {
  const without = Object.keys(architectures).filter(
    (kind) => !names.some((name) => cases[name]!.config.model_type === kind),
  );
  assert.deepEqual(without, ["palimpsest"]);
});

/** What encoder_folders.py says of a folder. */
interface Opened {
  spelled: number[];
  decoded: string;
  ids: number[];
  mask: number;
  logits: number[][];
  loss: number;
}

const python = pythonHas("torch", "transformers");
describe("live", { skip: !python && "python3 with torch and transformers is not here" }, () => {
  const root = mkdtempSync(join(tmpdir(), "palimpsest-architectures-"));
  const at = (...parts: string[]): string => join(root, ...parts);
  let child: ChildProcess;
  let answers: AsyncIterator<string>;
  let made: Record<string, { logits: number[]; losses: number[] }>;
  let tokenizer: Tokenizer;

  /** One process for all: it takes long to start. */
  async function ask<T>(job: object): Promise<T> {
    child.stdin!.write(JSON.stringify(job) + "\n");
    const { value, done } = await answers.next();
    assert.ok(!done, "architectures.py stopped; what it said is above");
    return JSON.parse(value as string) as T;
  }

  before(async () => {
    child = spawn("python3", [oracle, `${golden}.py`, "live"], { stdio: ["pipe", "pipe", "inherit"] });
    answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    tokenizer = await train({ texts: ["the cat sat on the mat. the dog sat on the log."], size: 280 });
    writeAtomically(at("tokenizer.json"), stringify(tokenizer));
    made = await ask({ make: root, tokenizer: at("tokenizer.json") });
  });
  after(() => {
    child.stdin!.end();
    rmSync(root, { recursive: true });
  });

  const model = (folder: string): LanguageModel => load(at(folder));

  for (const name of names)
    test(`${name}: random weights give the logits and losses of transformers`, async () => {
      const { config, weights } = model(name);
      assertNear(await computed(config, weights), made[name]!.logits, 1e-4, "logit");
      assertNear(await losses(config, weights), made[name]!.losses, 1e-4, "loss");
    });

  test("loaded and saved, the folder has the same files and bytes, and so transformers the same model", () => {
    for (const name of names.flatMap((each) => [each, `${each}-bf16`])) {
      assert.deepEqual(save({ dir: at("again", name), model: model(name) }), {});
      assert.deepEqual(readdirSync(at("again", name)), readdirSync(at(name)), name);
      for (const file of readdirSync(at(name)))
        assert.deepEqual(readFileSync(at("again", name, file)), readFileSync(at(name, file)), `${name}: ${file}`);
    }
  });

  test("widened, transformers gives the old tokens the same logits", async () => {
    const wider = await extend({ base: tokenizer, texts: ["그리고 그리고 그리고 하지만 하지만 하지만"], newTokens: 4 });
    for (const name of names)
      save({
        dir: at("wide", name),
        model: await grow({ base: model(name), tokenizer: wider, init: "mean", padTo: 8 }),
      });
    const furthest = await ask<number[]>({
      compare: names.map((name) => [at(name), at("wide", name)]),
      columns: tokenizer.size,
    });
    names.forEach((name, i) => assert.ok(furthest[i]! < 1e-5, `${name}: ${furthest[i]} apart`));
  });

  test("with blocks added, transformers opens the deeper folder and gives the same logits", async () => {
    const deeper = names.filter((name) => {
      const { config } = model(name);
      return config.normAt !== "sum" && !(config.architecture === "gpt2" && config.layerKinds);
    });
    for (const name of deeper)
      save({ dir: at("deeper", name), model: expandBlocks({ model: model(name), after: [0, -1] }) });
    const furthest = await ask<number[]>({
      compare: deeper.map((name) => [at(name), at("deeper", name)]),
      columns: tokenizer.size,
    });
    deeper.forEach((name, i) => assert.ok(furthest[i]! < 1e-6, `${name}: ${furthest[i]} apart`));
  });

  test("encoders with tokenizers of their own kind: loss, bytes, and extended the same logits on old tokens", async () => {
    const kinds = JSON.parse(readFileSync(join(__dirname, "..", "golden", "vocab-models", "models.json"), "utf8")) as {
      [kind: string]: { json: object };
    };
    const tokenizers = { bert: kinds["wordPiece"]!.json, "xlm-roberta": kinds["unigram"]!.json };
    await ask({ encoders: at("encoders"), tokenizers });
    const text = "the cat sat on the mat, don't stop 12.5 Türen кошки";
    const hidden = [1, 4, 9];
    for (const kind of Object.keys(tokenizers)) {
      const [folder, again, wide] = ["", "-again", "-wide"].map((end) => at("encoders", kind + end)) as [
        string,
        string,
        string,
      ];
      const base = load(folder);
      const theirs = await ask<Opened>({ opened: [folder, text, null, hidden] });
      assert.deepEqual(await base.tokenizer.encode(text), theirs.spelled);
      assert.equal(base.tokenizer.decode(theirs.spelled), theirs.decoded);
      const { context } = base.config;
      assert.equal(theirs.ids.length, context);
      const fed = {
        tokens: Int32Array.from(theirs.ids, (id, place) => (hidden.includes(place) ? theirs.mask : id)),
        at: Int32Array.from(hidden),
        targets: Int32Array.from(hidden, (place) => theirs.ids[place]!),
        counted: new Float32Array(hidden.length).fill(1),
      };
      const objective = maskedObjective({ rate: hidden.length / context });
      const job = { ...base, batch: 1, batches: [], rates: [1e-3], objective, feeds: [fed] };
      assertNear((await trained(await engineOn("cpu"), job)).losses, [theirs.loss], 1e-4, `${kind} loss`);
      save({ dir: again, model: base });
      for (const file of readdirSync(folder))
        assert.deepEqual(readFileSync(join(again, file)), readFileSync(join(folder, file)), `${kind}: ${file}`);
      const texts = ["그리고 하지만 그리고 하지만 그래서", "zwölf Boxkämpfer jagen zwölf Büffel"];
      const wider = await extend({ base: base.tokenizer, texts, newTokens: 12 });
      save({ dir: wide, model: await grow({ base, tokenizer: wider, init: "subword-mean", padTo: 8 }) });
      const [before, after] = [
        await ask<Opened>({ opened: [folder, texts[1], theirs.ids] }),
        await ask<Opened>({ opened: [wide, texts[1], theirs.ids] }),
      ];
      before.logits.forEach((row, i) =>
        assertNear(after.logits[i]!.slice(0, row.length), row, 1e-5, `${kind} logits ${i}`),
      );
      assert.deepEqual(after.spelled, await wider.encode(texts[1]!));
      assert.ok(after.spelled.some((id) => id >= base.tokenizer.size));
    }
  });
});
