import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluationPoints } from "../../src/train/run/points.js";

test("powers of two, twenty even parts and both ends", () => {
  const points = evaluationPoints({ steps: 600 });
  for (const step of [0, 1, 2, 4, 256, 512, 30, 60, 570, 600]) assert.ok(points.includes(step), `${step}`);
  assert.equal(points.length, 12 - 1 + 20);
  assert.deepEqual(
    points,
    [...new Set(points)].sort((a, b) => a - b),
  );
});

test("short runs evaluate each step at most once and never beyond the end", () => {
  assert.deepEqual(evaluationPoints({ steps: 1 }), [0, 1]);
  assert.deepEqual(evaluationPoints({ steps: 5 }), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(evaluationPoints({ steps: 100, even: 0 }), [0, 1, 2, 4, 8, 16, 32, 64, 100]);
});

test("more parts than anybody can mean are refused before anything is made", () => {
  assert.throws(() => evaluationPoints({ steps: 1e9, even: 1e9 }), {
    message: "evaluationPoints: invalid even: 1000000000 (a whole number from 0 to 100000)",
  });
});
