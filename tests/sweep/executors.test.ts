/** Executors without a cluster: what they write, and what they make of what Slurm says. With one: tests/slurm. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { parse } from "yaml";
import { endOf } from "../../src/sweep/executors/slurm-log.js";
import { cancel, executors, expand, parseProfile, readPlan, status, sweep } from "../../src/sweep/index.js";
import { type JobProfile, prepared } from "../../src/train/handoff/job-header.js";
import type { Recipe } from "../../src/train/index.js";
import { folder } from "../train/tiny.js";

const root = folder();
writeFileSync(join(root, "text.jsonl"), `${JSON.stringify({ text: "a b c" })}\n`);

const jobs: Recipe[] = expand({
  recipe: {
    name: "it's",
    corpus: { files: { old: "text.jsonl" } },
    model: { size: "nano", vocabSize: 280 },
    mixture: { old: 1 },
    schedule: { name: "cosine", peak: 1e-3 },
    steps: 4,
  },
  vary: { seed: [1, 2, 3] },
});

/** A folder with commands of Slurm's names that say what the test wants, first on the PATH. */
function saying(commands: Record<string, string>): void {
  const bin = join(root, "bin");
  mkdirSync(bin, { recursive: true });
  for (const [name, body] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  if (!process.env.PATH!.startsWith(bin)) process.env.PATH = `${bin}:${process.env.PATH}`;
}

const path = process.env.PATH;
after(() => void (process.env.PATH = path));

const stateOf = async (dir: string): Promise<string[]> =>
  (await status(dir)).runs.map(({ status: state, why }) => (why === undefined ? state : `${state}: ${why}`));

test("shell writes a script with a line a run, which can be called as it is, and stops", async () => {
  const dir = join(root, "by hand");
  const profile = parseProfile({ command: "echo", setup: ["echo ready"] });
  const result = await sweep({ jobs, dir, from: root, executor: "shell", profile });
  assert.deepEqual([result.runs.length, result.stopped], [0, true]);
  assert.match(result.notes[0]!, /^wrote .*run\.sh: 3 runs, a line each$/);
  const said = execFileSync("sh", [join(dir, "run.sh")], { encoding: "utf8" })
    .trim()
    .split("\n");
  assert.equal(said[0], "ready");
  const broken = readFileSync(join(dir, "run.sh"), "utf8").replace("echo ready", "false");
  const { status: ended, stdout } = spawnSync("sh", ["-c", broken], { encoding: "utf8" });
  assert.deepEqual([ended, stdout], [1, ""], "where the profile fails, no run begins");
  const { run } = readPlan(dir).jobs[1]!;
  assert.equal(said[2], `train recipes/${run}.json --out runs/${run} --resume --wait 600 --threads 1`);
  const recipe = JSON.parse(readFileSync(join(dir, "recipes", `${run}.json`), "utf8")) as Recipe;
  assert.deepEqual([recipe.seed, recipe.corpus!.files], [2, { old: join(root, "text.jsonl") }]);
  assert.deepEqual(await stateOf(dir), ["not begun", "not begun", "not begun"]);
  await assert.rejects(cancel(dir), /^Error: sweep: cannot cancel .*run\.sh \(stop it where it runs\)$/);
});

test("skypilot writes a file a run, with the runs in a bucket", async () => {
  const dir = join(root, "sky");
  const profile = parseProfile({ bucket: "s3://mine/sweep", gpus: "H100:1", cpus: 4, memory: "16G" });
  await sweep({ jobs, dir, from: root, executor: "skypilot", profile });
  const { run } = readPlan(dir).jobs[0]!;
  const file = parse(readFileSync(join(dir, "sky", `${run}.yaml`), "utf8")) as Record<string, unknown>;
  assert.deepEqual(file.resources, { accelerators: "H100:1", cpus: "4+", memory: "16+", use_spot: true });
  assert.deepEqual(file.file_mounts, { "/sweep": { source: "s3://mine/sweep", mode: "MOUNT" } });
  assert.match(file.run as string, /^npx palimpsest train recipes\/.* --out \/sweep\/runs\/.* --resume/);
  await assert.rejects(sweep({ jobs, dir, executor: "skypilot" }), /no bucket/);
});

test("slurm: what the cluster does not have is one line; what it has is handed over once and told from the queue and the logs", async () => {
  const dir = join(root, "cluster");
  const log = join(root, "submitted");
  saying({
    sinfo: 'echo "low*|1:00:00"; echo "high|infinite"',
    scontrol: 'echo "MaxArraySize            = 1001"',
    squeue: "true",
    sbatch: `echo "$@" >>${log}; [ "$1" = --test-only ] || echo 7`,
  });
  const on = (profile: object, executor = "slurm"): Promise<unknown> =>
    sweep({ jobs, dir, from: root, executor, profile: parseProfile(profile) });
  await assert.rejects(on({ partition: "gpu" }), /invalid profile: partition gpu \(this cluster has low, high\)/);
  await assert.rejects(on({ time: "0-2" }), /invalid profile: time 0-2 \(partition low allows 1:00:00\)/);
  saying({ sbatch: 'echo "allocation failure: Requested node configuration is not available" >&2; exit 1' });
  await assert.rejects(
    on({ cpus: 999 }),
    /^Error: sweep: invalid profile: this cluster says: Requested node configuration is not available \(sinfo/,
  );
  assert.deepEqual(await stateOf(dir), ["not begun", "not begun", "not begun"], "nothing was handed over");

  saying({ sbatch: `echo "$@" >>${log}; [ "$1" = --test-only ] || echo 7` });
  await on({ partition: "high", time: "2-00:00:00", throttle: 2 });
  const at = "1";
  const script = readFileSync(join(dir, "slurm", at, "array.sh"), "utf8");
  for (const line of ["array=0-2%2", "requeue", "signal=B:USR1@60", "partition=high", "time=2-00:00:00"])
    assert.match(script, new RegExp(`^#SBATCH --${line}$`, "m"));
  const [name] = readFileSync(join(dir, "slurm", at, "name"), "utf8").split("\n");
  saying({ squeue: `echo "${name}|0|7|RUNNING|None"; echo "${name}|1|7|PENDING|Resources"` });
  writeFileSync(join(dir, "slurm", at, "2.log"), "--- begins on a\nwords\npalimpsest train: no such text\n");
  assert.deepEqual(await stateOf(dir), ["running", "waiting: Resources", "failed: no such text"]);
  assert.match(readFileSync(join(dir, "sweep.jsonl"), "utf8"), /"status":"failed","error":"no such text"}\n$/);
  await stateOf(dir);
  assert.equal(readFileSync(join(dir, "sweep.jsonl"), "utf8").trim().split("\n").length, 1, "said once");

  await on({ partition: "high" });
  const runs = readFileSync(join(dir, "slurm", "2", "runs"), "utf8")
    .trim()
    .split("\n");
  assert.deepEqual(runs, [readPlan(dir).jobs[2]!.run], "only what is in no queue");
  await assert.rejects(on({}, "local"), /invalid executor: local \(2 runs are with slurm; .*sweep cancel/);
  saying({ squeue: 'echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1' });
  assert.match((await status(dir)).notes.join(), /squeue refuses: .*Unable to contact slurm controller/);
  assert.match(await executors.slurm!.cancel(join(root, "nothing")), /no run of this sweep/);
});

test("the end of a log says what ended the task", () => {
  const file = join(root, "0.log");
  const end = (...lines: string[]): string => {
    writeFileSync(file, ["palimpsest train: an earlier beginning", "--- begins on node1", ...lines, ""].join("\n"));
    const { state, why } = endOf(file, root);
    return why === undefined ? state : `${state}: ${why}`;
  };
  assert.equal(end("stopped after 12 steps on cpu", "wrote runs/a: run.json"), "over");
  assert.equal(
    end("slurmstepd: error: *** JOB 5 ON a CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***"),
    "over: time limit",
  );
  assert.equal(end("slurmstepd: error: *** JOB 5 ON a CANCELLED AT 2026-01-01T00:00:00 ***"), "over: cancelled");
  assert.match(end("slurmstepd: error: Detected 1 oom_kill event in StepId=5.batch"), /^failed: it needed more memory/);
  assert.equal(
    end("array.sh: line 16: module: command not found"),
    "failed: array.sh: line 16: module: command not found",
  );
  assert.equal(end(), "over");
  assert.match(endOf(join(root, "none.log"), root).why!, /left no log in .*does every node see/);
});

test("of a profile's modules and setup the first that fails ends the run, by name", () => {
  const log = join(root, "profile.log");
  const endWith = (profile: JobProfile): string => {
    writeFileSync(
      join(root, "job.sh"),
      [...prepared(profile, "palimpsest train"), "false", "echo works", ""].join("\n"),
    );
    const { stdout, stderr } = spawnSync("bash", [join(root, "job.sh")], { encoding: "utf8" });
    writeFileSync(log, stdout + stderr);
    const { state, why } = endOf(log, root);
    return `${state}: ${why}`;
  };
  const lmod = 'module() { eval "echo Lmod has detected an error; echo words of help; false"; }';
  assert.equal(endWith({ setup: [lmod, "module load nope"] }), "failed: the profile fails at: module load nope");
  assert.equal(endWith({ modules: ["nope"], setup: ["true"] }), "failed: the profile fails at: module load nope");
  assert.equal(
    endWith({ setup: ["[ -d nowhere ] && cd nowhere", "source nowhere/bin/activate", "true"] }),
    "failed: the profile fails at: source nowhere/bin/activate",
  );
  assert.equal(
    endWith({ setup: ["if false; then", "false", "fi"] }),
    "failed: works",
    "whatever else fails is not its",
  );
});

test("a folder without a plan, half of one, and a profile that is none are one line", async () => {
  await assert.rejects(status(root), /^Error: sweep status: invalid dir: .*no plan\.json/);
  const dir = join(root, "half");
  mkdirSync(dir);
  writeFileSync(join(dir, "plan.json"), '{"format":1,"jo');
  await assert.rejects(status(dir), /^Error: sweep status: invalid plan\.json: .*copied by half/);
  const bad = (profile: unknown, what: RegExp): void => assert.throws(() => parseProfile(profile, "p.json"), what);
  bad({ nodes: 3 }, /^Error: p\.json: invalid profile: .*nodes.*its fields: partition/);
  bad({ time: "soon" }, /invalid time: a time, such as/);
  bad({ partition: "low\n#SBATCH --uid=0" }, /invalid partition: one word/);
  bad({ options: ["; rm -rf"] }, /invalid options\.0: an option/);
});
