/** Small runs of every kind have the losses that they had when their goldens were made (tests/golden/train/runs.ts). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lossesOf, runAll } from "../golden/train/runs.js";
import { folder } from "./tiny.js";

const golden = JSON.parse(readFileSync(join(__dirname, "..", "golden", "train", "runs.json"), "utf8")) as Record<
  string,
  ReturnType<typeof lossesOf>
>;

const root = folder();

test("recipes of every kind give the losses that they always gave", async () => {
  const runs = await runAll(root);
  assert.deepEqual(Object.keys(runs), Object.keys(golden));
  for (const [name, run] of Object.entries(runs))
    for (const kind of ["steps", "evaluations"] as const) {
      const [now, then] = [lossesOf(run)[kind], golden[name]![kind]];
      assert.equal(now.length, then.length, name);
      now.forEach((loss, i) => assert.ok(Math.abs(loss - then[i]!) < 2e-4 * then[i]!, `${name} ${kind} ${i}: ${loss}`));
    }
});
