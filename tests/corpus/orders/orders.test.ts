/** Orders of reading: what each promises of how often a window is read, where it stands, and what it refuses. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "../../property.js";
import * as corpus from "../../../src/corpus/index.js";
import type { Order, Shard, Stream } from "../../../src/corpus/index.js";
import { bestFit } from "../../../src/corpus/orders/packed.js";
import { isMade, type Json } from "../../../src/registry.js";
import { byteTokenizer } from "../toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-orders-"));
process.env.PALIMPSEST_CACHE = join(root, "cache");
after(() => rmSync(root, { recursive: true }));
const tokenizer = byteTokenizer();

/** Window i is twice the letter i. */
const alphabet = (windows: number): string =>
  Array.from({ length: windows }, (_, i) => String.fromCharCode(33 + i).repeat(2)).join("");

/** Its hardness is a number of its own, the same in no two windows. */
const hardness = (windows: number): number[] => Array.from({ length: windows }, (_, i) => (i * 7919) % 10007);

let files = 0;
const shardOf = (...documents: string[]): Promise<Shard> =>
  corpus.encode({ documents, tokenizer, path: join(root, `${files++}.tokens`) });

const openOf = (
  order: Order,
  shard: Shard,
  more: { seed?: number; steps?: number; context?: number; state?: Json } = {},
): Stream => order.open({ shard, context: 1, seed: 1, steps: 100, tokenizer, ...more });

/** Numbers of the windows of updates `from` to `to`, one an update. */
const readOf = (stream: Stream, to: number, from = 0): number[] =>
  Array.from({ length: to - from }, (_, i) => stream.next(from + i)[0]! - 33);

const score = (windows: number): ReturnType<typeof corpus.given> => corpus.given({ values: hardness(windows) });

/** Those that read every window of their part once an epoch, with the number of windows in the part. */
const once: Record<string, (windows: number) => [Order, number]> = {
  shuffled: (n) => [corpus.shuffled(), n],
  sequential: (n) => [corpus.sequential(), n],
  subset: (n) => [corpus.subset({ share: 0.5 }), Math.round(n / 2)],
  "subset by score": (n) => [corpus.subset({ tokens: 5, score: score(n) }), 2],
  interleaved: (n) => [corpus.interleaved({ score: score(n), bins: 3 }), n],
  "curriculum with all at once": (n) => [corpus.curriculum({ score: score(n), start: 1 }), n],
  "reservoir without replay": (n) => [corpus.reservoir({ size: 4, replay: 0 }), n],
};

for (const [name, make] of Object.entries(once))
  test(`${name}: every window of its part once an epoch, and epochs are counted`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: 60 }), fc.integer(), async (windows, seed) => {
        const shard = await shardOf(alphabet(windows));
        const [order, part] = make(windows);
        const stream = openOf(order, shard, { seed, steps: 3 * part });
        const first = readOf(stream, part);
        assert.equal(new Set(first).size, part);
        for (const epoch of [1, 2]) {
          assert.ok(Math.abs(stream.epochs - epoch) < 1e-12);
          assert.deepEqual(readOf(stream, part).sort(), [...first].sort());
        }
        shard.close();
      }),
      { numRuns: 15 },
    );
  });

const all: Record<string, (windows: number) => Order> = {
  ...Object.fromEntries(Object.entries(once).map(([name, make]) => [name, (n: number) => make(n)[0]])),
  curriculum: (n) => corpus.curriculum({ score: score(n), pacing: "root", hardestFirst: true }),
  reservoir: (n) => corpus.reservoir({ size: Math.ceil(n / 3), replay: 0.4 }),
  packed: () => corpus.packed(),
  pairs: () => corpus.pairs(),
  "in-context": () => corpus.inContext(),
};

test("every row of the registry is here", () => {
  for (const name of Object.keys(corpus.orders)) assert.ok(name in all, name);
});

for (const [name, make] of Object.entries(all))
  test(`${name}: stopped anywhere and gone on from its state as JSON, it reads on as if never stopped`, async () => {
    // Each letter a document, and with the end of it a window.
    const shard = await shardOf(...Array.from({ length: 20 }, (_, i) => String.fromCharCode(33 + i)));
    const order = make(20);
    const straight = openOf(order, shard);
    const whole = readOf(straight, 70);
    for (let at = 0; at <= 70; at++) {
      const first = openOf(order, shard);
      readOf(first, at);
      const state = JSON.parse(JSON.stringify(first.state)) as Json;
      const second = openOf(order, shard, { state });
      assert.equal(second.epochs, first.epochs);
      assert.deepEqual(readOf(second, 70, at), whole.slice(at));
      assert.deepEqual(second.state, straight.state);
      assert.throws(
        () => openOf(order, shard, { state, seed: 2 }),
        /^Error: windows: invalid state: its seed is 1, not 2/,
      );
    }
    shard.close();
  });

