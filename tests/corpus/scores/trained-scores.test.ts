/** Scores that are made from examples, against worked numbers: n-grams, quality, DSIR; and a language's probability. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { bucketsOf } from "../../../src/corpus/scores/dsir.js";
import { isMade, makeOf } from "../../../src/registry.js";
import { rng } from "../../../src/rng.js";
import { byteTokenizer } from "../toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-trained-"));
process.env.PALIMPSEST_CACHE = join(root, "cache");
after(() => rmSync(root, { recursive: true }));
const near = (a: number, b: number, within = 1e-6): void => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);
const ready = async <Score extends corpus.TextScore>(score: Score): Promise<Score> => {
  await score.ready?.();
  return score;
};

test("Kneser-Ney, bigrams of three lines: the perplexity of the sheet; per byte it is of the text's bytes", async () => {
  const from = { texts: ["a b c", "a b d\nb c"] };
  const unit = await ready(corpus.ngram({ from, unit: "words", n: 2, per: "unit" }));
  near(unit.ofText("a b c"), 1.69611);
  near(unit.ofText("d z"), 9.626266);
  const byte = await ready(corpus.ngram({ from, unit: "words", n: 2 }));
  near(byte.ofText("a b c"), 1.69611 ** (4 / 5), 1e-5);
  assert.ok(unit.ofText("a b c\na b c") < unit.ofText("a b c\nz a c"));
  assert.ok(Number.isNaN(unit.ofText("\n")));
});

test("Kneser-Ney: of every order, what may follow any beginning of a line sums to 1", () => {
  const chance = rng(5);
  const line = (): string[] => Array.from({ length: 3 + chance.int(9) }, () => "abcde"[chance.int(5)]!);
  for (const n of [1, 2, 3, 5]) {
    const { next, score } = corpus.kneserNey({ sequences: Array.from({ length: 40 }, line), n });
    for (const before of [[], ["a"], ["b", "z"], line(), line()]) {
      // The last is of no line.
      const all = [..."abcdez"].map((symbol) => next(before, symbol));
      near(
        all.reduce((a, b) => a + b, next(before)),
        1,
        1e-12,
      );
      assert.ok(all.at(-1)! > 0);
    }
    const { logProbability, predicted } = score(["a", "z"]);
    near(logProbability, Math.log(next([], "a") * next(["a"], "z") * next(["a", "z"])), 1e-12);
    assert.equal(predicted, 3);
  }
});

test("Kneser-Ney of orders 1 to 4 is its definition's (tests/golden/kneser_ney.py)", () => {
  const { train, test, probabilities } = JSON.parse(readFileSync("tests/golden/kneser_ney.json", "utf8")) as {
    train: string[];
    test: string[];
    probabilities: Record<string, number[][]>;
  };
  for (const [n, expected] of Object.entries(probabilities)) {
    const { next } = corpus.kneserNey({ sequences: train.map((line) => line.split(" ")), n: Number(n) });
    for (const [i, line] of test.entries()) {
      const words = line.split(" ");
      expected[i]!.forEach((p, at) => near(next(words.slice(0, at), words[at]) / p, 1, 1e-12));
    }
  }
});

test("characters need no words: a line of the language is likelier than one of another", async () => {
  const from = { texts: ["모든 사람은 태어날 때부터 자유롭다.", "모든 사람은 존엄하고 평등하다."] };
  const score = await ready(corpus.ngram({ from }));
  assert.ok(score.ofText("모든 사람은 평등하다.") < score.ofText("Kaikki ihmiset syntyvät vapaina."));
  assert.deepEqual(score.options, { from: { texts: 2 }, field: undefined, n: 5, unit: "characters", per: "byte" });
});

test("DSIR: buckets and log weights of the sheet; by gram they do not grow with the text", async () => {
  const bucketOf = bucketsOf(10_000);
  assert.deepEqual(["alice", "alice eats", "."].map(bucketOf), [6720, 8407, 3960]);
  const raw = { texts: ["Alice eats.", "buy cheap pills now!", "the proof uses a lemma."] };
  const target = { texts: ["a proof of the lemma.", "the lemma uses a proof."] };
  const sum = await ready(corpus.dsir({ target, raw, buckets: 50 }));
  const weights = raw.texts.map((text) => sum.ofText(text));
  [-44.6566, -76.3086, -27.5791].forEach((expected, i) => near(weights[i]!, expected, 1e-4));
  const each = await ready(corpus.dsir({ target, raw, buckets: 50, per: "gram" }));
  near(each.ofText(raw.texts[2]!), weights[2]! / 11);
  const smooth = await ready(corpus.dsir({ target, raw, buckets: 50, smoothing: 0.01 }));
  assert.ok(smooth.ofText(raw.texts[1]!) > weights[1]! / 2);
  assert.ok(Number.isNaN(sum.ofText(" ")));
});

test("quality: tells two kinds of text apart, says how well on what it has not seen, and is the seed's own", async () => {
  const chance = rng(3);
  const of = (words: string): string[] =>
    Array.from({ length: 60 }, () =>
      Array.from({ length: 20 }, () => words.split(" ")[chance.int(words.split(" ").length)]!).join(" "),
    );
  const [good, bad] = [of("proof lemma number field the a of"), of("buy cheap pills now the a of")];
  const score = await ready(corpus.quality({ good: { texts: good }, bad: { texts: bad.slice(0, 20) } }));
  assert.deepEqual(score.model.heldOut, { good: { count: 6, accuracy: 1 }, bad: { count: 2, accuracy: 1 } });
  assert.ok(score.ofText("a lemma of the field") > 0.8 && score.ofText("cheap pills") < 0.2);
  assert.ok(Math.abs(score.ofText("the a of") - 0.5) < 0.2, "what both have says little, whatever their sizes");
  assert.ok(Number.isNaN(score.ofText("")));
  const again = await ready(corpus.quality({ good: { texts: good }, bad: { texts: bad.slice(0, 20) }, seed: 2 }));
  assert.notEqual(again.ofText("a lemma"), score.ofText("a lemma"));
  await assert.rejects(
    ready(corpus.quality({ good: { texts: good }, bad: { texts: ["one"] } })),
    /^Error: quality: invalid bad: one example \(two or more\)$/,
  );
});

test("examples are the user's files; made once for what they hold, and anew when they hold something else", async () => {
  const file = join(root, "examples.jsonl");
  const write = (...texts: string[]): void =>
    writeFileSync(file, texts.map((text) => JSON.stringify({ text })).join("\n"));
  write("a b c", "a b d", "b c");
  const written = { name: "ngram", from: file, unit: "words", n: 2, per: "unit" };
  const make = async (): Promise<corpus.TrainedScore<corpus.KneserNey>> =>
    ready(makeOf<corpus.Score>(corpus.scores, written) as corpus.TrainedScore<corpus.KneserNey>);
  const [first, second] = [await make(), await make()];
  assert.equal(first.model, second.model);
  near(first.ofText("a b c"), 1.69611, 0.1);
  write("a b c");
  const other = await make();
  assert.notEqual(other.model, first.model);
  assert.notEqual(other.content, first.content);

  const tokenizer = byteTokenizer();
  const shard = await corpus.encode({ documents: ["a b c", "d z"], tokenizer, path: join(root, "a.tokens") });
  const kept = (): number => readdirSync(join(root, "cache", "scores")).length;
  const values = corpus.scoresOf({ score: first, shard, context: 3, tokenizer });
  assert.deepEqual(corpus.scoresOf({ score: second, shard, context: 3, tokenizer }), values);
  assert.equal(kept(), 1);
  assert.notDeepEqual(corpus.scoresOf({ score: other, shard, context: 3, tokenizer }), values);
  assert.equal(kept(), 2, "windows are scored anew where the files hold something else");
  shard.close();

  assert.ok(isMade(first) && !isMade(corpus.ngram({ from: { texts: ["a"] } })));
  assert.throws(
    () => corpus.ngram({ from: file }).ofText("a"),
    /^Error: ngram: it is not ready \(await its ready\(\) /,
  );
  await assert.rejects(ready(corpus.ngram({ from: join(root, "no.txt") })), /no such file: .*no\.txt/);
  await assert.rejects(
    ready(corpus.ngram({ from: { texts: [""] } })),
    /^Error: ngram: invalid from: there is no text in it$/,
  );
});

test("a language's probability; LIX of 10 words in 2 sentences, 3 of them long, is 35", async () => {
  const score = await ready(corpus.languageScore({ is: "nb" }));
  assert.ok(score.ofText("Enhver har rett til liv, frihet og personlig sikkerhet.") > 0.65);
  assert.ok(score.ofText("Everyone has the right to life, liberty and security of person.") < 0.01);
  assert.ok(Number.isNaN(score.ofText("12345")));
  await assert.rejects(
    ready(corpus.languageScore({ is: "zz" })),
    /^Error: language: invalid is: zz \(one of af, als, /,
  );
  near(corpus.lix().ofText("Den gamla väderkvarnen snurrar sakta. Här finns mjölnare, katter, får."), 5 + 30);
});
