/** A model asked: tasks from files, prompts, and scores equal to those of lm-evaluation-harness. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { choose } from "../../src/engine/index.js";
import { configOf, type ConfigOptions, generate, init, load, save } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import { type Likelihood, likelihoods } from "../../src/train/ask/likelihoods.js";
import { prefixOf } from "../../src/train/ask/prefix.js";
import * as train from "../../src/train/index.js";
import type { LanguageModel } from "../../src/types.js";
import { oracle, pythonHas } from "../python.js";
import { folder, tinyModel } from "./tiny.js";

const root = folder();
const at = (...names: string[]): string => join(root, ...names);
const lines = (name: string, documents: object[]): void =>
  writeFileSync(at("tasks", name), documents.map((each) => JSON.stringify(each) + "\n").join(""));
const task = (name: string, fields: string): string => {
  const path = at("tasks", `${name}.yaml`);
  writeFileSync(path, fields.replaceAll("DIR", at("tasks")));
  return path;
};
const paths: Record<string, string> = {};

before(async () => {
  mkdirSync(at("tasks"));
  // Weights large enough for likelihoods to differ by more than rounding.
  const model = await tinyModel();
  for (const [name, { data }] of Object.entries(model.weights))
    if (!name.endsWith("norm.weight")) data.forEach((x, i) => (data[i] = 8 * x));
  save({ dir: at("model"), model });
  const random = rng(7);
  const word = (): string => ["ba", "degi", "lomu", "nare", "šó", "ťaýk", "gilo mu"][random.int(7)]! + random.int(90);
  const items = Array.from({ length: 12 }, () => {
    const options = Array.from({ length: 3 }, word);
    return { country: word(), options, answer: options[random.int(3)] };
  });
  lines("items.jsonl", items);
  lines(
    "shots.jsonl",
    items.slice(0, 2).map((each) => ({ ...each, country: "lo" })),
  );
  lines(
    "cloze.jsonl",
    items.map(({ country }) => ({ text: `mu ${country}`, last: ` ${word()}` })),
  );
  lines(
    "texts.jsonl",
    Array.from({ length: 5 }, (_, i) => ({ text: ` ${Array.from({ length: 4 * i + 1 }, word).join(" ")}\n` })),
  );
  paths.base = task(
    "_base",
    `dataset_path: json
dataset_kwargs: {data_files: {test: DIR/items.jsonl, train: DIR/shots.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{country}}:"
doc_to_choice: "{{options}}"
doc_to_target: "{{options.index(answer)}}"
metric_list: [{metric: acc}, {metric: acc_norm}, {metric: acc_bytes}, {metric: acc_mutual_info}, {metric: brier_score}]
`,
  );
  paths.choice = task("choice", "include: _base.yaml\ntask: choice\n");
  paths.shots = task(
    "shots",
    `include: _base.yaml
task: shots
fewshot_split: train
num_fewshot: 1
fewshot_config: {sampler: first_n}
description: "ba\\n"
doc_to_target: answer
`,
  );
  paths.drawn = task(
    "drawn",
    `include: _base.yaml
task: drawn
fewshot_split: test
num_fewshot: 3
doc_to_target: answer
metric_list: [{metric: acc}, {metric: acc_norm}]
`,
  );
  const data = (name: string): string =>
    `dataset_path: json\ndataset_kwargs: {data_files: {test: DIR/${name}.jsonl}}\ntest_split: test\n`;
  paths.cloze = task(
    "cloze",
    `task: cloze\n${data("cloze")}output_type: loglikelihood
doc_to_text: "{{text}} "
doc_to_target: last
metric_list: [{metric: acc}, {metric: perplexity}]
`,
  );
  paths.rolling = task(
    "rolling",
    `task: rolling\n${data("texts")}output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: "{{text}}"
metric_list: [{metric: bits_per_byte}, {metric: byte_perplexity}, {metric: word_perplexity}]
`,
  );
});

const names = ["choice", "shots", "drawn", "cloze", "rolling"];
interface Theirs {
  scores: Record<string, number>;
  answers: (number | string)[][];
}

/** What they say of our tasks. */
function theirsOf(model: string, tasks: readonly string[]): Record<string, Theirs> {
  const check = join(__dirname, "..", "golden", "lm_eval_check.py");
  const ran = spawnSync("python3", [oracle, check, model, at("tasks"), ...tasks], {
    encoding: "utf8",
    env: { ...process.env, HF_HOME: at("hugging-face") },
  });
  assert.equal(ran.status, 0, ran.stderr);
  return JSON.parse(ran.stdout) as Record<string, Theirs>;
}

