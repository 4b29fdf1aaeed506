/** The fuzzer itself: it finds what was planted, says which input it was, goes on, and gives the same inputs again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { rng } from "../../src/rng.js";
import { fuzz, table } from "./fuzz.js";
import { faultOf } from "./judge.js";
import { mutate } from "./mutate.js";
import { faults, targets as planted } from "./planted.js";
import type { Files } from "./types.js";

const registry = join(__dirname, "planted.ts");
const limits = { seconds: 0.5, patience: 2, megabytes: 100, process: 700, heap: 200 };

test("every kind of fault is found, and the other targets are tried all the same", async () => {
  const names = planted.map(({ name }) => name);
  const { rows, findings } = await fuzz({
    targets: names,
    registry,
    seed: 1,
    inputs: names.length,
    processes: 2,
    limits,
  });
  for (const { target, inputs, refused, found } of rows) {
    const kind = faults[target];
    assert.equal(inputs, 1, target);
    assert.equal(refused, target === "sound" || target === "throws" ? 1 : 0, target);
    const wanted = Object.fromEntries(Object.keys(found).map((each) => [each, each === kind ? 1 : 0]));
    assert.deepEqual(found, wanted, `${target}: ${findings.find((each) => each.target === target)?.detail}`);
  }
  assert.match(table(rows), /^all +12 +2 +2 +3 +1 +3 +2$/m);
});

test("a process that died on an input is replaced, and goes on with the next", async () => {
  const { rows, findings } = await fuzz({
    targets: ["dies"],
    registry,
    seed: 1,
    first: 5,
    inputs: 3,
    processes: 1,
    limits,
  });
  assert.deepEqual([rows[0]!.inputs, findings.map((finding) => finding.case)], [3, [5, 6, 7]]);
});

test("a target that is not there ends the run and is named", async () => {
  await assert.rejects(
    fuzz({ targets: ["astray"], registry, seed: 1, inputs: 1, processes: 1, limits }),
    /^Error: fuzz: no target astray$/,
  );
});

test("the same seed and number give the same input, and nearly every input is changed", () => {
  const seeds: Files[] = [
    { a: Buffer.from('{"x": [1, 2, {"y": "z"}]}\n{"x": 2}\n') },
    { a: Buffer.from("a,b\n1,2\n") },
  ];
  const make = (seed: number, number: number): string =>
    Buffer.from(mutate(seeds, rng(seed).fork(`t ${number}`)).a ?? []).toString("latin1");
  const made = Array.from({ length: 500 }, (_, i) => make(1, i));
  assert.deepEqual(
    made,
    Array.from({ length: 500 }, (_, i) => make(1, i)),
  );
  assert.notDeepEqual(
    made.slice(0, 50),
    Array.from({ length: 50 }, (_, i) => make(2, i)),
  );
  const whole = seeds.map(({ a }) => Buffer.from(a!).toString("latin1"));
  assert.ok(made.filter((input) => whole.includes(input)).length < 25);
  assert.ok(new Set(made).size > 350);
});

test("what is and what is not the house's one line", () => {
  const good = [
    "load: no such file: a.txt",
    "runs.rows: invalid loss in a.csv, row 3: nothing (a plain number)",
    "parse: invalid row in a.jsonl, line 2: it is not an object",
    "recipe: unknown field: steps.x",
  ];
  for (const message of good) assert.equal(faultOf(new Error(message)), undefined, message);
  const bad = [
    new TypeError("Cannot read properties of undefined (reading 'x')"),
    new Error("load: cannot read a.parquet: x.map is not a function"),
    new RangeError("Maximum call stack size exceeded"),
    new RangeError("Invalid array length"),
    new SyntaxError("Unexpected token 'a' in JSON at position 0"),
    new Error("ENOENT: no such file or directory, open 'a'"),
    new Error("load: two\nlines"),
    new Error("load: invalid name: \u001b[31m"),
    new Error(`load: invalid value: ${"0,".repeat(1000)}`),
    new Error(""),
    "a text",
  ];
  for (const error of bad) assert.ok(faultOf(error), String(error));
});
