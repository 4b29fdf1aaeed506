/** Generators of grids, circles, orders, sums and sentences of a grammar: what they say is checked by other means. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { symbol } from "../../../src/corpus/generators/symbols.js";
import { rng } from "../../../src/rng.js";

const right = ({ context, choices, gold }: corpus.Question): string => `${context} ${choices[gold]!}`;

test("symbols are different words of one length", () => {
  assert.deepEqual([symbol(0, 2), symbol(25, 26), symbol(26, 27), symbol(675, 676)], ["a", "z", "ba", "zz"]);
  for (const of of [1, 26, 27, 677]) {
    const all = Array.from({ length: of }, (_, i) => symbol(i, of));
    assert.ok(new Set(all).size === of && new Set(all.map(({ length }) => length)).size === 1);
  }
});

test("grids: equal ones are followed by equal ones, dull and noisy rules are left out, and the control has the same words", () => {
  const options = { size: 6, states: 3, steps: 6, documents: 20, questions: 10 };
  const { documents, questions } = corpus.nca(options).generate({ rng: rng(1) });
  /** Of a cell in a text of grids: its state after its neighbourhood; always the same in a text. */
  const rule = (text: string): Map<string, number> => {
    const grids = text.split("\n").map((line) => {
      const grid = Array.from({ length: 6 }, () => new Array<number>(6).fill(0));
      line.split(" ").forEach((word, i) => {
        let number = [...word].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 97, 0);
        for (const by of [3, 2, 1, 0]) {
          grid[2 * Math.floor(i / 3) + (by >> 1)]![2 * (i % 3) + (by & 1)] = number % 3;
          number = Math.floor(number / 3);
        }
      });
      return grid;
    });
    const found = new Map<string, number>();
    for (let t = 1; t < grids.length; t++)
      for (let y = 0; y < 6; y++)
        for (let x = 0; x < 6; x++) {
          const around = [-1, 0, 1]
            .map((dy) => [-1, 0, 1].map((dx) => grids[t - 1]![(y + dy + 6) % 6]![(x + dx + 6) % 6]).join(""))
            .join("");
          const after = grids[t]![y]![x]!;
          assert.equal(found.get(around) ?? after, after);
          found.set(around, after);
        }
    return found;
  };
  const rules = documents.map(rule);
  for (const text of documents)
    assert.deepEqual(
      text.split("\n").map((line) => line.split(" ").length),
      [9, 9, 9, 9, 9, 9],
    );
  const differ = rules.some((one) =>
    rules.some((other) => [...one].some(([around, to]) => (other.get(around) ?? to) !== to)),
  );
  assert.ok(differ, "all documents have one rule");
  for (const { context, choices, gold } of questions) {
    const lines = right({ context, choices, gold }).split("\n");
    assert.equal(lines.length, 6);
    assert.ok(lines.at(-1)!.split(" ").length >= 2 && choices.length === 4);
  }
  const control = corpus.nca({ ...options, shuffled: true }).generate({ rng: rng(1) });
  const words = (text: string): string[] => text.split(/\s/).sort();
  assert.deepEqual(words(control.documents[0]!), words(documents[0]!));
  assert.notEqual(control.documents[0], documents[0]);
  const none = corpus.nca({ ...options, least: 3, most: 4 });
  assert.throws(
    () => none.generate({ rng: rng(1) }),
    /^Error: nca: invalid least and most: 3 and 4 \(none of 1000 rules is between\)$/,
  );
});

test("circles: who is so many places on is found by going there", () => {
  const { documents, questions } = corpus.depo({ length: 9, hops: 3, asks: 5 }).generate({ rng: rng(2) });
  const check = (text: string): number[] => {
    const [told, ...asked] = text.split(" ; ");
    const after = new Map(told!.split(" , ").map((pair) => pair.split(" ") as [string, string]));
    assert.ok(after.size === 9 && new Set(after.values()).size === 9);
    return asked.map((each) => {
      const [hops, from, to] = each.split(" ");
      let at = from!;
      for (let i = 0; i < Number(hops); i++) at = after.get(at)!;
      assert.equal(at, to, text);
      return Number(hops);
    });
  };
  for (const text of documents) assert.equal(check(text).length, 5);
  for (const question of questions) assert.deepEqual(check(right(question)), [Number(question.group!.slice(5))]);
});