/** Tasks to write, whose answers are what the model writes, in other letters or not at all. */
async function writtenTasks(model: LanguageModel): Promise<string[]> {
  const asked = ["ba degi", "lomu", "nare gilo mu ba", "šó", "mu mu mu", "degi degi lomu nare ťaýk ba ba ba", "ba"];
  const answered = (answers: string[]): void =>
    lines(
      "written.jsonl",
      asked.map((q, i) => ({ q, a: ["no", answers[i]] })),
    );
  paths.several = task(
    "several",
    `task: several
dataset_path: json
dataset_kwargs: {data_files: {test: DIR/written.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: "{{q}}"
doc_to_target: a
generation_kwargs: {until: [" ", "u"], max_gen_toks: 6, do_sample: false}
filter_list:
  - {name: whole, filter: [{function: remove_whitespace}, {function: take_first}]}
  - {name: start, filter: [{function: regex, regex_pattern: "([^ ])[^ ]*"}, {function: lowercase}, {function: take_first}]}
metric_list: [{metric: exact_match, aggregation: mean, ignore_case: true, ignore_punctuation: true}]
`,
  );
  paths.single = task(
    "single",
    `include: several.yaml
task: single
doc_to_target: "{{a[1]}}"
fewshot_split: test
num_fewshot: 2
generation_kwargs: {until: u, max_gen_toks: 3, temperature: 0}
metric_list: [{metric: exact_match}]
`,
  );
  answered(asked.map(() => "no"));
  const { items } = await train.ask(model, { tasks: [paths.several], batch: 3 });
  const ways = [
    (x: string) => x.trim(),
    (x: string) => `${x.trim().toUpperCase()}!`,
    (x: string) => x.trim().slice(0, 1),
  ];
  answered(items.several!.map(({ text }, i) => ways[i % 3]!(text!)));
  return ["several", "single"];
}

test("scores are those of lm-evaluation-harness, item by item", async (t) => {
  const model = load(at("model"));
  const asked = [...names, ...(await writtenTasks(model))];
  const found = await train.ask(model, { tasks: asked.map((name) => paths[name]!) });
  for (const { value, error, task: name, metric } of found.scores)
    assert.ok(Number.isFinite(value) && error >= 0, `${name} ${metric}: ${value} ± ${error}`);
  if (!pythonHas("torch", "transformers", "lm_eval")) return t.skip("python3 with lm_eval is not here");
  const theirs = theirsOf(at("model"), asked);
  for (const name of asked) {
    found.items[name]!.forEach(({ logLikelihoods, taken, text }, i) => {
      if (text !== undefined) return assert.deepEqual([text], theirs[name]!.answers[i], `${name} ${i}`);
      const wanted = theirs[name]!.answers[i] as number[];
      const own = wanted.slice(0, logLikelihoods.length);
      logLikelihoods.forEach((x, k) => assert.ok(Math.abs(x - own[k]!) < 1e-3, `${name} ${i}: ${x} is not ${own[k]}`));
      if (taken) assert.equal(taken.acc, own.indexOf(Math.max(...own)), `${name} ${i}`);
    });
    const { scores } = theirs[name]!;
    const metrics = Object.keys(scores).filter((metric) => !metric.endsWith("_stderr"));
    assert.ok(metrics.length >= 2, name);
    if (name === "several") assert.equal(new Set(metrics.map((metric) => scores[metric])).size, 2, "two ways to read");
    for (const metric of metrics) {
      const value = scores[metric]!;
      const { value: own, error } = found.scores.find((each) => each.task === name && each.metric === metric)!;
      if (/^(acc|exact)/.test(metric))
        assert.ok(Math.abs(error - scores[`${metric}_stderr`]!) < 1e-9, `${name} ${metric}`);
      assert.ok(
        Math.abs(own - value) <= (/^(acc|exact)/.test(metric) ? 0 : 1e-4 * value),
        `${name} ${metric}: ${own}, ${value}`,
      );
    }
  }
});

