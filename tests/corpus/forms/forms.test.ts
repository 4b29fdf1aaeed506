/** Forms: what rows of files become, that pairs stay together, that marks reach a text, and what is refused. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parquetWriteBuffer } from "hyparquet-writer";
import { encode, type Form, forms, load, type LoadOptions } from "../../../src/corpus/index.js";
import { isMade, makeOf, write, type Written } from "../../../src/registry.js";
import { parseRecipe, runRecipe } from "../../../src/train/index.js";
import type { Text } from "../../../src/types.js";
import { byteTokenizer } from "../toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-forms-"));
process.env.PALIMPSEST_CACHE = join(root, "cache");
after(() => rmSync(root, { recursive: true }));
let files = 0;

/** A .jsonl file of these rows. */
function jsonl(rows: readonly object[]): string {
  const path = join(root, `${files++}.jsonl`);
  writeFileSync(path, rows.map((row) => JSON.stringify(row) + "\n").join(""));
  return path;
}

async function textOf(rows: readonly object[], form: Written, options: Partial<LoadOptions> = {}): Promise<Text> {
  const { texts } = await load({ files: { en: { paths: jsonl(rows), form } }, heldOut: 0, ...options });
  return texts.en!;
}

/** Documents with what counts between brackets, and its weight where that is not 1. */
async function shown(rows: readonly object[], form: Written): Promise<string[]> {
  const { train, marks } = await textOf(rows, form);
  return train.map((text, i) =>
    [...marks!.train[i]!]
      .sort((a, b) => b.from - a.from)
      .reduce(
        (seen, { from, to, weight }) =>
          `${seen.slice(0, from)}[${weight === 1 ? "" : `${weight}:`}${seen.slice(from, to)}]${seen.slice(to)}`,
        text,
      ),
  );
}

const chat = [
  { role: "system", content: "Short." },
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Yo" },
  { role: "user", content: "Bye" },
  { role: "assistant", content: "Ok" },
];
const turns = [
  { from: "system", value: "Short." },
  { from: "human", value: "Hi" },
  { from: "gpt", value: "Yo" },
];

test("conversations in three shapes: what the assistant says counts, the end of its turn included", async () => {
  assert.deepEqual(await shown([{ messages: chat }], { name: "messages" }), [
    "<|im_start|>system\nShort.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n[Yo<|im_end|>]\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n[Ok<|im_end|>]\n",
  ]);
  assert.deepEqual(await shown([{ conversations: turns }], { name: "sharegpt", template: "plain" }), [
    "system: Short.\nuser: Hi\nassistant:[ Yo\n]",
  ]);
  const alpaca = [
    { instruction: "Add.", input: "1 2", output: "3" },
    { instruction: "Say.", input: "", output: "x" },
  ];
  assert.deepEqual(await shown(alpaca, { name: "alpaca", template: "alpaca" }), [
    "### Instruction:\nAdd.\n\n1 2\n\n### Response:\n[3\n\n]",
    "### Instruction:\nSay.\n\n### Response:\n[x\n\n]",
  ]);
  const template = join(root, "own.jinja");
  writeFileSync(template, "{% for m in messages %}{{ m.role[0] }}={{ m.content }}{{ end }}{% endfor %}");
  const given = { name: "messages", field: "said", from: template, variables: { end: ";" } };
  assert.deepEqual(await shown([{ said: chat.slice(1, 3) }], given), ["u=Hi;a=[Yo;]"]);
});

test("prompts and what follows, preferences and pairs of texts", async () => {
  const rows = [{ prompt: "2+2=", completion: " 4" }];
  assert.deepEqual(await shown(rows, { name: "prompt-completion" }), ["2+2=[ 4]"]);
  assert.deepEqual(await shown([{ q: "a", a: "b" }], { name: "prompt-completion", prompt: "q", completion: "a" }), [
    "a[b]",
  ]);
  assert.deepEqual(await shown([{ prompt: "p", chosen: "c", rejected: "r" }], { name: "preferences" }), [
    "p[c]",
    "p[r]",
  ]);
  assert.deepEqual(await shown([{ en: "a", ko: "가" }], { name: "two-texts", of: ["en", "ko"] }), ["[a]", "[가]"]);
});

