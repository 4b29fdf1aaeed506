/** Twenty training steps against PyTorch: micro models against a golden, the tour's size live where torch is installed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { configOf } from "../../src/model/config.js";
import { init } from "../../src/model/init.js";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors.js";
import { rng } from "../../src/rng.js";
import type { ModelConfig } from "../../src/types.js";
import { goldenJob, type Job, run } from "./step-jobs.js";
import { assertClose, engineOn } from "./support.js";
import { oracle, pythonHas } from "../python.js";

const golden = join(__dirname, "..", "golden");
const script = join(golden, "step_torch.py");

interface Golden {
  batch: number;
  rates: number[];
  runs: Record<
    string,
    { config: ModelConfig; losses: number[]; norms: number[]; checksums: Record<string, [number, number]> }
  >;
}
const { batch, rates, runs } = JSON.parse(readFileSync(join(golden, "step.json"), "utf8")) as Golden;

for (const [family, expected] of Object.entries(runs))
  for (const device of ["cpu", "reference"] as const)
    test(`${family}, micro, ${device}: twenty steps are PyTorch's`, async () => {
      const ours = await run(await engineOn(device), goldenJob(expected.config, batch, rates));
      assertClose(ours.losses, expected.losses, 1e-4, "losses");
      assertClose(ours.norms, expected.norms, 1e-3, "gradient norms");
      assert.ok(ours.losses.at(-1)! < ours.losses[0]! - 0.1, "nothing was learned");
      assert.deepEqual(Object.keys(ours.weights), Object.keys(expected.checksums));
      for (const [name, { data }] of Object.entries(ours.weights)) {
        const [sum, size] = expected.checksums[name]!;
        const total = data.reduce((all, value) => all + value, 0);
        assert.ok(Math.abs(total - sum) < 1e-4 * size, `${name} sums to ${total}, expected ${sum}`);
        assertClose([data.reduce((all, value) => all + Math.abs(value), 0)], [size], 1e-4, `size of ${name}`);
      }
    });

const torch = pythonHas("torch", "safetensors");
const tour = { size: "tiny", vocabSize: 2048 } as const;
const tours = {
  llama: configOf({ ...tour, kvHeads: 2 }),
  gpt: configOf({ ...tour, norm: "layer", positions: "learned", activation: "gelu", tied: false }),
};

/** Frequent and rare tokens, and runs that can be predicted. */
function tourJob(config: ModelConfig, batch: number, steps: number): Job {
  const draw = rng(11);
  const token = (): number => Math.floor(config.vocabSize * draw.uniform() ** 3);
  const batches = Array.from({ length: steps }, () => {
    let last = token();
    return Int32Array.from(
      { length: batch * (config.context + 1) },
      () => (last = draw.uniform() < 0.5 ? token() : (last * 5 + 1) % config.vocabSize),
    );
  });
  return {
    config,
    weights: init({ config, rng: rng(3) }),
    batch,
    batches,
    rates: batches.map((_, i) => 1e-3 * Math.min(1, (i + 1) / 5)),
  };
}

for (const [family, config] of Object.entries(tours))
  test(
    `${family}, the tour's size: twenty steps are PyTorch's, and the same bytes twice`,
    { skip: torch ? false : "python3 with torch and safetensors is not here" },
    async () => {
      const job = tourJob(config, 2, 20);
      const engine = await engineOn("cpu", 2);
      const ours = await run(engine, job);
      const again = await run(engine, { ...job, batches: job.batches.slice(0, 5), rates: job.rates.slice(0, 5) });
      assert.deepEqual(again.losses, ours.losses.slice(0, 5));
      const dir = mkdtempSync(join(tmpdir(), "palimpsest-step-"));
      try {
        const at = (name: string): string => join(dir, name);
        writeSafetensors(at("weights.safetensors"), job.weights);
        writeFileSync(at("config.json"), JSON.stringify(config));
        writeFileSync(at("batches.bin"), Buffer.concat(job.batches.map((tokens) => Buffer.from(tokens.buffer))));
        writeFileSync(at("rates.json"), JSON.stringify(job.rates));
        const args = ["weights.safetensors", "config.json", "batches.bin", "rates.json", "out.safetensors"].map(at);
        const { status, stdout, stderr } = spawnSync("python3", [oracle, script, "live", ...args, "1"], {
          encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
        const theirs = JSON.parse(stdout) as { losses: number[]; norms: number[] };
        assertClose(ours.losses, theirs.losses, 1e-4, "losses");
        assertClose(ours.norms, theirs.norms, 1e-3, "gradient norms");
        const { weights } = readSafetensors(at("out.safetensors"));
        for (const [name, { data }] of Object.entries(ours.weights)) {
          const expected = weights[name]!.data;
          const furthest = data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
          const apart = Math.sqrt(data.reduce((sum, value, i) => sum + (value - expected[i]!) ** 2, 0));
          const size = Math.sqrt(expected.reduce((sum, value) => sum + value ** 2, 0));
          assert.ok(furthest < 1e-3, `${name} is up to ${furthest} away`);
          assert.ok(apart < 1e-3 * size, `${name} is ${apart / size} of its norm away`);
        }
      } finally {
        rmSync(dir, { recursive: true });
      }
    },
  );