test("sequential is the text itself", async () => {
  const shard = await shardOf(alphabet(5));
  assert.deepEqual(readOf(openOf(corpus.sequential(), shard), 8), [0, 1, 2, 3, 4, 0, 1, 2]);
  shard.close();
});

test("a subset by chance is the seed's own; by score it is the easiest, or the hardest; windows without a score come last", async () => {
  const shard = await shardOf(alphabet(40));
  const part = (order: Order, seed = 1): number[] =>
    [...new Set(readOf(openOf(order, shard, { seed }), 100))].sort((a, b) => a - b);
  const chance = corpus.subset({ share: 0.25 });
  assert.equal(part(chance).length, 10);
  assert.deepEqual(part(chance), part(chance));
  assert.notDeepEqual(part(chance), part(chance, 2));
  const values = Array.from({ length: 40 }, (_, i) => (i % 4) * 100 + i);
  const byScore = (easy: "low" | "high", hardestFirst: boolean): number[] =>
    part(corpus.subset({ share: 0.25, score: corpus.given({ values, easy }), hardestFirst }));
  const rest = (k: number): number[] => Array.from({ length: 10 }, (_, i) => 4 * i + k);
  assert.deepEqual(byScore("low", false), rest(0));
  assert.deepEqual(byScore("low", true), rest(3));
  assert.deepEqual(byScore("high", false), rest(3));
  const some = { name: "some", options: {}, easy: "low", ofText: (text: string) => (text < "1" ? NaN : 1) } as const;
  // The first 16 windows, below "1", have no score: of the 24 others those at the front of the text are taken.
  assert.deepEqual(
    part(corpus.subset({ share: 0.25, score: some })),
    Array.from({ length: 10 }, (_, i) => 16 + i),
  );
  shard.close();
});

test("interleaved: in every round one window of each bin, from easy to hard", async () => {
  const shard = await shardOf(alphabet(40));
  const values = hardness(40);
  const edges = [...values].sort((a, b) => a - b);
  const read = readOf(openOf(corpus.interleaved({ score: score(40), bins: 4 }), shard), 80);
  read.forEach((window, i) => assert.equal(Math.floor(edges.indexOf(values[window]!) / 10), i % 4));
  assert.notDeepEqual(read.slice(0, 40), read.slice(40));
  shard.close();
});

test("curriculum: only what the pacing allows, none twice before all that may be read were, and one epoch is all of the text", async () => {
  const shard = await shardOf(alphabet(60));
  const values = hardness(60);
  const rank = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  for (const pacing of Object.keys(corpus.pacings) as corpus.PacingName[])
    for (const hardestFirst of [false, true]) {
      const stream = openOf(corpus.curriculum({ score: score(60), pacing, start: 0.2, hardestFirst }), shard, {
        steps: 180,
      });
      let pass = new Set<number>();
      for (let step = 0; step < 180; step++) {
        const part = corpus.pacings[pacing].available(Math.min(1, step / 90), 0.2, 2);
        const allowed = Math.min(60, Math.ceil(part * 60));
        const [window] = readOf(stream, step + 1, step);
        const place = hardestFirst ? 59 - rank.indexOf(window!) : rank.indexOf(window!);
        assert.ok(place < allowed, `${pacing}: ${place} of ${allowed} at ${step}`);
        if (pass.has(window!)) {
          assert.equal(pass.size, allowed);
          pass = new Set();
        }
        pass.add(window!);
      }
      assert.equal(stream.epochs, 3);
    }
  const one = readOf(openOf(corpus.curriculum({ score: score(60) }), shard, { steps: 60 }), 60);
  assert.equal(new Set(one).size, 60);
  const early = one.slice(0, 20).map((window) => rank.indexOf(window));
  const late = one.slice(40).map((window) => rank.indexOf(window));
  const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  assert.ok(mean(early) < mean(late) - 15, `${mean(early)} before ${mean(late)}`);
  shard.close();
});