test("what stands in front is read and not learned, in a share of the documents", async () => {
  const pages = [{ url: "a.org", text: "A" }, { text: "B" }];
  const prefix = "URL: {url}\n\n";
  assert.deepEqual(await shown(pages, { name: "metadata", prefix }), ["[0:URL: a.org\n\n][A]", "[B]"]);
  const many = Array.from({ length: 400 }, (_, i) => ({ url: `${i}`, text: "t" }));
  const without = (await shown(many, { name: "metadata", prefix, share: 0.9 })).filter((text) => text === "[t]");
  assert.ok(Math.abs(without.length - 40) < 20, `${without.length} of 400 without`);
  const tags = { below: "<|bad|>", above: "<|good|>" };
  const scored = [
    { text: "x", score: 0.4 },
    { text: "y", score: 0.5 },
  ];
  assert.deepEqual(await shown(scored, { name: "conditional", by: "score", threshold: 0.5, tags, share: 1 }), [
    "[0:<|bad|>][x]",
    "[0:<|good|>][y]",
  ]);
  assert.deepEqual(
    await shown([{ text: "x", kind: "spam" }], { name: "conditional", by: "kind", tags: { spam: "S" } }),
    ["[0:S][x]"],
  );
});

test("words and patterns count more, or less, than the rest of a text, which may be a text file", async () => {
  const text = "Oslo, Oslofjord and New York (York) in 1905";
  const weights = async (form: Written): Promise<string[]> => {
    const { train, marks } = await textOf([{ text }], form);
    return marks!.train[0]!.slice(1).map(({ from, to, weight }) => `${train[0]!.slice(from, to)} ${weight}`);
  };
  const words = ["York", "New York", "Oslo"];
  assert.deepEqual(await weights({ name: "weighted", words, weight: 3 }), ["Oslo 3", "New York 3", "York 3"]);
  assert.deepEqual(await weights({ name: "weighted", pattern: "\\d+", weight: 0 }), ["1905 0"]);
  const path = join(root, "plain.txt");
  writeFileSync(path, text);
  const { texts } = await load({
    files: { en: { paths: path, form: forms.weighted.make({ words: ["in"], weight: 2 }) } },
    heldOut: 0,
  });
  assert.deepEqual(texts.en!.marks!.train[0]![1], {
    from: text.indexOf("in "),
    to: text.indexOf("in ") + 2,
    weight: 2,
  });
});

test("documents of one row are on one side of the split and of a limit, next to each other", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ prompt: `p${i} `, chosen: "yes", rejected: "no" }));
  const { train, heldOut, marks, pairs } = await textOf(rows, { name: "preferences" }, { heldOut: 0.3, maxBytes: 400 });
  assert.equal(pairs, true);
  assert.ok(train.length > 20 && heldOut.length > 4 && train.length + heldOut.length < 120);
  assert.deepEqual([train.length, heldOut.length], [marks!.train.length, marks!.heldOut.length]);
  for (const part of [train, heldOut])
    for (let i = 0; i < part.length; i += 2) {
      assert.match(part[i]!, / yes$/);
      assert.equal(part[i + 1], part[i]!.replace("yes", "no"));
    }
});

test("of marked documents those are dropped that the train part has word for word, though all share lines", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ instruction: `q${i % 20}`, output: "same" }));
  const { train, heldOut } = await textOf(rows, { name: "alpaca" }, { heldOut: 0.3 });
  assert.ok(heldOut.length > 0);
  assert.deepEqual(
    heldOut.filter((text) => train.includes(text)),
    [],
  );
});

test("columns of Parquet are rows too", async () => {
  const path = join(root, "rows.parquet");
  const columnData = [
    { name: "prompt", data: ["a ", "b "] },
    { name: "completion", data: ["x", "y"] },
  ];
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData })));
  const { texts } = await load({ files: { en: { paths: path, form: { name: "prompt-completion" } } }, heldOut: 0 });
  assert.deepEqual(texts.en!.train, ["a x", "b y"]);
  assert.deepEqual(texts.en!.marks!.train[1], [{ from: 2, to: 3, weight: 1 }]);
});

