import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import {
  adaptation,
  bitsPerByte,
  evaluation,
  forgetting,
  parameterShift,
  stabilityGap,
} from "../../src/measure/index.js";
import type { Evaluation, NdArray } from "../../src/types.js";

const near = (a: number, b: number, tolerance = 1e-12): void =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);
const rows = (domain: string, losses: [number, number][]): Evaluation[] =>
  losses.map(([step, loss]) => ({ step, tokens: step * 100, domain, loss, bitsPerByte: loss / 2 }));

test("2 nats a token: .7213 bits per byte at 4 bytes a token, 1.1542 at 2.5", () => {
  near(bitsPerByte({ nats: 2 * 1000, bytes: 4 * 1000 }), 0.7213, 5e-5);
  near(bitsPerByte({ nats: 2 * 1000, bytes: 2.5 * 1000 }), 1.1542, 5e-5);
});

test("a uniform model over 256 byte tokens costs 8 bits a byte", () => {
  near(bitsPerByte({ nats: 77 * Math.log(256), bytes: 77 }), 8);
});

test("bytes of nothing, negative or missing nats are refused", () => {
  assert.throws(() => bitsPerByte({ nats: 1, bytes: 0 }), /invalid bytes: 0/);
  assert.throws(() => bitsPerByte({ nats: NaN, bytes: 1 }), /invalid nats: NaN/);
});

const two = [
  ...rows("en", [
    [8, 2.25],
    [0, 2],
    [4, 3],
  ]),
  ...rows("ko", [
    [0, 6],
    [4, 4],
    [8, 3.5],
  ]),
];

test("signs: the old language got worse, so forgetting is positive; the new got better, so adaptation is", () => {
  const f = forgetting({ evaluations: two, domain: "en" });
  assert.deepEqual([f.step, f.tokens, f.nats, f.bitsPerByte], [8, 800, 0.25, 0.125]);
  assert.deepEqual(
    f.curve.map((point) => point.nats),
    [0, 1, 0.25],
  );
  const a = adaptation({ evaluations: two, domain: "ko" });
  assert.deepEqual([a.nats, a.bitsPerByte], [2.5, 1.25]);
  assert.ok(forgetting({ evaluations: two, domain: "ko" }).nats < 0);
});

test("at a step, and against the base model's own numbers", () => {
  const f = forgetting({ evaluations: two, domain: "en", step: 4 });
  assert.equal(f.nats, 1);
  assert.equal(f.curve.length, 2);
  near(forgetting({ evaluations: two, domain: "en", baseline: { loss: 1, bitsPerByte: 0.9 } }).bitsPerByte, 0.225);
});

test("the evaluation of a domain at a step, the last one where none is named", () => {
  assert.equal(evaluation({ evaluations: two, domain: "en" }).loss, 2.25);
  assert.equal(evaluation({ evaluations: two, domain: "ko", step: 0 }).loss, 6);
});

test("what cannot be answered is said in one line", () => {
  assert.throws(
    () => evaluation({ evaluations: two, domain: "ko", step: 3 }),
    /^Error: evaluation: invalid step: 3 \(ko was evaluated at 0, 4, 8\)$/,
  );
  assert.throws(() => forgetting({ evaluations: two, domain: "fi" }), /invalid domain: fi; evaluated: en, ko/);
  assert.throws(
    () => forgetting({ evaluations: two, domain: "en", step: 5 }),
    /invalid step: 5: en was evaluated at 0, 4, 8/,
  );
  assert.throws(() => forgetting({ evaluations: two.slice(0, 1), domain: "en" }), /none at step 0/);
  assert.throws(
    () => adaptation({ evaluations: rows("en", [[0, NaN]]), domain: "en" }),
    /invalid loss: NaN for en at step 0/,
  );
});

test("stability gap, by hand: up to 3 at step 4, through the start's level on the way to 1.5 at step 12", () => {
  const evaluations = rows("en", [
    [0, 2],
    [4, 3],
    [8, 2.5],
    [12, 1.5],
    [16, 2.2],
  ]);
  const gap = stabilityGap({ evaluations, domain: "en", unit: "nats" });
  assert.equal(gap.depth, 1);
  near(gap.excessDepth, 0.8);
  assert.equal(gap.worstStep, 4);
  assert.equal(gap.recoveryStep, 12);
  // 0–4: 2; 4–8: 3; 8–12: falls from .5 to −.5, positive for half of it: .5; 12–16: from −.5 to .2: (4·.2/.7)·.2/2
  near(gap.area, 2 + 3 + 0.5 + ((4 * 0.2) / 0.7) * 0.1);
  near(stabilityGap({ evaluations, domain: "en" }).depth, 0.5);
  assert.equal(stabilityGap({ evaluations, domain: "en", unit: "nats", tolerance: 0.5 }).recoveryStep, 8);
});

test("never recovered, and never worse", () => {
  assert.equal(
    stabilityGap({
      evaluations: rows("en", [
        [0, 1],
        [1, 2],
      ]),
      domain: "en",
    }).recoveryStep,
    null,
  );
  const better = stabilityGap({
    evaluations: rows("en", [
      [0, 2],
      [1, 1],
    ]),
    domain: "en",
  });
  assert.deepEqual([better.depth, better.area, better.recoveryStep], [0, 0, 0]);
});

