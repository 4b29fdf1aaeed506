/** One name of a score in three places: as a filter, as weights in the loss and as an order; and what the steps choose by it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { makeOf, type Registry, type Written } from "../../../src/registry.js";
import { byteTokenizer } from "../toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-scored-"));
process.env.PALIMPSEST_CACHE = join(root, "cache");
after(() => rmSync(root, { recursive: true }));

const text = (words: string, length = 6): string =>
  Array.from({ length }, (_, i) => words.split(" ")[(i * i + 3 * i) % words.split(" ").length]!).join(" ");
const documents: corpus.Document[] = [
  ...[
    "the cat sat on a mat.",
    "dogs run. cats run.",
    "a proof of the lemma.",
    "the lemma uses a proof and a number field.",
  ],
  ...[
    "buy cheap pills now!",
    "cheap pills, cheap pills, cheap pills!",
    "Everyone has the right to life.",
    text("one two three"),
  ],
].map((text, i) => ({ key: `${i}`, text: `${text} ${text}`.slice(0, 44).padEnd(44, ".") }));
const values = [3, 1, 4, 1.5, 9, 2, 6, 5];
const [good, bad] = [join(root, "good.jsonl"), join(root, "bad.jsonl")];
const write = (file: string, texts: string[]): void =>
  writeFileSync(file, texts.map((text) => JSON.stringify({ text })).join("\n"));
write(good, ["a proof of the lemma.", "the lemma uses a proof.", "number field"]);
write(bad, ["buy cheap pills now!", "cheap pills"]);

/** Of rows that need some. */
const options: Record<string, object> = {
  ngram: { from: good, n: 3 },
  quality: { good, bad },
  dsir: { target: good, raw: bad, smoothing: 0.001 },
  language: { is: "en" },
  similar: { to: good },
  given: { values },
};

for (const name of Object.keys(corpus.scores))
  test(`${name} filters, weighs and orders`, async () => {
    const by = { name, ...options[name] } as Written;
    const score = makeOf<corpus.Score>(corpus.scores, by);
    await corpus.readyOf(score);
    const own = documents.map(({ text }, i) => ("values" in score ? score.values[i]! : score.ofText(text)));
    const sign = score.easy === "high" ? 1 : -1;
    const best = [...own.keys()].sort((a, b) => sign * (own[b]! - own[a]!) || a - b);

    const filtered = await corpus.pipeline({ documents, steps: [{ name: "score", by, best: 0.5 }] });
    assert.deepEqual(
      filtered.documents.map(({ key }) => Number(key)),
      best.slice(0, 4).sort(),
    );
    if (name === "quality")
      assert.equal(filtered.steps[0]!.said, "of examples held out it puts 1 of 1 good and 1 of 1 bad ones right");
    assert.deepEqual(filtered.steps[0]!.reasons, { [`not of the best by ${name}`]: 4 });

    const weighed = await corpus.pipeline({ documents, steps: [{ name: "weight", by }] });
    const weights = weighed.documents.map(({ marks }) => marks![0]!.weight);
    for (const [i, document] of best.slice(1).entries()) assert.ok(weights[document]! <= weights[best[i]!]!);
    assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) / 8 - 1) < 1e-12, "documents of one size count 1 on average");

    // Each document is a window, with its end of text.
    const encodeBatch = (texts: string[]): Promise<number[][]> =>
      Promise.resolve(texts.map((text) => [...Buffer.from(text)]));
    const tokenizer = { ...byteTokenizer(), encodeBatch };
    const texts = documents.map(({ text }) => text);
    const shard = await corpus.encode({ documents: texts, tokenizer, path: join(root, `${name}.tokens`) });
    const byWindow = corpus.scoresOf({ score, shard, context: 44, tokenizer });
    const easiest = byWindow.reduce((a, b) => (sign * b > sign * a ? b : a));
    const rows: Registry<corpus.Order> = corpus.orders;
    for (const order of ["curriculum", "subset", "interleaved"]) {
      const more = { curriculum: { start: 0.125, until: 1 }, subset: { share: 0.125 }, interleaved: { bins: 8 } }[
        order
      ];
      const made = makeOf(rows, { name: order, score: by, ...more });
      await made.ready?.();
      const stream = made.open({ shard, context: 44, seed: 1, steps: 8, tokenizer });
      const first = tokenizer.decode(Array.from(stream.next(0)).slice(0, 44));
      assert.equal(byWindow[texts.indexOf(first)], easiest, order);
    }
    shard.close();
  });

const three = ["a", "b", "c"].map((key) => ({ key, text: key.repeat(10) }));
const kept = async (documents: corpus.Document[], ...steps: corpus.StepGiven[]): Promise<string> =>
  (await corpus.pipeline({ documents, steps })).documents.map(({ key }) => key).join("");
