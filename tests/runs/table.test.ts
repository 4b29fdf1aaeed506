import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { from } from "arquero";
import { create, kindsOf, read, type Row, rows, table, toDanfo, writeCsv, writeRows } from "../../src/runs/index.js";

async function withRuns(body: (dirs: string[], root: string) => void | Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "table-"));
  try {
    const dirs = [0.25, 0.5].map((share, k) => {
      const run = create({
        dir: join(root, `r${k}`),
        record: {
          name: `en, "${share}"`,
          recipe: {},
          seed: k,
          engine: { mode: "compiled", device: "cpu", reason: "test", threads: 1 },
          parameters: { total: 10, withoutEmbeddings: 6 },
          labels: k === 0 ? { share } : { share, arm: "replay" },
        },
      });
      for (const step of [0, 1]) {
        run.append({ step, tokens: step * 64, loss: 1 / 3 + k, learningRate: 1, gradientNorm: 1, tokensPerSecond: 1 });
        for (const domain of ["en", "ko"])
          run.append({ step, tokens: step * 64, domain, loss: 2 + k, bitsPerByte: 1 + k });
      }
      run.finish({ shares: { asked: { en: share, ko: 1 - share }, realised: { en: share + 0.01, ko: 0.99 - share } } });
      return run.dir;
    });
    await body(dirs, root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test("three tables over many runs, labels on every row, gaps as null", () =>
  withRuns((dirs) => {
    const { runs, steps, evaluations } = table([dirs[0]!, read(dirs[1]!)]);
    assert.equal(runs.numRows(), 2);
    assert.deepEqual(Array.from(runs.array("share_en")), [0.25, 0.5], "as asked");
    assert.deepEqual(Array.from(runs.array("realised_en")), [0.26, 0.51]);
    assert.deepEqual(Array.from(runs.array("tokens")), [64, 64]);
    assert.equal(steps.numRows(), 4);
    assert.equal(evaluations.numRows(), 8);
    assert.deepEqual(Array.from(evaluations.array("arm")).slice(3, 5), [null, "replay"]);
    const last = evaluations.filter((d: { step: number; domain: string }) => d.step === 1 && d.domain === "ko");
    assert.deepEqual(Array.from(last.array("bitsPerByte")), [1, 2]);
  }));

test("no runs, no rows: the columns are still there", () => {
  const { evaluations } = table([]);
  assert.equal(evaluations.numRows(), 0);
  assert.deepEqual(evaluations.columnNames(), ["run", "step", "tokens", "domain", "loss", "bitsPerByte"]);
});

test("CSV keeps full precision, quotes what must be quoted and leaves no temporary file", () =>
  withRuns((dirs, root) => {
    writeCsv(join(root, "csv", "steps.csv"), table(dirs).steps);
    const lines = readFileSync(join(root, "csv", "steps.csv"), "utf8")
      .trimEnd()
      .split("\n");
    assert.equal(lines.length, 5);
    assert.equal(lines[0], "run,share,step,tokens,loss,learningRate,gradientNorm,tokensPerSecond,arm");
    assert.equal(lines[1], '"en, ""0.25""",0.25,0,0,0.3333333333333333,1,1,1,');
    assert.deepEqual(readdirSync(join(root, "csv")), ["steps.csv"]);
  }));

test("danfojs reads the same table, by way of Parquet too, and groups it", () =>
  withRuns(async (dirs, root) => {
    const { evaluations } = table(dirs);
    const path = join(root, "evaluations.parquet");
    const all = evaluations.objects() as Row[];
    await writeRows({ path, kinds: kindsOf(all), rows: [all] });
    for (const frame of [toDanfo(evaluations), toDanfo(from(await rows({ path })))]) {
      assert.deepEqual(frame.shape, [8, 8]);
      const means = frame.groupby(["domain"]).col(["bitsPerByte"]).mean();
      assert.deepEqual(means.values, [
        ["en", 1.5],
        ["ko", 1.5],
      ]);
    }
  }));
