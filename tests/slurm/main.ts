/**
 * `npm run slurm`: a sweep on a real Slurm of this machine while everything that can go wrong does. Whoever submits it is killed,
 * two more call it at once, a node is cut off, a job of a higher partition takes another, the controller is restarted,
 * and who watches is killed. Then every run has finished once, on the bytes of the local pool.
 *
 *   npm run slurm                 40 runs
 *   npm run slurm -- --runs 6
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { begins } from "../../src/sweep/executors/slurm-script.js";
import type { SweepStatus } from "../../src/sweep/index.js";
import { language } from "../train/tiny.js";
import { type Cluster, cluster, reasonForNone } from "./cluster.js";

const { values } = parseArgs({ options: { runs: { type: "string", default: "40" } } });
const count = Number(values.runs);
const main = resolve(__dirname, "..", "..", "dist", "cli", "main.js");
const began = performance.now();
const say = (line: string): void =>
  void process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);

interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

class Lab {
  readonly root = mkdtempSync(join(tmpdir(), "slurm-"));
  constructor(public env: NodeJS.ProcessEnv = { ...process.env }) {
    env.PALIMPSEST_CACHE = join(this.root, "cache");
    const recipe = {
      name: "run",
      corpus: { files: { old: "text.jsonl" } },
      model: { size: "nano", vocabSize: 280 },
      mixture: { old: 1 },
      schedule: { name: "cosine", peak: 1e-3 },
      steps: 600,
      batch: 2,
      context: 16,
      checkpointEvery: 40,
      evaluate: { even: 4 },
    };
    const documents = language("old").train.map((text) => `${JSON.stringify({ text })}\n`);
    writeFileSync(this.at("text.jsonl"), documents.join(""));
    const seeds = Array.from({ length: count }, (_, i) => i + 1);
    writeFileSync(this.at("sweep.json"), JSON.stringify({ recipe, vary: { seed: seeds } }));
    this.profile("profile.json", { partition: "low", time: "30", memory: "500M" });
  }

  at = (name: string): string => join(this.root, name);

  profile(name: string, profile: object): string[] {
    writeFileSync(this.at(name), JSON.stringify(profile));
    return ["--executor", "slurm", "--profile", name];
  }

  start(...given: string[]): ChildProcess {
    return spawn(process.execPath, [main, "sweep", ...given], { cwd: this.root, env: this.env });
  }

  async call(...given: string[]): Promise<Said> {
    return this.ended(this.start(...given));
  }

  async ended(child: ChildProcess): Promise<Said> {
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) child[name]!.on("data", (data) => (said[name] += String(data)));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, ...said };
  }

  async status(dir: string): Promise<SweepStatus> {
    const { stdout, stderr } = await this.call("status", dir, "--json");
    assert.equal(stderr, "");
    return JSON.parse(stdout) as SweepStatus;
  }

  /** The first status that is as wanted. */
  async until(dir: string, what: string, wanted: (status: SweepStatus) => boolean): Promise<SweepStatus> {
    for (let waited = performance.now(); ; await sleep(300)) {
      const status = await this.status(dir);
      if (wanted(status)) return status;
      assert.ok(performance.now() - waited < 120_000, `never came: ${what}: ${JSON.stringify(status.runs)}`);
    }
  }
}

const of = ({ runs }: SweepStatus, state: string): number => runs.filter(({ status }) => status === state).length;

/** Profiles that this cluster has no answer to, and a folder that a node does not see: a line each, nothing lost. */
async function refused(lab: Lab): Promise<void> {
  const call = (name: string, profile: object): Promise<Said> =>
    lab.call("sweep.json", "--out", "refused", ...lab.profile(name, profile));
  const bad = async (profile: object, line: RegExp): Promise<void> => {
    const { code, stderr } = await call("bad.json", profile);
    const last = stderr.trim().split("\n").at(-1)!;
    assert.match(last, line);
    assert.equal(code, 1);
    say(last);
  };
  await bad({ partition: "gpu" }, /invalid profile: partition gpu \(this cluster has low, high, apart\)$/);
  await bad({ time: "2-00:00:00" }, /time 2-00:00:00 \(partition low allows 1:00:00\)$/);
  await bad({ cpus: 64 }, /this cluster says: .*node configuration is not available/);
  await bad({ gpus: "h100:8" }, /this cluster says: .*generic resource/i);
}

