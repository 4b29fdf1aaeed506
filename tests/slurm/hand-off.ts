/**
 * A recipe handed off to other trainers, as jobs of Slurm: Hugging Face's Trainer trains here, is queued again on its way and goes
 * on from what it saved; of the others Slurm says whether it would take them.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { trainers } from "../../src/train/index.js";
import { pythonHas } from "../python.js";
import type { Cluster } from "./cluster.js";
import { type Lab, linesOf, say } from "./lab.js";

const steps = 40;
const again = "begins again";

/** Before the work: once something is saved the job queues itself again, the first time that it runs; then it finds a later save that was cut off. */
const setup = [
  `[ "\${SLURM_RESTART_COUNT:-0}" = 0 ] || { echo "${again}"; mkdir out/checkpoint-${steps - 1}; }`,
  `[ "\${SLURM_RESTART_COUNT:-0}" != 0 ] || (until ls out/checkpoint-*/trainer_state.json; do sleep 0.05; done; scontrol requeue "$SLURM_JOB_ID") >/dev/null 2>&1 &`,
];

/** Submits them; what comes back waits for the one that trains. */
export async function handedOff(lab: Lab, slurm: Cluster, node: string): Promise<() => Promise<void>> {
  const { checkpointEvery: _, ...recipe } = lab.recipe;
  const file = lab.file("handed.json", { ...recipe, steps, engine: { device: "cpu", threads: 1 } });
  const verb = async (...given: string[]): Promise<void> => {
    const { code, stderr } = await lab.ended(lab.verb(...given));
    assert.equal(code, 0, stderr);
  };
  const exported = async (to: string, profile: object, out = to): Promise<string> => {
    const asked = lab.file("job.json", { partition: "low", time: "30", ...profile });
    await verb("export", file, "--to", to, "--profile", asked, "--out", lab.at(out));
    return lab.at(out);
  };
  const submit = (dir: string, ...options: string[]): string =>
    slurm.ask("sbatch", "--parsable", `--chdir=${dir}`, ...options, join(dir, "job.sbatch")).trim();

  for (const to of Object.keys(trainers).filter((name) => name !== "hf-trainer"))
    submit(await exported(to, { cpus: 2, gpus: "toy:2", memory: "2G" }), "--test-only");
  const absent = await exported("hf-trainer", { partition: "gpu" }, "absent");
  assert.throws(() => submit(absent, "--test-only"), /sbatch: error: invalid partition specified: gpu\n/);
  say("Slurm would take the jobs of hand-offs, and names a partition that is not there");
  if (!pythonHas("torch", "transformers", "accelerate", "datasets"))
    return () => Promise.resolve(say("skipped: no Python with what Hugging Face's Trainer needs"));

  const dir = await exported("hf-trainer", { cpus: 1, gpus: "0", options: [`--nodelist=${node}`], setup });
  const job = submit(dir);
  return async () => {
    await verb("train", file, "--out", lab.at("handed"));
    const told = (): string => slurm.ask("squeue", "--noheader", "--states=all", `--jobs=${job}`, "--format=%T").trim();
    const log = (): string => {
      const name = readdirSync(dir).find((each) => each.endsWith(`-${job}.out`));
      return name === undefined ? "" : readFileSync(join(dir, name), "utf8");
    };
    for (let waited = 0; told() !== "COMPLETED"; waited += 500) {
      assert.ok(waited < 300_000 && told() !== "FAILED", `the job did not come to its end: ${told()}\n${log()}`);
      await sleep(500);
    }
    const [first, second] = log()
      .split(again)
      .map((text) => text.split("'loss':").length - 1);
    assert.ok(first! > 0 && second! > 0 && second! < steps, `it did not go on: ${log()}`);
    const { log_history: rows } = JSON.parse(
      readFileSync(join(dir, "out", `checkpoint-${steps}`, "trainer_state.json"), "utf8"),
    ) as { log_history: { step: number; loss?: number }[] };
    const found = rows.flatMap(({ loss }) => loss ?? []);
    const own = linesOf(lab.at("handed/metrics.jsonl")).filter(({ kind }) => kind === "step");
    assert.equal(found.length, steps);
    const furthest = Math.max(...own.map(({ loss }, i) => Math.abs((loss as number) - found[i]!)));
    assert.ok(furthest < 1e-4, `${furthest}`);
    assert.ok(existsSync(join(dir, "out", "model.safetensors")));
    say(
      `Hugging Face's Trainer, queued again after ${first} updates, went on with ${second}: losses of all ${steps} within ${furthest.toExponential(0)} of the run's here`,
    );
  };
}
