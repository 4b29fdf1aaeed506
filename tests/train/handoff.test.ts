/** A recipe for another trainer: the windows are those that a run here reads, its losses come out of PyTorch, and what cannot go is named. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type EncodedFiles, encodeFiles } from "../../src/corpus/index.js";
import * as train from "../../src/train/index.js";
import { load, save } from "../../src/model/index.js";
import { pythonHas } from "../python.js";
import { checkLosses, good, recipe, root, texts } from "./handed.js";

const dir = join(root, "out");
const lines = (name: string, of = dir): string[] => readFileSync(join(of, name), "utf8").trim().split("\n").slice(1);

test("what is handed over are the windows, rates, shares and first loss of the run that the recipe is here", async () => {
  const handoff = await train.handOff({ recipe, to: "hf-trainer", tokens: ["olmo"], dir, from: root });
  const run = await train.runRecipe({ recipe, dir: join(root, "run"), from: root });
  assert.ok(Math.abs(handoff.firstLoss - run.steps[0]!.loss) < 1e-5, `${handoff.firstLoss} ${run.steps[0]!.loss}`);
  assert.equal(handoff.source.identity, train.hashOf(run.record.recipe));
  assert.deepEqual(handoff.mixture.realised, run.record.shares!.realised);
  assert.equal(handoff.tokens, run.steps.at(-1)!.tokens);
  assert.deepEqual(
    lines("schedule.csv").map((line) => Number(line.split(",")[1])),
    run.steps.map(({ learningRate }) => learningRate),
  );
  assert.deepEqual(await readSources(dir, 20), ["new", "old"]);
  await assert.rejects(train.handOff({ recipe, to: "hf-trainer", dir, from: root }), /already holds a hand-off/);
});

/** The domains of which documents are told, each token of which is where the table says; of all updates. */
async function readSources(out: string, updates: number): Promise<string[]> {
  const { tokenizer } = load(join(dir, "model"));
  const bytes = readFileSync(join(out, "tokens-olmo", "tokens.npy"));
  const ids = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  assert.equal(ids.length, updates * 8 * 33);
  const seen = new Array<number>(ids.length).fill(0);
  const domains = new Set<string>();
  for (const line of lines("sources.csv", out)) {
    const [update, row, domain, , key, from, at, tokens] = line.split(",");
    domains.add(domain!);
    const start = ((Number(update) - 1) * 8 + Number(row)) * 33 + Number(at);
    const document = texts[domain!]![Number(key!.split("#")[1])]!;
    const whole = [...(await tokenizer.encode(document)), tokenizer.endOfText];
    const own = Number(from);
    assert.deepEqual([...ids.subarray(start, start + Number(tokens))], whole.slice(own, own + Number(tokens)));
    for (let i = start; i < start + Number(tokens); i++) seen[i]!++;
  }
  assert.ok(seen.every((times) => times === 1));
  return [...domains].sort();
}

test("a recipe takes shards of two languages that two calls encoded into one folder", async () => {
  const { tokenizer } = load(join(dir, "model"));
  const at = join(root, "shards");
  for (const language of ["new", "old"])
    await encodeFiles({ files: { [language]: join(root, `${language}.jsonl`) }, tokenizer, dir: at, heldOut: 0.1 });
  const { languages } = JSON.parse(readFileSync(join(at, "encoded.json"), "utf8")) as EncodedFiles;
  const named = Object.entries(languages).map(([language, { train, heldOut }]) => [
    language,
    { train: join(at, train.file), heldOut: join(at, heldOut!.file) },
  ]);
  const { corpus: _, evaluate: __, ...rest } = good;
  const shards = Object.fromEntries(named) as object;
  const own = train.parseRecipe({ ...rest, shards, model: { folder: join(dir, "model") }, steps: 3 });
  const out = join(root, "of shards");
  await train.handOff({ recipe: own, to: "hf-trainer", tokens: ["olmo"], dir: out, from: root });
  assert.deepEqual(await readSources(out, 3), ["new", "old"]);
});

test("PyTorch trains from the folder to the losses of the run, 20 updates within 1e-4", (t) => {
  if (!pythonHas("torch", "transformers")) return t.skip("no Python with torch and transformers");
  checkLosses("handoff_torch.py", dir, 20);
});

