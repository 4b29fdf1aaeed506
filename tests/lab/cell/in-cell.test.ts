/** What a cell has in place of loops and of a sweep's fine print: one thing after the other, all runs or a clear error. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { hintOf } from "../../../src/lab/kernel/hint.js";
import { inTurn, sweep } from "../../../src/lab/index.js";
import { fixed } from "../../../src/mixture/index.js";
import { constant, job, type Recipe } from "../../../src/train/index.js";
import { language, tinyModel } from "../../train/tiny.js";
import { temporaryFolder } from "../fixture.js";

test("work in turn: the next begins when the last is done, and the values keep their order", async () => {
  let running = 0;
  const squares = await inTurn([3, 1, 2], async (item) => {
    assert.equal(running++, 0);
    await new Promise((resolve) => setTimeout(resolve, item));
    running--;
    return item * item;
  });
  assert.deepEqual(squares, [9, 1, 4]);
});

test("a sweep gives its finished runs, and names what is missing where one fails", async () => {
  const model = await tinyModel();
  const make = (peak: number): Promise<Recipe> =>
    job(model, {
      on: { old: language("old") },
      mixture: fixed({ old: 1 }),
      schedule: constant({ peak }),
      steps: 2,
      batch: 2,
      heldOutBytes: 1000,
      evaluateAt: [2],
      name: `peak ${peak}`,
    });
  const [run] = await sweep({ jobs: [make(1e-3)], dir: join(temporaryFolder(), "good") });
  assert.equal(run!.record.status, "finished");
  const broken = { ...(await make(1e-3)), model: { folder: join(temporaryFolder(), "nothing") } };
  await assert.rejects(sweep({ jobs: [broken], dir: join(temporaryFolder(), "bad") }), (error: Error) => {
    assert.match(
      error.message,
      /^sweep: not finished: 0 of 1 runs are done \(run this cell again to go on with it\); peak 0\.001: load: .*nothing/,
    );
    return true;
  });
});

test("a hint names what is near among the names that a message lists, and is silent where none is", () => {
  const hints = [
    'newRows: invalid init: "focsus" (one of subword-mean, focus, wechsel)',
    "laws.fit: invalid law: chinchila; known: chinchilla, data-mixing",
    "recipe: invalid schedule.name: constnt (expected a name, one of cosine, constant, and its options)",
    "load: invalid name: wikipedia; one of libreoffice-help, npm, udhr",
    "params: invalid parameter: stps; did you mean steps? one of steps",
    "fixed: invalid share of old: -1; a token share is a number from 0 to 1",
  ].map(hintOf);
  const meant = ["focus", "chinchilla", "constant"].map((name) => `; did you mean ${name}?`);
  assert.deepEqual(hints, [...meant, "", "", ""]);
});