test("orders: all that is needed and nothing else, each after what it needs; the other choices are wrong", () => {
  const { documents, questions } = corpus.brevo({ length: 10 }).generate({ rng: rng(3) });
  const read = (context: string): [(readonly [string, string])[], string] => {
    const [told, asked] = context.split(" ; ");
    return [told!.split(" , ").map((pair) => pair.split(" ") as [string, string]), asked!.replace(" :", "")];
  };
  for (const text of documents) {
    const [context, order] = text.split(" : ");
    const [edges, asked] = read(context!);
    assert.ok(corpus.isOrder(edges, asked, order!.split(" ")), text);
    assert.equal(order!.split(" ").at(-1), asked);
  }
  for (const { context, choices, gold, group } of questions) {
    const [edges, asked] = read(context);
    choices.forEach((order, i) => assert.equal(corpus.isOrder(edges, asked, order.split(" ")), i === gold));
    assert.equal(group, `size-${choices[gold]!.split(" ").length}`);
  }
  const edges = [
    ["a", "b"],
    ["b", "c"],
    ["a", "d"],
  ] as const;
  const judged = ["a b c", "b a c", "a b", "a b c d", "a a c", "a b b c"].map((order) =>
    corpus.isOrder(edges, "c", order.split(" ")),
  );
  assert.deepEqual(judged, [true, false, false, false, false, false]);
});

test("sums of remainders are right, on as many signs as the group says", () => {
  const { documents, questions } = corpus.mano({ modulus: 23, signs: 5 }).generate({ rng: rng(4) });
  const value = (words: string[]): number => {
    const word = words.shift()!;
    if (/\d/.test(word)) return Number(word);
    const [a, b] = [value(words), value(words)];
    return (((word === "+" ? a + b : word === "-" ? a - b : a * b) % 23) + 23) % 23;
  };
  for (const text of [...documents, ...questions.map(right)]) {
    const [sum, result] = text.split(" = ");
    const words = sum!.split(" ");
    assert.equal(value(words), Number(result));
    assert.ok(words.length === 0 && result!.length === 2);
  }
  for (const { context, group } of questions) assert.equal(group, `signs-${context.match(/[+*-]/g)!.length}`);
});

test("a grammar writes its sentences and no other: all of a small one are found by hand", () => {
  // Words 0 to 2; below the top there are 0 → 0 1 | 1 1 1 and 1 → 2 0 | 0 0, and the top is 0 1 or 1 1 0.
  const grammar = [
    [
      [
        [0, 1],
        [1, 1, 1],
      ],
      [
        [2, 0],
        [0, 0],
      ],
    ],
    [
      [
        [0, 1],
        [1, 1, 0],
      ],
    ],
  ];
  const [zero, one] = [
    ["01", "111"],
    ["20", "00"],
  ];
  const all = new Set([
    ...zero!.flatMap((a) => one!.map((b) => a + b)),
    ...one!.flatMap((a) => one!.flatMap((b) => zero!.map((c) => a + b + c))),
  ]);
  let found = 0;
  for (let length = 1; length <= 7; length++)
    for (let n = 0; n < 3 ** length; n++) {
      const text = n.toString(3).padStart(length, "0");
      const is = corpus.inLanguage(grammar, [...text].map(Number));
      assert.equal(is, all.has(text), text);
      if (is) found++;
    }
  assert.equal(found, all.size);
  const { documents, questions } = corpus.lano({ levels: 4 }).generate({ rng: rng(5) });
  const again = corpus.lano({ levels: 4, documents: 5, questions: 0 }).generate({ rng: rng(5) });
  assert.deepEqual(documents.slice(0, 5), again.documents);
  for (const { choices } of questions) {
    const [good, bad] = choices.map((text) => text.split(" ")) as [string[], string[]];
    assert.equal(good.filter((word, i) => word !== bad[i]).length, 1);
    assert.ok(good.length >= 16 && good.length <= 81);
  }
});
