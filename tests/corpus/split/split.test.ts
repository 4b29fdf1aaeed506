import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../property.js";
import { splitDocuments } from "../../../src/corpus/split/split.js";
import type { Document } from "../../../src/corpus/types.js";

const numbered = (language: string, keys: number[]): Document[] =>
  keys.map((k) => ({ key: `doc ${k}`, text: `${language} text number ${k}` }));
const keysOf = (documents: Document[]): string[] => documents.map(({ key }) => key);

/** Two languages that each have some of sixty documents. */
const twoLanguages = fc.record({
  en: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 10 }),
  ko: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 10 }),
  seed: fc.integer(),
  heldOut: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
});

test("no document is on one side in one language and on the other in another, and none is lost", () => {
  fc.assert(
    fc.property(twoLanguages, ({ en, ko, seed, heldOut }) => {
      const documents = { en: numbered("en", en), ko: numbered("ko", ko) };
      const split = splitDocuments({ documents, heldOut, seed });
      const held = new Set(Object.values(split.heldOut).flatMap(keysOf));
      for (const language of ["en", "ko"] as const) {
        assert.ok(keysOf(split.train[language]!).every((key) => !held.has(key)));
        const both = [...split.train[language]!, ...split.heldOut[language]!];
        assert.deepEqual(new Set(keysOf(both)), new Set(keysOf(documents[language])));
        assert.equal(both.length, documents[language].length);
        assert.ok(split.heldOut[language]!.length > 0);
      }
    }),
  );
});

test("a document's side does not depend on which languages are loaded or on other documents", () => {
  const documents = {
    en: numbered("en", [...Array(300).keys()]),
    ko: numbered(
      "ko",
      [...Array(300).keys()].filter((k) => k % 3 > 0),
    ),
  };
  const both = splitDocuments({ documents, heldOut: 0.1, seed: 7 });
  const alone = splitDocuments({ documents: { ko: documents.ko }, heldOut: 0.1, seed: 7 });
  assert.deepEqual(alone.heldOut.ko, both.heldOut.ko);
  const share = both.heldOut.en!.length / 300;
  assert.ok(share > 0.05 && share < 0.16, `held out ${share}`);
  const other = splitDocuments({ documents, heldOut: 0.1, seed: 8 });
  assert.notDeepEqual(keysOf(other.heldOut.en!), keysOf(both.heldOut.en!));
});

test("a held-out document goes when four fifths of its text is lines of the train part of its language", () => {
  const shared = "A note that stands on every page of the manual, word for word."; // 62 characters
  const page = (k: number, extra: string): Document => ({ key: `doc ${k}`, text: `${shared}\n${extra}` });
  const many = [...Array(200).keys()];
  const held = new Set(
    keysOf(splitDocuments({ documents: { en: numbered("en", many) }, heldOut: 0.2, seed: 1 }).heldOut.en!),
  );
  // Every page is 62 characters of note and 10 of its own: 86% of a held-out page stands in train.
  const familiar = many.map((k) => page(k, `own ${String(k).padStart(6, "x")}`));
  assert.throws(
    () => splitDocuments({ documents: { en: familiar }, heldOut: 0.2, seed: 1 }),
    /^Error: load: invalid held-out part of en: all \d+ of its documents repeat the train part/,
  );
  // With 30 characters of its own it is 67%, and stays.
  const fresh = many.map((k) => page(k, `own ${String(k).padStart(26, "x")}`));
  const split = splitDocuments({ documents: { en: fresh }, heldOut: 0.2, seed: 1 });
  assert.deepEqual(new Set(keysOf(split.heldOut.en!)), held);
  assert.equal(split.leaked.en, 0);
  assert.ok(Math.abs(split.repeatedShare.en! - 62 / 92) < 0.01);
  // One held-out page that repeats train goes alone.
  const victim = [...held][0]!;
  const mixed = fresh.map((document) => (document.key === victim ? { key: victim, text: shared } : document));
  const dropped = splitDocuments({ documents: { en: mixed }, heldOut: 0.2, seed: 1 });
  assert.equal(dropped.leaked.en, 1);
  assert.ok(!keysOf(dropped.heldOut.en!).includes(victim));
});

test("two documents are enough, one is not, and nothing held out is allowed", () => {
  const two = splitDocuments({
    documents: { en: numbered("en", [1, 2]), ko: numbered("ko", [1, 2]) },
    heldOut: 0.05,
    seed: 3,
  });
  assert.deepEqual([two.train.en!.length, two.heldOut.en!.length], [1, 1]);
  assert.deepEqual(keysOf(two.train.en!), keysOf(two.train.ko!));
  assert.throws(
    () => splitDocuments({ documents: { en: numbered("en", [1]) }, heldOut: 0.05, seed: 1 }),
    /^Error: load: invalid number of documents in en: 1; a split needs at least two/,
  );
  const none = splitDocuments({ documents: { en: numbered("en", [1]) }, heldOut: 0, seed: 1 });
  assert.deepEqual([none.train.en!.length, none.heldOut.en!.length], [1, 0]);
});