test("a prompt is the description, the first shots but the item itself, and the question", () => {
  writeFileSync(
    at("tasks", "sums.jsonl"),
    [1, 2].map((n) => JSON.stringify({ q: `${n}+${n}?`, a: [`${n + 1}`, `${2 * n}`], right: 1 }) + "\n").join(""),
  );
  const sums = `task: sums
dataset_path: json
dataset_kwargs: {data_files: {test: sums.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "{# asked #}Question: {{q}}\\nAnswer:"
doc_to_choice: a
doc_to_target: right
description: "Facts.\\n\\n"
num_fewshot: 1
fewshot_config: {sampler: first_n}
`;
  const read = train.readTask(task("sums", sums));
  assert.deepEqual(read, {
    name: "sums",
    type: "multiple_choice",
    delimiter: " ",
    items: [
      { context: "Facts.\n\nQuestion: 2+2?\nAnswer: 4\n\nQuestion: 1+1?\nAnswer:", choices: ["2", "2"], gold: 1 },
      { context: "Facts.\n\nQuestion: 1+1?\nAnswer: 2\n\nQuestion: 2+2?\nAnswer:", choices: ["3", "4"], gold: 1 },
    ],
    metrics: ["acc", "acc_norm", "bits_per_byte"],
  });
  const writes = sums.replace("multiple_choice", "generate_until").replace("doc_to_choice: a\n", "");
  const matching = (pattern: string): string =>
    `${writes}filter_list: [{name: x, filter: [{function: regex, regex_pattern: "${pattern}"}]}]\n`;
  const [made] = [train.readTask(task("sums", matching("(-?[0-9]+)").replace("target: right", "target: a")))];
  assert.deepEqual(made.type === "generate_until" && [made.until, made.items[1]!.target, made.most], [
    ["\n\n"],
    ["3", "4"],
    undefined,
  ]);
  const refused: [string, RegExp][] = [
    [matching("(?i)x"), /regex_pattern: no regular expression that JavaScript reads as Python does\)$/],
    [matching("\\\\w"), /regex_pattern: no regular/],
    [matching("("), /regex_pattern: no regular/],
    [writes + "doc_to_choice: a\n", /doc_to_choice: it is not read here with generate_until\)$/],
    [writes + "generation_kwargs: {temperature: 0.7}\n", /generation_kwargs\.temperature: /],
    [writes.replace("target: right", 'target: "{{true}}"'), /doc_to_target: true \(a text, or a list of them\)/],
    [sums + "gen_prefix: A\n", /sums\.yaml \(gen_prefix is not read here\)$/],
    [sums + "process_docs: !function utils.docs\n", /sums\.yaml \(Unresolved tag: !function/],
    [
      sums.replace("choice: a", 'choice: "{{nope}}"'),
      /invalid template: "\{\{nope\}\}" \(the document has no nope; it has q, a, right\)$/,
    ],
    [sums.replace("target: right", "target: 2"), /doc_to_target: 2 \(one of "2", "2", or its number\)\)$/],
    [sums.replace("choice: a", 'choice: "{% for x in a %}{% endfor %}"'), /\(for: it is not read here\)$/],
    [sums.replace("num_fewshot: 1", "num_fewshot: 2"), /num_fewshot: 2 \(split "test" has 1\)/],
    [sums.replace("first_n", "balanced"), /fewshot_config\.sampler: /],
    [sums + "generation_kwargs: {until: x}\n", /generation_kwargs: it is of generate_until alone\)$/],
    [sums.replace("{test: sums.jsonl}", "{test: none.jsonl}"), /none\.jsonl/],
    [sums + "metric_list: [{metric: f1}]\n", /metric f1 is not read here; of multiple_choice acc, /],
    [sums + "metadata: *nothing\n", /sums\.yaml \(Unresolved alias/],
    [sums.replace("target: right", "target: a"), /doc_to_target: \["2","2"\] \(one of /],
    [sums + "include: sums.yaml\n", /it includes itself/],
  ];
  for (const [fields, line] of refused) assert.throws(() => train.readTask(task("sums", fields)), line);
});

test("what cannot be asked is refused in one line, and a model that is the same to all is at chance", async () => {
  const model = await tinyModel();
  await assert.rejects(train.ask(model, { tasks: [] }), /^Error: ask: invalid tasks: none/);
  await assert.rejects(train.ask(model, { tasks: [paths.cloze!], overlap: 17 }), /invalid overlap: 17 \(1 to 16\)$/);
  await assert.rejects(train.ask(model, { tasks: [paths.cloze!, paths.cloze!] }), /cloze is given twice$/);
  for (const { data } of Object.values(model.weights)) data.fill(0);
  const items = [0, 1, 0].map((gold) => ({ context: "ba", choices: ["d", "g"], gold }));
  const metrics = ["acc", "brier_score"] as const;
  const even = { name: "even", type: "multiple_choice", delimiter: "", items, metrics } as const;
  const { scores, notes } = await train.ask(model, { tasks: [even] });
  assert.deepEqual(
    scores.map(({ value, error }) => [value, error]),
    [
      [0.5, 0],
      [0.5, 0],
    ],
  );
  assert.deepEqual(notes, ["even: 3 of 3 items are ties, which share their point"]);
});

test("scores do not depend on how many sequences are read at once, nor a short text on the overlap of windows", async () => {
  const model = load(at("model"));
  const tasks = names.map((name) => paths[name]!);
  const [a, b] = [await train.ask(model, { tasks }), await train.ask(model, { tasks, batch: 3 })];
  a.scores.forEach(({ value }, i) => assert.ok(Math.abs(value - b.scores[i]!.value) <= 1e-4 * Math.abs(value)));
  // A text within one window is scored alike by any overlap.
  const short = {
    name: "short",
    type: "loglikelihood_rolling",
    items: [{ text: "ba degi" }],
    metrics: ["bits_per_byte"],
  } as const;
  const of = async (overlap: number): Promise<number> =>
    (await train.ask(model, { tasks: [short], overlap })).scores[0]!.value;
  assert.equal(await of(1), await of(16));
});

