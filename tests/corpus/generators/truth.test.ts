/** What generators know exactly of their text as a whole: floors that samples of it come to, and bits of knowledge. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { word } from "../../../src/corpus/generators/dyck.js";
import { rng } from "../../../src/rng.js";

/** Mulberry32, which the golden values were made with. */
function mulberry32(seed: number): { uniform(): number; int(n: number): number } {
  let s = seed | 0;
  const uniform = (): number => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { uniform, int: (n) => Math.floor(uniform() * n) };
}

const near = (value: number, wanted: number, within: number): void =>
  assert.ok(Math.abs(value - wanted) <= within, `${value}, and not ${wanted} ± ${within}`);

/** Mean nats of what `share` says of every symbol after the first `from`, with its standard error over documents. */
function measured(documents: string[], share: (symbols: string[], i: number) => number, from = 0): [number, number] {
  const each = documents.map((text) => {
    const symbols = text.split(" ");
    const nats = symbols.slice(from).map((_, i) => -Math.log(share(symbols, from + i)));
    return nats.reduce((sum, x) => sum + x, 0) / nats.length;
  });
  const mean = each.reduce((sum, x) => sum + x, 0) / each.length;
  const variance = each.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (each.length - 1);
  return [mean, Math.sqrt(variance / each.length)];
}

test("the entropy rate of a chain is the one worked out by hand, and that of a mixture of sources the mean of theirs", () => {
  const chain = [
    [0.9, 0.1],
    [0.2, 0.8],
  ];
  near(corpus.entropyRate(chain), 0.383523, 5e-7);
  near(corpus.entropyRate(chain) / Math.LN2, 0.553306, 5e-7);
  const fair = [
    [0.5, 0.5],
    [0.5, 0.5],
  ];
  near(0.75 * corpus.entropyRate(chain) + 0.25 * corpus.entropyRate(fair), 0.75 * 0.383523 + 0.25 * Math.LN2, 1e-6);
  // A chain that nearly never leaves, where repeated steps would not come to rest: a third and two thirds.
  const slow = [
    [1 - 2e-15, 2e-15],
    [1e-15, 1 - 1e-15],
  ];
  const [a, b] = slow.map((row) => -row.reduce((sum, p) => sum + p * Math.log(p), 0)) as [number, number];
  near(corpus.entropyRate(slow) / ((a + 2 * b) / 3), 1, 0.15);
  const { truth } = corpus.markov({ transitions: chain, length: 10 }).generate({ rng: rng(1) });
  near(truth!.nats!, 0.383523, 5e-7);
  const first = -(2 / 3) * Math.log2(2 / 3) - (1 / 3) * Math.log2(1 / 3);
  near(truth!.bitsPerByte!, (first + 9 * 0.553306) / 19, 1e-6);
  for (const order of [1, 2, 3]) {
    const { truth } = corpus.markov({ order, states: 4, concentration: 100 }).generate({ rng: rng(1) });
    near(truth!.nats!, Math.log(4), 0.01);
  }
});

test("samples of a chain come to its entropy, and the likeliest symbol is the one that comes most", () => {
  const transitions = [
    [0.7, 0.2, 0.1],
    [0, 0.5, 0.5],
    [0.3, 0.3, 0.4],
  ];
  const options = { transitions, documents: 2000, length: 50, questions: 40 };
  const { documents, questions, truth } = corpus.markov(options).generate({ rng: rng(2) });
  const place = (letter: string): number => letter.charCodeAt(0) - 97;
  const [mean, error] = measured(documents, (s, i) => transitions[place(s[i - 1]!)]![place(s[i]!)]!, 1);
  near(mean, truth!.nats!, 4 * error);
  assert.ok(error < 0.005);
  for (const { context, choices, gold } of questions) {
    const row = transitions[place(context.split(" ").at(-1)!)]!;
    assert.equal(row[place(choices[gold]!)], Math.max(...row));
  }
  // Of several sources: what counting finds of each by itself, and the floor is the mean.
  const two = corpus.markov({ sources: 2, states: 3, documents: 4000, length: 60 }).generate({ rng: rng(3) });
  const counts = new Map<string, number>();
  const pairsOf = (symbols: string[]): string[] =>
    symbols.slice(2).map((next, i) => `${symbols[0]!} ${symbols[i + 1]!} ${next}`);
  for (const text of two.documents)
    for (const pair of pairsOf(text.split(" "))) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  const of = (begin: string): number =>
    [...counts].reduce((sum, [pair, n]) => (pair.startsWith(begin) ? sum + n : sum), 0);
  const totals = new Map([...counts.keys()].map((pair) => [pair.slice(0, 3), of(pair.slice(0, 3))]));
  const share = (s: string[], i: number): number => {
    const context = `${s[0]!} ${s[i - 1]!}`;
    return counts.get(`${context} ${s[i]!}`)! / totals.get(context)!;
  };
  const [floor, around] = measured(two.documents, share, 2);
  near(floor, two.truth!.nats!, 4 * around);
});

test("brackets: the golden word; each closes the last that is open, none is deeper, and samples come to the entropy", () => {
  const golden = word({ rng: mulberry32(5), brackets: 3, depth: 20, length: 20, open: 0.5 });
  assert.deepEqual(golden, [2, 5, 0, 3, 0, 3, 2, 2, 2, 5, 5, 1, 2, 2, 5, 0, 3, 5, 4, 5]);
  const options = { brackets: 3, depth: 4, length: 24, open: 0.6, documents: 2000 };
  const { documents, questions, truth } = corpus.dyck(options).generate({ rng: rng(4) });
  const open = (symbols: string[]): string[] => {
    const stack: string[] = [];
    for (const each of symbols)
      if ("([{".includes(each)) stack.push(")]}"["([{".indexOf(each)]!);
      else assert.equal(each, stack.pop());
    assert.ok(stack.length <= 4);
    return stack;
  };
  for (const text of documents) {
    const symbols = text.split(" ");
    assert.equal(symbols.length, 24);
    assert.deepEqual(open(symbols), []);
  }
  for (const { context, choices, gold, group } of questions) {
    const stack = open(context.split(" "));
    assert.equal(choices[gold], stack.at(-1));
    assert.equal(group, `depth-${stack.length}`);
  }
  const share = (s: string[], i: number): number => {
    const now = open(s.slice(0, i)).length;
    const [mayOpen, mayClose] = [now < 4 && now < 24 - i, now > 0];
    const opens = mayOpen ? (mayClose ? 0.6 : 1) : 0;
    return "([{".includes(s[i]!) ? opens / 3 : 1 - opens;
  };
  const [mean, error] = measured(documents, share);
  near(mean, truth!.nats!, 4 * error);
  near(truth!.bitsPerByte!, (truth!.nats! * 24) / Math.LN2 / documents[0]!.length, 1e-12);
});
