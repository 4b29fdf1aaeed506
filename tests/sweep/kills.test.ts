import assert from "node:assert/strict";
import { test } from "node:test";
import { killed } from "./kills.js";

test("a sweep killed at work and at any moment, and run again, ends on the same models and rows, each row once", async () => {
  assert.ok((await killed({ kills: 3, seed: 2 })) >= 1, "some kill hit a sweep at work");
});