test("pacing functions rise from start to all; worked values in the middle", () => {
  for (const [name, { available }] of Object.entries(corpus.pacings)) {
    const values = Array.from({ length: 101 }, (_, i) => available(i / 100, 0.1, 2));
    assert.ok(Math.abs(values[0]! - 0.1) < 1e-9, name);
    assert.ok(Math.abs(values[100]! - 1) < 1e-5, name);
    values.forEach((value, i) => assert.ok(i === 0 || value >= values[i - 1]!, name));
  }
  const { linear, root, quadratic, log, exp, step } = corpus.pacings;
  const half = [linear, quadratic].map(({ available }) => available(0.5, 0.1));
  assert.deepEqual(half, [0.55, 0.325]);
  assert.ok(Math.abs(root.available(0.5, 0.1, 2) - Math.sqrt(0.505)) < 1e-12);
  assert.ok(Math.abs(log.available(0.5, 0) - (1 - Math.LN2 / 10)) < 1e-4);
  assert.ok(Math.abs(exp.available(0.5, 0) - 1 / (1 + Math.exp(5))) < 1e-12);
  assert.equal(step.available(0.99, 0.1), 0.1);
});

test("reservoir: the share of replay is exact, and the buffer a fair sample of four domains one after another", async () => {
  const parts = ["a", "b", "c", "d"];
  const shard = await shardOf(parts.map((letter) => letter.repeat(2 * 1000)).join(""));
  const open = (seed: number): Stream => openOf(corpus.reservoir({ size: 200, replay: 0 }), shard, { seed });
  const kept = parts.map(() => 0);
  for (let seed = 0; seed < 10; seed++) {
    const stream = open(seed);
    for (let i = 0; i < 4000; i++) stream.next(i);
    const { buffer } = stream.state as { buffer: number[] };
    assert.equal(new Set(buffer).size, 200);
    for (const window of buffer) kept[Math.floor(window / 1000)]!++;
  }
  // 2000 kept in all, 500 of each domain on average with a deviation of 19; what is always overwritten keeps none of the first.
  for (const [i, count] of kept.entries()) assert.ok(Math.abs(count - 500) < 80, `${parts[i]}: ${count} of 2000`);

  const stream = openOf(corpus.reservoir({ size: 10, replay: 0.25 }), shard);
  for (let i = 0; i < 400; i++) stream.next(i);
  assert.equal((stream.state as { arrived: number }).arrived, 300);
  shard.close();
});