const numbers = (...values: number[]): corpus.Score => ({ name: "own", options: {}, easy: "high", values });

test("bounds keep what is within; shares are of bytes, and two in a row cut both ends", async () => {
  const by = numbers(1, 2, 3);
  assert.equal(await kept(three, corpus.scoreStep({ by, above: 2 })), "bc");
  assert.equal(await kept(three, corpus.scoreStep({ by, above: 1.5, below: 2.5 })), "b");
  assert.equal(await kept(three, corpus.scoreStep({ by, worst: 1 / 3 })), "a");
  const long = [...three, { key: "d", text: "d".repeat(30) }];
  assert.equal(await kept(long, corpus.scoreStep({ by: numbers(1, 2, 3, 4), best: 0.5 })), "d");
  const [length] = [
    { name: "own", options: {}, easy: "high", ofText: (text: string) => text.charCodeAt(0) } as corpus.TextScore,
  ];
  assert.equal(
    await kept(three, corpus.scoreStep({ by: length, best: 2 / 3 }), corpus.scoreStep({ by: length, worst: 0.5 })),
    "b",
  );
  const none = await corpus.pipeline({
    documents: three,
    steps: [corpus.scoreStep({ by: numbers(1, NaN, 0), above: 1 })],
  });
  assert.deepEqual(none.steps[0]!.reasons, { "no own": 1, "own below 1": 1 });
});

test("a sample is without replacement, by e to the score: as often as the weights say", async () => {
  const by = numbers(...[1, 2, 4].map(Math.log));
  const drawn: Record<string, number> = { a: 0, b: 0, c: 0 };
  for (let seed = 1; seed <= 2000; seed++) drawn[await kept(three, corpus.scoreStep({ by, sample: 1 / 3, seed }))]!++;
  for (const [key, share] of Object.entries({ a: 1 / 7, b: 2 / 7, c: 4 / 7 }))
    assert.ok(Math.abs(drawn[key]! / 2000 - share) < 0.04, `${key} ${drawn[key]}`);
  assert.equal((await kept(three, corpus.scoreStep({ by, sample: 2 / 3 }))).length, 2);
});

test("weights run over the range by place or by score, and are multiplied with marks", async () => {
  const weightsOf = async (documents: corpus.Document[], step: corpus.Step): Promise<number[]> =>
    (await corpus.pipeline({ documents, steps: [step] })).documents.flatMap(({ marks }) =>
      marks!.map(({ weight }) => weight),
    );
  const to = [0, 2] as const;
  assert.deepEqual(await weightsOf(three, corpus.weight({ by: numbers(1, 2, 9), to, normalise: false })), [0, 1, 2]);
  assert.deepEqual(
    await weightsOf(three, corpus.weight({ by: numbers(2, 2, 9), to, normalise: false })),
    [0.5, 0.5, 2],
  );
  const byScore = { to, scale: "score", normalise: false } as const;
  assert.deepEqual(await weightsOf(three, corpus.weight({ by: numbers(1, 2, 9), ...byScore })), [0, 0.25, 2]);
  assert.deepEqual(await weightsOf(three, corpus.weight({ by: numbers(1, NaN, Infinity), ...byScore })), [1, 0, 1]);
  const marked = three.map((document) => ({ ...document, marks: [{ from: 2, to: 4, weight: 3 }] }));
  assert.deepEqual(
    await weightsOf(marked, corpus.weight({ by: numbers(0, 1, 2), to: [1, 2], normalise: false })),
    [3, 4.5, 6],
  );
});

test("weights of documents reach the tokens of a text that is loaded", async () => {
  const file = join(root, "texts.jsonl");
  write(file, ["short words", "considerably longer words considered", "a b c", "d e f"]);
  const clean = [{ name: "weight", by: { name: "lix" }, to: [1, 3], normalise: false }];
  const { texts } = await corpus.load({ files: { en: file }, clean, heldOut: 0 });
  assert.equal(texts.en!.train.length, 4);
  const weights = texts.en!.marks!.train.map(([mark]) => mark!.weight);
  assert.equal(weights[texts.en!.train.indexOf("considerably longer words considered")], 1);
});

test("what cannot be is one line", async () => {
  const by = numbers(1, 2);
  await assert.rejects(
    kept(three, corpus.scoreStep({ by, best: 0.5 })),
    /^Error: score: invalid values: 2 \(3 documents come to this step\)$/,
  );
  assert.throws(() => corpus.scoreStep({ by }), /^Error: score: invalid options: give bounds/);
  assert.throws(() => corpus.scoreStep({ by, best: 0.5, above: 1 }), /^Error: score: invalid options: give bounds/);
  assert.throws(() => corpus.scoreStep({ by, best: 0 }), /^Error: score: invalid best: 0 /);
  assert.throws(() => corpus.weight({ by, to: [0, 0] }), /^Error: weight: invalid to: 0, 0 /);
});