test("depth, excess depth and area are never negative; area is at most depth times time", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 12 }), (losses) => {
      const evaluations = rows(
        "en",
        losses.map((loss, i) => [i * i, loss]),
      );
      const gap = stabilityGap({ evaluations, domain: "en", unit: "nats" });
      assert.ok(gap.depth >= 0 && gap.excessDepth >= 0 && gap.area >= 0);
      assert.ok(gap.area <= gap.depth * (losses.length - 1) ** 2 + 1e-9);
    }),
  );
});

const base = {
  evaluations: [
    { domain: "en", loss: 4, bitsPerByte: 1.9 },
    { domain: "fi", loss: 4, bitsPerByte: 1 },
  ],
};

test("against any evaluated model: what train.evaluate gives, and where another run ended", () => {
  near(forgetting({ evaluations: two, domain: "en", baseline: base }).bitsPerByte, 1.125 - 1.9);
  near(adaptation({ evaluations: two, domain: "en", baseline: base }).nats, 4 - 2.25);
  // Of another run the last evaluation counts, in whatever order its rows stand.
  const before = {
    evaluations: rows("en", [
      [8, 3],
      [0, 9],
      [4, 8],
    ]),
  };
  assert.equal(forgetting({ evaluations: two, domain: "en", baseline: before }).nats, 2.25 - 3);
  const late = two.filter(({ step }) => step > 0);
  assert.equal(stabilityGap({ evaluations: late, domain: "en", unit: "nats", baseline: before }).depth, 0);
  assert.throws(
    () => forgetting({ evaluations: two, domain: "ko", baseline: base }),
    /^Error: forgetting: invalid baseline: no evaluation of ko \(evaluated: en, fi\)$/,
  );
  assert.throws(
    () => adaptation({ evaluations: two, domain: "ko", baseline: { loss: NaN, bitsPerByte: 1 } }),
    /^Error: adaptation: invalid baseline: NaN nats, 1 bits per byte for ko \(want numbers\)$/,
  );
});

test("the gap of several old domains is that of their mean; the worst is each one's own", () => {
  const evaluations = [
    ...rows("en", [
      [0, 2],
      [1, 3],
      [2, 2.5],
      [4, 2],
    ]),
    ...rows("fi", [
      [0, 4],
      [1, 4],
      [2, 5],
      [4, 4.2],
    ]),
  ];
  const gap = stabilityGap({ evaluations, domain: ["en", "fi"], unit: "nats" });
  // Mean rise: 0, .5, .75, .1
  assert.deepEqual([gap.depth, gap.worstStep, gap.recoveryStep], [0.75, 2, null]);
  near(gap.excessDepth, 0.65);
  near(gap.area, 0.25 + 0.625 + 0.85);
  assert.equal(gap.worst, (3 + 5) / 2);
  const closed = stabilityGap({ evaluations, domain: ["en", "fi"], unit: "nats", tolerance: 0.11 });
  assert.equal(closed.recoveryStep, 4);
  near(stabilityGap({ evaluations, domain: ["en", "fi"], baseline: base }).depth, (1.25 - 1.9 + 2.5 - 1) / 2);
  assert.throws(
    () => stabilityGap({ evaluations: evaluations.slice(1), domain: ["en", "fi"], baseline: base }),
    /invalid evaluations: en and fi were not evaluated at the same steps/,
  );
  assert.throws(
    () => stabilityGap({ evaluations, domain: ["en", "fi"], baseline: { loss: 1, bitsPerByte: 1 } }),
    /invalid baseline: one loss for en, fi \(give evaluations\)/,
  );
  assert.throws(() => stabilityGap({ evaluations, domain: [] }), /invalid domain: none/);
});

const tensor = (shape: number[], data: number[]): NdArray => ({ shape, data: Float32Array.from(data) });

test("parameter shift: 3-4-5, a turned vector, an untouched tensor, and new rows apart", () => {
  const table = "model.embed_tokens.weight";
  const before = {
    a: tensor([2], [3, 4]),
    b: tensor([2], [1, 0]),
    c: tensor([1], [2]),
    [table]: tensor([3, 1], [1, 2, 2]),
  };
  const after = {
    a: tensor([2], [6, 8]),
    b: tensor([2], [0, 1]),
    c: tensor([1], [2]),
    [table]: tensor([3, 1], [1, 2, 4]),
  };
  const shifts = new Map(
    parameterShift({ before, after, newRows: [2], tables: [table] }).map((row) => [row.name, row]),
  );
  assert.deepEqual([shifts.get("a")!.relative, shifts.get("a")!.cosine, shifts.get("a")!.distance], [1, 1, 5]);
  near(shifts.get("b")!.relative, Math.SQRT2);
  assert.equal(shifts.get("b")!.cosine, 0);
  assert.equal(shifts.get("c")!.relative, 0);
  assert.deepEqual([shifts.get(table)!.relative, shifts.get(table)!.parameters], [0, 2]);
  assert.equal(shifts.get(`${table} (new rows)`)!.relative, 1);
  assert.equal(shifts.get("all")!.parameters, 8);
  near(shifts.get("all")!.distance, Math.sqrt(25 + 2 + 4));
});

test("tensors that do not match are named", () => {
  const before = { a: tensor([2], [1, 2]) };
  assert.throws(
    () => parameterShift({ before, after: before, newRows: [1] }),
    /invalid tables: none \(name the tables/,
  );
  assert.throws(() => parameterShift({ before, after: {} }), /invalid tensor: a: missing in after/);
  assert.throws(() => parameterShift({ before, after: { a: tensor([1], [1]) } }), /a: \[1\] against \[2\]/);
});
