/** Numbers as the sentences of a report have them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { report } from "../../../src/lab/cell/report.js";
import { both, compare, listed, mostOf, percent, range, signed } from "../../../src/lab/cell/sentences.js";
import { mean, pairedDifference } from "../../../src/measure/index.js";

test("shares, signs, lists and ranges", () => {
  assert.deepEqual([percent(0.256), percent(0.256, 1), percent(null)], ["26 %", "25.6 %", "none"]);
  assert.deepEqual([signed(0.12), signed(-0.1234), signed(-2, 0)], ["+0.120", "−0.123", "−2"]);
  assert.deepEqual([listed(["a", "b"]), listed([])], ["a, b", "none"]);
  assert.equal(
    range([3, 1, 2], (value) => value.toFixed(1)),
    "1.0 to 3.0",
  );
  assert.equal(mean([1, 2, 6]), 3);
  assert.ok(Number.isNaN(mean([])));
});

test("a comparison is the paired difference, said; what is within chance is neither above nor below", () => {
  const [values, against] = [
    [1.1, 1.21, 1.3],
    [1, 1.1, 1.2],
  ];
  const clear = compare({ values, against });
  const { mean: difference, half } = pairedDifference({ values, against });
  assert.deepEqual([clear.difference, clear.half, clear.clear], [difference, half, true]);
  assert.equal(clear.words, "+0.103 ± 0.014 bits per byte");
  assert.deepEqual([clear.above, clear.below, clear.chance], [true, false, "larger than chance"]);
  const loose = compare({ values: [1, 5], against: [2, 2], unit: "points", digits: 1 });
  assert.equal(loose.words, "+1.0 ± 25.4 points");
  assert.deepEqual([loose.above, loose.below, loose.chance], [null, null, "not larger than chance"]);
  const none = compare({ values: [1, NaN], against: [2, 2] });
  assert.deepEqual([none.difference, none.clear, none.words], [NaN, false, "not every seed comes to it"]);
  assert.equal(compare({ values, against, unit: "" }).words, "+0.103 ± 0.014");
});

test("no less, no more and level want the whole interval inside the margin; what straddles it cannot tell", () => {
  const of = (values: number[], margin: number) => {
    const { noLess, noMore, level } = compare({ values, against: [1, 1.1, 1.2], margin });
    return [noLess, noMore, level];
  };
  assert.deepEqual(of([1, 1.1, 1.2], 0), [true, true, true]); // no difference in any seed
  assert.deepEqual(of([1.1, 1.21, 1.3], 0.2), [true, true, true]); // 0.103 ± 0.014
  assert.deepEqual(of([1.1, 1.21, 1.3], 0.11), [true, null, null]);
  assert.deepEqual(of([1.1, 1.21, 1.3], 0.05), [true, false, false]);
  assert.deepEqual(of([0.9, 0.99, 1.1], 0.05), [false, true, false]);
  assert.deepEqual(of([0.5, 1.1, 1.7], 0.1), [null, null, null]); // 0 ± 1.2: nothing is known
  assert.deepEqual(of([1, NaN, 1], 0.1), [null, null, null]);
  assert.throws(() => compare({ values: [1], against: [1], margin: -1 }), /compare: invalid margin: -1/);
});

test("both halves of a claim: one no is enough, one unknown leaves it open", () => {
  assert.deepEqual([both(true, true), both(true, false), both(null, false)], [true, false, false]);
  assert.deepEqual([both(true, null), both(null, null)], [null, null]);
});

test("a claim of a comparison says what was measured and whether it holds", () => {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-sentences-"));
  try {
    const made = report({ dir, title: "A question" });
    const compared = compare({ values: [1.1, 1.21, 1.3], against: [1, 1.1, 1.2] });
    made.claim({ paper: "A 2024", says: "more", of: "learned, b against c", compared, expected: "above" });
    made.claim({ paper: "B 2024", says: "less", of: "lost", compared, expected: "below" });
    const near = compare({ values: [1.1, 1.21, 1.3], against: [1, 1.1, 1.2], margin: 0.12 });
    made.claim({ paper: "C 2024", says: "as much", of: "lost", compared: near, expected: "level" });
    const { claims } = JSON.parse(readFileSync(join(dir, "summary.json"), "utf8")) as { claims: object[] };
    assert.deepEqual(claims, [
      { paper: "A 2024", says: "more", measured: "learned, b against c: +0.103 ± 0.014 bits per byte", holds: true },
      { paper: "B 2024", says: "less", measured: "lost: +0.103 ± 0.014 bits per byte", holds: false },
      {
        paper: "C 2024",
        says: "as much",
        measured: "lost: +0.103 ± 0.014 bits per byte (margin 0.12)",
        holds: true,
      },
    ]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("the most of several, beside the second, with the difference", () => {
  const values: Record<string, number[]> = { a: [1, 1.1, 1.2], b: [1.1, 1.21, 1.3], c: [NaN, 1, 1] };
  const rows = Object.entries(values).map(([name, each]) => ({ name, value: mean(each) }));
  const compared = (first: string, second: string) => compare({ values: values[first]!, against: values[second]! });
  assert.equal(
    mostOf({ most: "was learned under", rows, compared }),
    "Most was learned under b: 1.203 bits per byte, and 1.100 with a, a difference of +0.103 ± 0.014 bits per byte " +
      "that is larger than chance.",
  );
  assert.equal(
    mostOf({ most: "was kept by", rows: rows.slice(2), compared }),
    "Most was kept by nothing that can be compared.",
  );
});
