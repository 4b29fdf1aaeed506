import assert from "node:assert/strict";
import { test } from "node:test";
import { check, checkMime, sentenceOf, type Verdict, type Wanted } from "../../../src/lab/cell/check.js";
import { setHost, type DisplayContent, type Host } from "../../../src/lab/cell/host.js";

const shown: DisplayContent[] = [];
const host: Host = {
  sender: () => (content) => void shown.push(content),
  ask: () => Promise.reject(new Error("nobody is there")),
  interruptible: new Set(),
  cellEnd: new Set(),
  folder: "",
  runner: false,
};
setHost(host);

/** What the cell says of a value that is wanted so. */
function said(value: unknown, wanted?: Wanted): string {
  check("asked", () => value, wanted);
  return String(shown.at(-1)!.data["text/plain"]);
}

test("a check says what was expected and what came", () => {
  assert.equal(said(true), "✓ asked");
  assert.equal(said(false), "✗ asked: expected true, came false");
  assert.equal(said(1), "✗ asked: expected true, came 1");
  assert.equal(said(0.1 + 0.2, { is: 0.3 }), "✓ asked");
  assert.equal(said(1.23456789, { is: 1.2, within: 0.01 }), "✗ asked: expected 1.2 ± 0.01, came 1.2346");
  assert.equal(said(NaN, { is: NaN }), "✓ asked");
  assert.equal(said(NaN, { above: 1 }), "✗ asked: expected above 1, came NaN");
  assert.equal(said("2", { above: 1, below: 3 }), "✗ asked: expected above 1 and below 3, came '2'");
  assert.equal(said(2, { above: 1, below: 3 }), "✓ asked");
  assert.equal(said(["a"], { is: ["a"] }), "✓ asked");
  assert.equal(
    said([1, 2], { is: [1, 3], hint: "Count from 1." }),
    "✗ asked: expected [ 1, 3 ], came [ 1, 2 ]. Count from 1.",
  );
  assert.ok(said("x".repeat(1000), { is: "y" }).length < 200);
});

test("what is thrown is a verdict, in promises too, and the next check is made", async () => {
  const fails = (): never => {
    throw new Error("your code is missing here\nat …");
  };
  void check("sync", fails, { hint: "Write it." });
  await check("async", async () => Promise.reject(new Error("no")), { is: 1 });
  await check("promised", async () => Promise.resolve(2), { is: 2 });
  const verdicts = shown.slice(-3).map(({ data }) => data[checkMime] as Verdict);
  assert.deepEqual(verdicts.map(sentenceOf), ["sync: your code is missing here. Write it.", "async: no", "promised"]);
  assert.match(String(shown.at(-2)!.data["text/html"]), /✗.*async: no/);
});

test("a check without a function is refused", () => {
  assert.throws(() => check("asked", true as never), /^Error: check: invalid arguments/);
});