test("what cannot be is one line", async () => {
  const shard = await shardOf(alphabet(10));
  const refuses = (make: () => Order, line: RegExp): void => assert.throws(() => openOf(make(), shard).next(0), line);
  refuses(() => corpus.subset({ tokens: 30 }), /^Error: subset: invalid tokens: 30 \(the text has 21\)$/);
  refuses(
    () => corpus.subset({ tokens: 1 }),
    /^Error: subset: invalid tokens: 1 \(less than one window of 2 tokens; the text has 10\)$/,
  );
  refuses(
    () => corpus.subset({ share: 0.01 }),
    /^Error: subset: invalid share: 0\.01 \(less than one window of 2 tokens; the text has 10\)$/,
  );
  refuses(() => corpus.subset({ share: 1.5 }), /^Error: subset: invalid share: 1\.5 \(above 0, at most 1\)$/);
  refuses(() => corpus.subset({}), /^Error: subset: invalid share: give either share or tokens$/);
  refuses(
    () => corpus.curriculum({ score: corpus.mtld() }),
    /^Error: curriculum: invalid score: mtld \(none of the 10 windows has it\)$/,
  );
  refuses(
    () => corpus.curriculum({ score: corpus.given({ values: [1] }) }),
    /^Error: given: invalid values: 1 \(the text has 10 windows of 2 tokens\)$/,
  );
  refuses(
    () => corpus.curriculum({ score: score(10), pacing: "cubic" as "root" }),
    /^Error: curriculum: invalid pacing: cubic \(one of linear, root, /,
  );
  refuses(() => corpus.curriculum({ score: score(10), start: 0 }), /^Error: curriculum: invalid start: 0 /);
  refuses(() => corpus.curriculum({ score: score(10), until: NaN }), /^Error: curriculum: invalid until: NaN /);
  refuses(
    () => corpus.interleaved({ score: score(10), bins: 11 }),
    /^Error: interleaved: invalid bins: 11 \(the text has 10 windows\)$/,
  );
  refuses(() => corpus.reservoir({ size: 0 }), /^Error: reservoir: invalid size: 0 /);
  refuses(() => corpus.reservoir({ size: 1, replay: 1 }), /^Error: reservoir: invalid replay: 1 /);
  const state = openOf(corpus.curriculum({ score: score(10) }), shard).state as Record<string, Json>;
  assert.throws(
    () => openOf(corpus.curriculum({ score: score(10) }), shard, { state: { ...state, unread: [10] } }),
    /^Error: curriculum: invalid state: it is not of a text of 10 windows$/,
  );
  shard.close();
});

test("an order by a score of the user's says what it is no more than the score does", () => {
  const own = { name: "own", options: {}, easy: "low", ofText: (text: string) => text.length } as const;
  assert.ok(isMade(corpus.curriculum({ score: corpus.mtld() })));
  for (const order of [
    corpus.curriculum({ score: own }),
    corpus.interleaved({ score: own }),
    corpus.subset({ share: 1, score: own }),
  ])
    assert.ok(!isMade(order));
});

/** Windows of one epoch as text, with `.` for the end of text and `_` for padding, in alphabetical order. */
function windowsOf(order: Order, shard: Shard, context: number): string[] {
  const stream = openOf(order, shard, { context });
  const seen: string[] = [];
  while (stream.epochs < 1) {
    const tokens = Array.from(stream.next(0), (id) => (id === 256 ? "." : String.fromCharCode(id)));
    const covered = corpus.documentsIn({ shard, segments: stream.segments!, context });
    seen.push(tokens.map((letter, i) => (covered[i] === -1 ? "_" : letter)).join(""));
  }
  return seen.sort();
}

test("packed: best-fit decreasing, whole documents once an epoch; too long ones cut, or split", async () => {
  // With their ends 5, 2, 3 and 1 tokens in windows of 4.
  const shard = await shardOf("aaaa", "b", "cc", "");
  assert.deepEqual(windowsOf(corpus.packed(), shard, 3), ["aaaa", "b.__", "cc.."]);
  assert.deepEqual(windowsOf(corpus.packed({ split: true }), shard, 3), ["aaaa", "b.._", "cc.."]);
  shard.close();
});

test("packed: no bin holds more than its room, each thing is in one, and none is opened while it fits in another", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 })), (lengths) => {
      const bins = bestFit(lengths, 12);
      const sums = bins.map((bin) => bin.reduce((sum, i) => sum + lengths[i]!, 0));
      assert.ok(sums.every((sum) => sum <= 12));
      assert.deepEqual(
        bins.flat().sort((a, b) => a - b),
        [...lengths.keys()],
      );
      // The first of a bin is the longest of it: it would have fit into no earlier bin, whose room only shrinks.
      const least = bins.map((bin) => lengths[bin[0]!]!);
      bins.forEach((_, k) => {
        for (let j = 0; j < k; j++) {
          const before = bins[j]!.filter(
            (i) => lengths[i]! > least[k]! || (lengths[i] === least[k] && i < bins[k]![0]!),
          );
          assert.ok(before.reduce((sum, i) => sum + lengths[i]!, 0) + least[k]! > 12);
        }
      });
    }),
  );
});

test("pairs: documents 2i and 2i + 1, each in its half of the window; odd numbers of them or of tokens are one line", async () => {
  const shard = await shardOf("a", "bb", "cccc", "");
  assert.deepEqual(windowsOf(corpus.pairs(), shard, 5), ["a._bb.", "ccc.__"]);
  assert.throws(
    () => openOf(corpus.pairs(), shard, { context: 4 }),
    /^Error: pairs: invalid context: 4 \(odd, so that its 5 tokens are two halves\)$/,
  );
  shard.close();
  const three = await shardOf("a", "b", "c");
  assert.throws(() => openOf(corpus.pairs(), three), /^Error: pairs: invalid text: 3 documents \(two for each pair\)$/);
  three.close();
});

test("what a window is made of: documents by number, and what counts is never predicted across segments", async () => {
  const documents = ["ab", "c", "de"];
  const mark = [{ from: 0, to: 1, weight: 2 }];
  const marks = [[], mark, mark];
  const shard = await corpus.encode({ documents, marks, tokenizer, path: join(root, `${files++}.tokens`) });
  // a b . c . d e .
  assert.deepEqual([...shard.weights(0, 8)], [0, 0, 0, 2, 2, 2, 0, 0]);
  const straight = { shard, segments: [{ at: 0, start: 1, length: 6 }], context: 5 };
  assert.deepEqual([...corpus.documentsIn(straight)], [0, 0, 1, 1, 2, 2]);
  assert.deepEqual([...corpus.weightsIn(straight)], [0, 2, 2, 2, 0]);
  const segments = [
    { at: 0, start: 5, length: 3 },
    { at: 3, start: 3, length: 2 },
  ];
  assert.deepEqual([...corpus.documentsIn({ shard, segments, context: 6 })], [0, 0, 0, 1, 1, -1, -1]);
  assert.deepEqual([...corpus.weightsIn({ shard, segments, context: 6 })], [0, 0, 0, 2, 0, 0]);
  shard.close();
});
