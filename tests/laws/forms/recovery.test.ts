/** Known constants come back from noisy rows: inside their 95 % intervals about as often as that says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { laws } from "../../../src/laws/registry.js";
import { recover, trials } from "./recovery.js";

const slow = ["d-cpt", "d-cpt-8", "d-cpt-cross", "cmr-general-tokens", "cpt-dynamics", "multilinguality", "vocabulary"];

for (const trial of trials) {
  test(`${trial.law.name}: constants come back`, () => {
    const repetitions = slow.includes(trial.law.name) ? 5 : 20;
    const told = recover(trial, repetitions).filter(({ identified }) => identified);
    assert.ok(told.length >= 2, "hardly a constant is identified by these rows");
    // Few repetitions for a quick test: a wrong gradient or start is out far more often than one in five. By hand: 200.
    for (const { name, inside } of told) assert.ok(inside >= 0.8, `${name}: inside in ${100 * inside} %`);
  });
}

test("every form with rows of its own is tried", () => {
  const tried = trials.map(({ law }) => law.name);
  assert.deepEqual(
    Object.keys(laws).filter((name) => !tried.includes(name) && name !== "chinchilla"),
    [],
  );
});
