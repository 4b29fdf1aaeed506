import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { progressReporter, timeLeft } from "../../../src/lab/cell/progress.js";

function sink(terminal: boolean): { stream: NodeJS.WritableStream; text: () => string } {
  const stream = new PassThrough();
  let text = "";
  stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const tty = { isTTY: true, columns: 100, cursorTo: () => {}, clearLine: () => {}, moveCursor: () => {} };
  return { stream: terminal ? Object.assign(stream, tty) : stream, text: () => text };
}

test("plain lines: the first, at most one per period, and the last", () => {
  const { stream, text } = sink(false);
  let clock = 0;
  const { report, done } = progressReporter({ stream, every: 1000, now: () => clock });
  for (let step = 1; step <= 50; step++) {
    clock += 100;
    report({ label: "train", done: step, total: 100, note: "5 tokens/s" });
  }
  done();
  const lines = text().trim().split("\n");
  assert.deepEqual(
    lines.map((line) => line.split(" ")[2]),
    ["(1/100)", "(11/100)", "(21/100)", "(31/100)", "(41/100)", "(50/100)"],
  );
  assert.equal(lines[1], "train 11% (11/100) 5 tokens/s, 0:09 left");
  assert.equal(lines[5], "train 50% (50/100) 5 tokens/s");
});

test("a new label shows how the one before it ended; done() twice writes once", () => {
  const { stream, text } = sink(false);
  const { report, done } = progressReporter({ stream, now: () => 0 });
  report({ label: "a", done: 0, total: 4 });
  report({ label: "a", done: 3, total: 4 });
  report({ label: "b", done: 2, total: 2 });
  done();
  done();
  assert.deepEqual(text().trim().split("\n"), ["a 0% (0/4)", "a 75% (3/4)", "b 100% (2/2)"]);
});

test("a terminal gets a bar with label, percentage, note and time left", () => {
  const { stream, text } = sink(true);
  let clock = 0;
  const { report, done } = progressReporter({ stream, now: () => clock });
  report({ label: "train", done: 0, total: 10 });
  clock = 30_000;
  report({ label: "train", done: 5, total: 10, note: "12k tokens/s" });
  done();
  assert.match(text(), /train .*50% 12k tokens\/s, 0:30 left/);
});

test("time left is said only while it is known", () => {
  assert.equal(timeLeft({ done: 0, total: 10, elapsed: 5 }), "");
  assert.equal(timeLeft({ done: 10, total: 10, elapsed: 5 }), "");
  assert.equal(timeLeft({ done: 1, total: 3, elapsed: 3_600_000 }), "2:00:00 left");
});