async function unshared(lab: Lab): Promise<void> {
  const { code, stderr } = await lab.call(
    "sweep.json",
    "--out",
    "apart",
    ...lab.profile("apart.json", { partition: "apart" }),
  );
  assert.equal(code, 0, stderr);
  const ended = await lab.until(
    "apart",
    "a task on a node that does not see the folder",
    (now) => of(now, "failed") > 0,
  );
  const { why } = ended.runs.find(({ status }) => status === "failed")!;
  assert.match(why!, /its node left no log in slurm\/1 \(does every node see/);
  say(why!);
  say((await lab.call("cancel", "apart")).stdout.trim());
}

/** The trouble, one after another, while runs run. */
async function trouble(lab: Lab, slurm: Cluster): Promise<void> {
  const submit = [
    "sweep.json",
    "--out",
    "cluster",
    ...lab.profile("profile.json", { partition: "low", time: "30", memory: "500M" }),
  ];
  const first = lab.start(...submit);
  let said = "";
  first.stderr!.on("data", (data) => (said += String(data)));
  while (!existsSync(lab.at("cluster/slurm/1/name"))) await sleep(5);
  first.kill("SIGKILL");
  await once(first, "close");
  say(`killed who submitted, who had said ${JSON.stringify(said.split("\n").at(-2) ?? "nothing")}`);

  const both = await Promise.all([lab.call(...submit), lab.call(...submit)]);
  assert.deepEqual(
    both.map(({ code }) => code),
    [0, 0],
    both.map(({ stderr }) => stderr).join(),
  );
  const tasks = slurm.ask("squeue", "--noheader", "--array", "--format=%j %K").trim().split("\n").length;
  const { runs } = await lab.status("cluster");
  const over = runs.filter(({ status }) => status === "finished").length;
  assert.ok(tasks <= count && tasks + over >= count, `two more called it: ${tasks} tasks and ${over} finished`);
  say(`two more called it at once: ${tasks} tasks in the queue, ${over} finished`);

  const lost = await tasksAtWork(lab, slurm, "node1");
  slurm.cut("node1");
  say(`cut node1 off, with tasks ${lost.join(", ")}`);
  const taken = await tasksAtWork(lab, slurm, "node2");
  slurm.ask("sbatch", "--partition=high", "--nodelist=node2", "--exclusive", "--output=/dev/null", "--wrap=sleep 2");
  say(`a job of a higher partition takes node2, with tasks ${taken.join(", ")}`);
  await sleep(2000);
  await slurm.restartController();
  say("restarted the controller");

  const watcher = lab.start("watch", "cluster", "--every", "1");
  await sleep(2000);
  watcher.kill("SIGKILL");
  await once(watcher, "close");
  say("killed who watched; another watches");
  const again = lab.start("watch", "cluster", "--every", "1");
  again.stderr!.on("data", (data) => say(String(data).trim()));
  const watched = await lab.ended(again);
  say(watched.stdout.trim());
  assert.equal(watched.code, 0, watched.stdout);
  const twice = Array.from({ length: count }, (_, task) => task).filter((task) => beginnings(lab, task) > 1);
  say(`tasks that began more than once: ${twice.join(", ")}`);
  assert.ok(
    lost.some((task) => twice.includes(task)),
    "what was on the node that was cut off went on elsewhere",
  );
}

/** Tasks of the node, once one of them has saved a checkpoint. */
async function tasksAtWork(lab: Lab, slurm: Cluster, node: string): Promise<number[]> {
  const runs = readFileSync(lab.at(`cluster/slurm/${lastSubmission(lab)}/runs`), "utf8").split("\n");
  const hasSaved = (task: number): boolean => {
    const checkpoints = lab.at(join("cluster/runs", runs[task]!, "checkpoints"));
    return existsSync(checkpoints) && readdirSync(checkpoints).length > 0 && !existsSync(join(checkpoints, "../model"));
  };
  for (let waited = 0; ; waited += 50) {
    const said = slurm.ask("squeue", "--noheader", `--nodelist=${node}`, "--states=running", "--format=%K");
    const tasks = said.split("\n").flatMap((line) => (line === "" ? [] : [Number(line)]));
    if (tasks.some(hasSaved)) return tasks;
    assert.ok(waited < 60_000, `no task at work on ${node}`);
    await sleep(50);
  }
}

const lastSubmission = (lab: Lab): number =>
  Math.max(
    ...readdirSync(lab.at("cluster/slurm"))
      .filter((number) => existsSync(lab.at(`cluster/slurm/${number}/job`)))
      .map(Number),
  );

function beginnings(lab: Lab, task: number): number {
  const log = lab.at(`cluster/slurm/${lastSubmission(lab)}/${task}.log`);
  return existsSync(log) ? readFileSync(log, "utf8").split(begins).length - 1 : 0;
}

/** Each run of the local pool there, finished once, with the same model and rows. */
function same(lab: Lab): void {
  const names = readdirSync(lab.at("local/runs")).sort();
  assert.deepEqual(readdirSync(lab.at("cluster/runs")).sort(), names);
  for (const name of names.filter((each) => each !== "jobs.json")) {
    const [one, other] = ["local", "cluster"].map((dir) => lab.at(join(dir, "runs", name)));
    for (const file of readdirSync(join(one!, "model")))
      assert.equal(hashOf(join(other!, "model", file)), hashOf(join(one!, "model", file)), `${name}: ${file}`);
    assert.deepEqual(rowsOf(other!), rowsOf(one!), `${name}: rows`);
  }
  const finished = linesOf(lab.at("cluster/sweep.jsonl")).filter(({ status }) => status === "finished");
  assert.equal(finished.length, count, "each run finished once");
  assert.equal(new Set(finished.map(({ key }) => key)).size, count);
}

const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const rowsOf = (run: string): object[] =>
  linesOf(join(run, "metrics.jsonl")).map((row) => ({ ...row, tokensPerSecond: 0 }));

async function all(): Promise<void> {
  const none = reasonForNone();
  if (none !== undefined) return say(`skipped: ${none}`);
  const lab = new Lab();
  let slurm: Cluster | undefined;
  try {
    const local = await lab.call("sweep.json", "--out", "local");
    assert.equal(local.code, 0, local.stderr);
    say(`${count} runs of the local pool`);
    slurm = await cluster({ dir: lab.at("s"), nodes: 4, unshared: lab.at("apart") });
    lab.env = { ...slurm.env, PALIMPSEST_CACHE: lab.at("cache") };
    say("the cluster is up");
    await refused(lab);
    await trouble(lab, slurm);
    same(lab);
    say(`${count} runs finished once each, on the bytes of the local pool`);
    await unshared(lab);
  } catch (error) {
    if (slurm) process.stderr.write(`${slurm.log()}\n`);
    throw error;
  } finally {
    await slurm?.stop();
    rmSync(lab.root, { recursive: true, force: true });
  }
}

all().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
