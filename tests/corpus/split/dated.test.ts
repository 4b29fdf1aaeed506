import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { test } from "node:test";
import fc from "../../property.js";
import { corpora, load } from "../../../src/corpus/index.js";
import type { CorpusRow, Document } from "../../../src/corpus/index.js";
import { daysOf } from "../../../src/corpus/split/dates.js";
import { splitDocuments } from "../../../src/corpus/split/split.js";

/** Documents of a made corpus in the place of the row of that name, for one test. */
function standIn(documents: Record<string, Document[]>): () => void {
  const row = corpora.udhr as CorpusRow;
  const { read, languages } = row;
  row.read = () => Promise.resolve({ source: "made", licence: "none", documents, aligned: false, notes: [] });
  row.languages = () => Object.keys(documents);
  return () => Object.assign(row, { read, languages });
}

const dated = (dates: (string | undefined)[]): Document[] =>
  dates.map((date, i) => ({ key: `doc ${i}`, text: `Text number ${i}.`, ...(date !== undefined && { date }) }));

test("dates are known to the year, the month or the day", () => {
  assert.deepEqual(daysOf("2015"), { first: "2015-01-01", last: "2015-12-31" });
  assert.deepEqual(daysOf("2015-02"), { first: "2015-02-01", last: "2015-02-31" });
  assert.deepEqual(daysOf("2015-02-03T10:11:12Z"), { first: "2015-02-03", last: "2015-02-03" });
  for (const wrong of ["", "15", "2015-13", "2015-00", "2015-1", "2015-01-32", "May 2015", "2015/01"])
    assert.equal(daysOf(wrong), undefined, wrong);
});

const year = fc.integer({ min: 1990, max: 2020 });
const date = fc.oneof(
  year.map(String),
  fc.tuple(year, fc.integer({ min: 1, max: 12 })).map(([y, m]) => `${y}-${String(m).padStart(2, "0")}`),
  fc.tuple(year, fc.integer({ min: 1, max: 28 })).map(([y, d]) => `${y}-06-${String(d).padStart(2, "0")}`),
  fc.constant(undefined),
);

test("with until nothing is trained on that is later or may be, whatever is held out besides", () => {
  const asked = fc.record({
    dates: fc.array(date, { minLength: 30, maxLength: 60 }),
    until: date.filter((one) => one !== undefined),
    heldOut: fc.constantFrom(0, 0.3),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(asked, ({ dates, until, heldOut, seed }) => {
      const documents = dated([...Array<string>(20).fill("1989"), "1989-02", ...dates, "2021", "2022-05-06"]);
      const { last } = daysOf(until)!;
      const split = splitDocuments({ documents: { en: documents }, heldOut, seed, until });
      for (const { date } of split.train.en!) assert.ok(date !== undefined && daysOf(date)!.last <= last, date);
      const held = new Set(split.heldOut.en);
      for (const document of documents)
        if (document.date !== undefined && daysOf(document.date)!.first > last) assert.ok(held.has(document));
      const all = split.train.en!.length + held.size + split.undated.en!;
      assert.equal(all, documents.length);
    }),
  );
});

test("slices are views of the split: later text is in none of the parts that are trained on", async () => {
  const years = Array.from({ length: 60 }, (_, i) => String(1960 + i));
  const back = standIn({ en: dated([...years, undefined]) });
  try {
    const slices = { early: { to: "1979" }, middle: { from: "1980", to: "1999" }, late: { from: "2000" } };
    const { texts, dates, notes } = await load({
      name: "udhr",
      languages: ["en"],
      until: "1999",
      heldOut: 0.2,
      slices,
    });
    assert.ok(dates!.en!.train.every((date) => date! <= "1999"));
    assert.equal(texts.late!.train.length, 0);
    assert.equal(texts.late!.heldOut.length, 20);
    assert.ok(texts.early!.train.length > 0 && texts.early!.heldOut.length > 0);
    const parts = [texts.early!, texts.middle!, texts.late!];
    for (const part of ["train", "heldOut"] as const)
      assert.deepEqual(parts.flatMap((text) => text[part]).sort(), [...texts.en![part]].sort());
    assert.deepEqual(notes, ["en: 1 document left out, for it is not known whether they are later"]);
    const ask = (options: object): Promise<unknown> => load({ name: "udhr", languages: ["en"], ...options });
    await assert.rejects(ask({ until: "soon" }), /^Error: load: invalid until: "soon" \(a year, a month or a day/);
    await assert.rejects(
      ask({ until: "1900" }),
      /invalid until: 1900 \(en has 0 documents dated to it, and 60 to hold out\)/,
    );
    await assert.rejects(ask({ slices: { en: { to: "1979" } } }), /invalid slices: en \(it is a language/);
    await assert.rejects(ask({ slices: { none: { from: "2050" } } }), /en has no document from 2050 to the last/);
    await assert.rejects(ask({ slices: { none: {} } }), /invalid slice: none \(give from, to, or both\)/);
  } finally {
    back();
  }
});

test("a text that comes again later is held out of neither part twice: what training has is not scored", () => {
  const documents = [
    ...dated(["2000", "2001"]),
    { key: "again", text: "Text number 0.", date: "2010" },
    ...dated(["2012"]),
  ];
  documents[3] = { key: "new", text: "All of it is new.", date: "2012" };
  const split = splitDocuments({ documents: { en: documents }, heldOut: 0, seed: 1, until: "2005" });
  assert.deepEqual(
    split.heldOut.en!.map(({ key }) => key),
    ["new"],
  );
  assert.equal(split.leaked.en, 1);
});

test("documents of one group fall on one side, whichever of them are there", () => {
  const documents = Array.from({ length: 200 }, (_, i): Document => ({
    key: `f${i}`,
    text: `Text ${i}.`,
    group: `p${i % 20}`,
  }));
  const sides = (some: Document[]): Map<string, string> => {
    const split = splitDocuments({ documents: { code: some }, heldOut: 0.3, seed: 4 });
    const held = new Set(split.heldOut.code!.map(({ group }) => group!));
    assert.ok(held.size > 0 && split.train.code!.every(({ group }) => !held.has(group!)));
    return new Map(some.map(({ group }) => [group!, held.has(group!) ? "held" : "train"]));
  };
  assert.deepEqual(sides(documents), sides(documents.filter((_, i) => i >= 20)));
});

test("files of the user's with a field of dates are split by date too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "palimpsest-dated-"));
  try {
    const path = join(folder, "news.jsonl");
    const rows = Array.from({ length: 40 }, (_, i) => ({
      text: `News number ${i}.`,
      when: `${2000 + (i % 20)}-03-0${1 + (i % 9)}`,
    }));
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const files = { en: { paths: path, date: "when" } };
    const { texts, dates } = await load({ files, until: "2009", slices: { late: { from: "2015" } } });
    assert.equal(texts.en!.train.length, 20);
    assert.ok(dates!.en!.train.every((date) => date! < "2010") && dates!.en!.heldOut.every((date) => date! >= "2010"));
    assert.deepEqual([texts.late!.train.length, texts.late!.heldOut.length], [0, 10]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