test("texts that are written some at a time are those of one after another, by any kind of position", async () => {
  const { tokenizer } = await tinyModel();
  const size = { vocabSize: tokenizer.size, width: 16, layers: 2, heads: 2, kvHeads: 1, ffn: 32, context: 40 };
  const engine = await choose();
  const kinds: ConfigOptions[] = [
    { ...size, positions: "learned" },
    { ...size, layerKinds: [{ window: 4 }, { unturned: true }] },
  ];
  for (const kind of kinds) {
    const config = configOf(kind);
    const weights = init({ config, rng: rng(3) });
    for (const [name, { data }] of Object.entries(weights))
      if (!name.includes("norm")) data.forEach((x, i) => (data[i] = 20 * x));
    const items = ["ba", "mu degi lomu nare", "gilo", "degi mu ba ba lo"].map((context) => ({ context, target: "ba" }));
    const task = {
      name: "on",
      type: "generate_until",
      items,
      until: [],
      most: 9,
      ignore: {},
      filters: [{ name: "", steps: [] }],
      metrics: ["exact_match"],
    } as const;
    const { items: found } = await train.ask({ config, weights, tokenizer }, { tasks: [task], batch: 3 });
    for (const [i, { context }] of items.entries()) {
      const model = { config, weights, tokenizer };
      const given = { model, engine, prompt: context, tokens: 9, temperature: 0, before: [], rng: rng(1) };
      assert.equal(context + found.on![i]!.text!, await generate(given));
    }
  }
});

test("likelihoods are those of the words before, whatever is read and whatever logits are made at once", async () => {
  const { config, weights } = load(at("model"));
  const engine = await choose();
  const state = engine.upload(weights);
  const requests = [
    { context: [1], scored: [5, 9, 2] },
    { context: [1, 5], scored: [9] },
    { context: [1, 5, 9], scored: [2] },
    { context: [1], scored: [5] },
    { context: [...Array(20).keys()], scored: [3, 4] },
    { context: [...Array(20).keys()].slice(5), scored: [3, 4] },
  ];
  const of = async (more: object): Promise<Likelihood[]> => {
    const running = likelihoods({ engine, config, leaves: train.allOf(config), batch: 4, context: 16, ...more });
    const found = await running.score(state, requests);
    await running.dispose();
    return found;
  };
  const [whole, parts] = [await of({}), await of({ atOnce: 3 * config.vocabSize })];
  state.dispose();
  whole.forEach(({ logLikelihood, greedy }, i) => {
    assert.ok(Math.abs(logLikelihood - parts[i]!.logLikelihood) < 1e-4);
    assert.equal(greedy, parts[i]!.greedy);
  });
  const [all, second, third, first, long, kept] = whole.map(({ logLikelihood }) => logLikelihood) as number[];
  assert.ok(Math.abs(all! - first! - second! - third!) < 1e-4);
  // Of 22 tokens the last 17 are kept: 16 are read.
  assert.ok(Math.abs(long! - kept!) < 1e-6);
  assert.deepEqual(
    whole.map(({ cut }) => cut),
    [0, 0, 0, 0, 5, 0],
  );
  const lone = likelihoods({ engine, config, leaves: train.allOf(config), batch: 1, context: 2 });
  await assert.rejects(lone.score(state, requests), /invalid continuation: 3 tokens \(the model predicts 2 at once\)$/);
});

test("one token begins a text: that of the folder, before contexts too where the tokenizer puts it there", async () => {
  const { tokenizer } = await tinyModel();
  const single = [{ SpecialToken: { id: "b", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }];
  const processors = [{ type: "ByteLevel" }, { type: "TemplateProcessing", single }];
  const own = { ...tokenizer, json: { post_processor: { type: "Sequence", processors } }, idOf: tokenizer.idOf };
  const said = (bos: unknown): Record<string, Uint8Array> => ({
    "tokenizer_config.json": Buffer.from(JSON.stringify({ bos_token: bos })),
  });
  const origin = { config: {}, tokenizer, tensors: {}, leftOut: {} };
  const b = tokenizer.idOf("b")!;
  assert.deepEqual(prefixOf({ tokenizer }), { id: tokenizer.endOfText, always: false });
  assert.deepEqual(prefixOf({ tokenizer, origin: { ...origin, files: said({ content: "b" }) } }), {
    id: b,
    always: false,
  });
  assert.deepEqual(prefixOf({ tokenizer: own, origin: { ...origin, files: said("b") } }), { id: b, always: true });
});
