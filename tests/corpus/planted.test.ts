/** Faults at known rates, and text that has none of them left as it was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fault, planted } from "../../src/corpus/index.js";
import { rng } from "../../src/rng.js";

const words = "one two three four five six seven eight nine ten eleven twelve".split(" ");
const documents = Array.from({ length: 100 }, (_, i) => ({ key: `d${i}`, text: `${words.join(" ")}\nline ${i}` }));
const foreign = [{ key: "k", text: "한국어 문서" }];
const rates = { shuffled: 0.1, boilerplate: 0.2, language: 0.05, "near-duplicate": 0.1 };

test("each fault at its rate, keys and order kept, the rest untouched; a seed gives the same again", () => {
  const made = planted({ documents, rates, foreign, rng: rng(1) });
  for (const [fault, rate] of Object.entries(rates))
    assert.equal(made.faults.filter((each) => each === fault).length, rate * 100, fault);
  const at = (fault: Fault): number[] => made.faults.flatMap((each, i) => (each === fault ? [i] : []));
  assert.deepEqual(
    made.documents.map(({ key }) => key),
    documents.map(({ key }) => key),
  );
  made.faults.forEach((fault, i) => fault ?? assert.equal(made.documents[i], documents[i]));
  for (const i of at("language")) assert.equal(made.documents[i]!.text, foreign[0]!.text);
  for (const i of at("boilerplate")) assert.equal(made.documents[i]!.text.split("\n").length, 3);
  const sorted = (text: string): string[] => text.split(/\s+/).sort();
  for (const i of at("shuffled")) {
    assert.notEqual(made.documents[i]!.text, documents[i]!.text);
    assert.deepEqual(sorted(made.documents[i]!.text), sorted(documents[i]!.text));
  }
  assert.deepEqual(planted({ documents, rates, foreign, rng: rng(1) }), made);
  assert.notDeepEqual(planted({ documents, rates, foreign, rng: rng(2) }), made);
});

test("a near-duplicate comes after the intact document that it is of, some of its words changed", () => {
  const { documents: made, faults } = planted({ documents, rates: { "near-duplicate": 0.5 }, rng: rng(3) });
  faults.forEach((fault, i) => {
    if (!fault) return;
    const parts = made[i]!.text.split(/\s+/);
    const close = made.findIndex(({ text }, j) => {
      const others = text.split(/\s+/);
      return !faults[j] && others.filter((word, k) => word === parts[k]).length >= others.length - 1;
    });
    assert.ok(close >= 0 && close < i, `${i} is like ${close}`);
  });
});

test("rates that cannot be are refused", () => {
  const refused = (given: object, says: RegExp): void => {
    assert.throws(() => planted({ documents, rates: {}, rng: rng(1), ...given }), says);
  };
  refused({ rates: { shuffled: 2 } }, /^Error: planted: invalid rates: shuffled 2 \(want 0 to 1\)$/);
  refused({ rates: { typo: 0.1 } }, /invalid rates: typo \(of shuffled, boilerplate, language, near-duplicate\)$/);
  refused({ rates: { language: 0.1 } }, /invalid foreign: no documents/);
  refused({ rates: { shuffled: 1 } }, /100 faults in 100 documents \(one stays intact\)$/);
  assert.deepEqual(planted({ documents: [], rates: { shuffled: 0 }, rng: rng(1) }), { documents: [], faults: [] });
});