test("every form is made of its example, says what makes it again, and refuses what it cannot read in one line", async () => {
  for (const [name, row] of Object.entries(forms)) {
    const made: Form = row.make(row.options.parse(row.example) as never);
    assert.ok(isMade(made), name);
    assert.deepEqual(write(makeOf<Form>(forms, JSON.parse(JSON.stringify(write(made))) as Written)), write(made));
    const odd = Object.fromEntries(made.fields.map((field) => [field, { odd: true }]));
    await assert.rejects(textOf([odd], write(made)), /^Error: load: [^\n]+$/, name);
    await assert.rejects(
      textOf([{ other: 1 }], write(made)),
      /^Error: load: missing fields? [^\n]+; it has other$/,
      name,
    );
  }
  const bad: [object, Written, RegExp][] = [
    [{ messages: [] }, { name: "messages" }, /invalid field "messages" in \S+, line 1: \[\] \(a list of messages\)$/],
    [{ messages: [{ role: 1 }] }, { name: "messages" }, /line 1: conversation: invalid messages: message 0 /],
    [{ conversations: [{ from: "x", value: "y" }] }, { name: "sharegpt" }, /message 0 is .* \("from" one of human, /],
    [
      { text: "a", score: "high" },
      { name: "conditional", by: "score", threshold: 0, tags: { below: "a", above: "b" } },
      /"score" in \S+, line 1: "high" \(a number\)$/,
    ],
    [{ text: "a", kind: "z" }, { name: "conditional", by: "kind", tags: { b: "c" } }, /\(one of b\)$/],
    [
      { prompt: "a", chosen: "", rejected: "b" },
      { name: "preferences" },
      /"chosen" in \S+, line 1: empty \(some text\)$/,
    ],
  ];
  for (const [row, form, line] of bad) await assert.rejects(textOf([row], form), line);
  const make: [Written, RegExp][] = [
    [{ name: "metadata", prefix: "a", share: 2 }, /^Error: metadata: invalid share: 2 \(from 0 to 1\)$/],
    [
      { name: "conditional", by: "a", tags: {}, threshold: 1 },
      /^Error: conditional: invalid tags: none \(with a threshold, below and above\)$/,
    ],
    [{ name: "weighted", weight: 1 }, /^Error: weighted: invalid options: give either words or pattern$/],
    [{ name: "weighted", pattern: "(", weight: 1 }, /^Error: weighted: invalid pattern: \( /],
    [{ name: "weighted", words: [""], weight: 1 }, /^Error: weighted: invalid words: /],
    [{ name: "weighted", words: ["a"], weight: -1 }, /^Error: weighted: invalid weight: -1 /],
    [
      { name: "messages", template: "plain", from: "x" },
      /^Error: messages: invalid template: plain \(not together with from\)$/,
    ],
  ];
  for (const [form, line] of make) assert.throws(() => makeOf<Form>(forms, form), line);
  await assert.rejects(
    textOf([{ text: "a  b" }], { name: "weighted", words: ["a"], weight: 2 }, { clean: ["spaces"] }),
    /^Error: invalid step: spaces changes the text of \S+, which has marks \(/,
  );
});

test("a recipe names the form of its files, relative to its own folder, and trains on answers", async () => {
  writeFileSync(join(root, "chat.jinja"), "{% for m in messages %}{{ m.role }}:{{ m.content }}\n{% endfor %}");
  const rows = Array.from({ length: 40 }, (_, i) => ({
    messages: [
      { role: "user", content: `say ${i}` },
      { role: "assistant", content: `${i} ${i}` },
    ],
  }));
  writeFileSync(join(root, "chat.jsonl"), rows.map((row) => JSON.stringify(row) + "\n").join(""));
  const recipe = parseRecipe({
    corpus: { files: { chat: { paths: "chat.jsonl", form: { name: "messages", from: "chat.jinja" } } }, heldOut: 0.2 },
    model: { size: "nano", vocabSize: 280 },
    mixture: { chat: 1 },
    schedule: { name: "constant", peak: 1e-3 },
    objective: { name: "answers" },
    order: { name: "packed" },
    steps: 2,
    batch: 2,
    context: 32,
    evaluate: { at: [2] },
    engine: { device: "cpu", threads: 1 },
  });
  const run = await runRecipe({ recipe, dir: join(root, "run"), from: root });
  assert.deepEqual(
    run.measurements.map(({ metric }) => metric),
    ["answer-loss", "answer-bits-per-byte"],
  );
  const asked = (form: object): unknown =>
    parseRecipe({ ...recipe, corpus: { files: { chat: { paths: "x", form } } } });
  assert.throws(() => asked({ name: "messages", nonsense: 1 }), /nonsense/);
  assert.throws(() => asked({ name: "nothing" }), /corpus\.files/);
});

test("a form of one's own gives documents and marks, which a shard keeps", async () => {
  const form: Form = {
    name: "shouted",
    options: {},
    fields: ["text"],
    documents: ({ text }) => [{ text: String(text), marks: [{ from: 0, to: 1, weight: 2 }] }],
  };
  const { texts } = await load({ files: { en: { paths: jsonl([{ text: "ab" }]), form } }, heldOut: 0 });
  const { train, marks } = texts.en!;
  const shard = await encode({
    documents: train,
    marks: marks!.train,
    tokenizer: byteTokenizer(),
    path: join(root, "s"),
  });
  assert.deepEqual([...shard.weights(0, 3)], [2, 0, 0]);
  shard.close();
});