test("each trainer gets its script, its tokens and a job of what the profile says, which read as Python and as bash", async (t) => {
  const profile = { partition: "gpu", time: "2:00:00", gpus: "a100:4", modules: ["cuda/12"], options: ["--exclusive"] };
  for (const [to, { tokens }] of Object.entries(train.trainers)) {
    const out = join(root, to);
    const { data } = await train.handOff({ recipe, to: to as train.TrainerName, dir: out, from: root, profile });
    assert.deepEqual(
      data.map(({ format }) => format),
      [tokens],
    );
    assert.equal(spawnSync("bash", ["-n", join(out, "job.sbatch")]).status, 0);
  }
  const [job, usual] = [join(root, "torchtitan"), dir].map((out) => readFileSync(join(out, "job.sbatch"), "utf8"));
  assert.match(
    job!,
    /^#!\/bin\/bash -l\n[^]*--partition=gpu\n[^]*--time=2:00:00\n#SBATCH --cpus-per-task=8\n#SBATCH --gpus-per-node=a100:4\n[^]*\n#SBATCH --exclusive\n[^]*\nmodule load cuda\/12\n/,
  );
  assert.match(usual!, /^#!\/bin\/bash\n[^]*\n#SBATCH --gpus-per-node=1\n/);
  assert.doesNotMatch(usual!, /--(time|partition|mem)=/);
  const args = readFileSync(join(root, "megatron", "megatron.args"), "utf8");
  assert.match(args, /^--num-layers 2\n--hidden-size 64\n[^]*\n--seq-length 32\n[^]*\n--clip-grad 0.7\n/);
  assert.match(args, /\n--padded-vocab-size 300\n/);
  const told = readFileSync(join(root, "megatron", "README.md"), "utf8");
  for (const name of readdirSync(join(root, "megatron")).filter((name) => name !== "README.md"))
    assert.ok(told.includes(name));
  if (!pythonHas("json")) return t.skip("no Python");
  const compile = "import ast, glob, sys\nfor path in glob.glob(sys.argv[1] + '/*/*.py'): ast.parse(open(path).read())";
  const { status, stderr } = spawnSync("python3", ["-c", compile, root], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("what another trainer cannot be told is one line that names the field, and nothing is written", async () => {
  const model = load(join(dir, "model"));
  save({ dir: join(root, "turned"), model });
  const turned = join(root, "turned", "config.json");
  const scaling = {
    rope_type: "llama3",
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 2,
    original_max_position_embeddings: 64,
  };
  const config = JSON.parse(readFileSync(turned, "utf8")) as object;
  writeFileSync(turned, JSON.stringify({ ...config, rope_scaling: scaling }));
  const cases: [object, RegExp][] = [
    [{ objective: { name: "masked" } }, /^handOff: invalid objective: .*next token everywhere/],
    [{ objective: { name: "causal", documents: "apart" } }, /invalid objective/],
    [{ parameters: { name: "lora" } }, /invalid parameters: .*export the run\)/],
    [{ trainable: "body" }, /invalid trainable: "body"/],
    [{ stages: [{ name: "a", trainable: "all" }], evaluate: {} }, /invalid stages/],
    [{ parts: [{ name: "ema" }] }, /invalid parts/],
    [{ activeForgetting: { every: 2 } }, /invalid activeForgetting/],
    [{ optimiser: { name: "lion" } }, /invalid optimiser: "lion" \(other trainers are told AdamW alone\)/],
    [{ optimiser: { rates: { embedding: 0.1 } } }, /invalid optimiser.rates/],
    [{ optimiser: { moments: "8-bit" } }, /invalid optimiser.moments: "8-bit"/],
    [{ precision: "float16" }, /invalid precision: "float16" \(bfloat16 or float32\)/],
    [{ model: { run: "../run" }, mixture: "keep", schedule: "keep" }, /invalid model.moments: "keep"/],
    [{ model: { ...good.model, architecture: "palimpsest" } }, /invalid model.architecture: "palimpsest"/],
    [
      { to: "olmo-core", model: { ...good.model, architecture: "gpt2" } },
      /architecture: "gpt2" \(this trainer takes llama/,
    ],
    [
      { to: "megatron", model: { folder: "turned" } },
      /^handOff: invalid model's rope_scaling: .*factors 1 and 4 over 8192/,
    ],
    [{ to: "olmo-core", model: { folder: "turned" } }, /invalid model's rope_scaling: .*told of default\)/],
    [
      { profile: { gpus: "a100:3" } },
      /^handOff: invalid profile: gpus: "a100:3" \(the 8 windows of an update do not go into so many processes\)/,
    ],
    [{ mixture: { name: "odm", domains: ["old", "new"] } }, /^handOff: invalid mixture: "odm"/],
    [
      { mixture: { name: "weighted", of: { name: "fixed", shares: good.mixture.to }, weights: { old: 2, new: 1 } } },
      /^handOff: invalid mixture: "weighted" \(it weighs losses/,
    ],
  ];
  for (const [changed, line] of cases) {
    const bad = join(root, "bad");
    type Given = typeof good & { to?: train.TrainerName; profile?: train.JobProfile };
    const { to = "hf-trainer", profile = {}, ...given } = { ...good, ...changed } as Given;
    const refused = train.handOff({ recipe: train.parseRecipe(given), to, profile, dir: bad, from: root });
    await assert.rejects(refused, ({ message }: Error) => line.test(message) || assert.fail(message));
    assert.ok(!existsSync(bad));
  }
});
