/**
 * `npm run slurm`: a sweep on a real Slurm of this machine while everything that can go wrong does. Whoever submits it is killed,
 * two more call it at once, a node is cut off, a job of a higher partition takes another, the controller is restarted,
 * and who watches is killed. Then every run has finished once, on the bytes of the local pool. The arrays are longer than this
 * cluster allows, a run needs more time than it is given, and two searches go through to their ends. A recipe that was handed
 * off to Hugging Face's Trainer is a job of the same cluster, which is queued again on its way.
 *
 *   npm run slurm                 40 runs
 *   npm run slurm -- --runs 6
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { begins } from "../../src/sweep/executors/slurm-script.js";
import { type Cluster, cluster, reasonForNone } from "./cluster.js";
import { Lab, linesOf, of, type Said, say } from "./lab.js";
import { handedOff } from "./hand-off.js";
import { late, searched } from "./rounds.js";

const { values } = parseArgs({ options: { runs: { type: "string", default: "40" } } });
const count = Number(values.runs);
/** Of an array, so that the runs are several. */
const most = 15;

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
  await bad({ gpus: "h100:8" }, /this cluster says: .*node configuration is not available/);
  await bad({ options: ["--constraint=avx1024"] }, /this cluster says: .*feature/i);
}

/** The cluster takes it, and its nodes cannot do it. */
async function failing(lab: Lab): Promise<void> {
  const file = lab.file("failing.json", { recipe: lab.recipe });
  const profile = lab.profile("setup.json", { setup: ["source nowhere/bin/activate"] });
  const { code, stderr } = await lab.call(file, "--out", "failing", ...profile);
  assert.equal(code, 0, stderr);
  const { runs } = await lab.until("failing", "a setup that fails", (now) => of(now, "failed") > 0);
  assert.equal(runs[0]!.why, "the profile fails at: source nowhere/bin/activate");
  say(runs[0]!.why);
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
    ...lab.profile("profile.json", { partition: "low", time: "30", memory: "500M", options: ["--constraint=tiny"] }),
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
  const names = lab.arrays("cluster").map(({ folder }) => readFileSync(join(folder, "name"), "utf8").split("\n")[0]);
  const queue = ["--noheader", "--array", `--name=${names.join(",")}`, "--format=%j %K"];
  const tasks = slurm
    .ask("squeue", ...queue)
    .trim()
    .split("\n").length;
  const { runs } = await lab.status("cluster");
  const over = runs.filter(({ status }) => status === "finished").length;
  assert.ok(tasks <= count && tasks + over >= count, `two more called it: ${tasks} tasks and ${over} finished`);
  say(`two more called it at once: ${tasks} tasks in the queue, ${over} finished`);

  const lost = await runsAtWork(lab, slurm, "node1");
  slurm.cut("node1");
  say(`cut node1 off, with ${lost.join(", ")}`);
  const taken = await runsAtWork(lab, slurm, "node2");
  slurm.ask("sbatch", "--partition=high", "--nodelist=node2", "--exclusive", "--output=/dev/null", "--wrap=sleep 2");
  say(`a job of a higher partition takes node2, with ${taken.join(", ")}`);
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
  const arrays = lab.arrays("cluster");
  assert.ok(arrays.length >= Math.ceil(count / most) && arrays.every(({ runs }) => runs.length <= most));
  say(`${arrays.length} arrays of ${most} tasks at most`);
  const twice = arrays.flatMap(({ folder, runs }) => runs.filter((_, task) => beginnings(folder, task) > 1));
  say(`runs that began more than once: ${twice.join(", ")}`);
  assert.ok(
    lost.some((run) => twice.includes(run)),
    "what was on the node that was cut off went on elsewhere",
  );
}

/** Runs of the node, once one of them has saved a checkpoint. */
async function runsAtWork(lab: Lab, slurm: Cluster, node: string): Promise<string[]> {
  const runs = lab.arrays("cluster").flatMap(({ folder, runs }) => {
    const [name] = readFileSync(join(folder, "name"), "utf8").split("\n");
    return runs.map((run, task) => [`${name} ${task}`, run] as const);
  });
  const runOf = new Map<string, string>(runs);
  const hasSaved = (run: string): boolean => {
    const checkpoints = lab.at(join("cluster/runs", run, "checkpoints"));
    return existsSync(checkpoints) && readdirSync(checkpoints).length > 0 && !existsSync(join(checkpoints, "../model"));
  };
  for (let waited = 0; ; waited += 50) {
    const said = slurm.ask("squeue", "--noheader", `--nodelist=${node}`, "--states=running", "--format=%j %K");
    const at = said.split("\n").flatMap((task) => runOf.get(task.trim()) ?? []);
    if (at.some(hasSaved)) return at;
    assert.ok(waited < 60_000, `no run at work on ${node}`);
    await sleep(50);
  }
}

function beginnings(folder: string, task: number): number {
  const log = join(folder, `${task}.log`);
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

const rowsOf = (run: string): object[] =>
  linesOf(join(run, "metrics.jsonl")).map((row) => ({ ...row, tokensPerSecond: 0 }));

async function all(): Promise<void> {
  const none = reasonForNone();
  if (none !== undefined) return say(`skipped: ${none}`);
  const lab = new Lab();
  let slurm: Cluster | undefined;
  try {
    const seeds = Array.from({ length: count }, (_, i) => i + 1);
    lab.file("sweep.json", { recipe: lab.recipe, vary: { seed: seeds } });
    const local = await lab.call("sweep.json", "--out", "local");
    assert.equal(local.code, 0, local.stderr);
    say(`${count} runs of the local pool`);
    slurm = await cluster({ dir: lab.at("s"), nodes: 4, unshared: lab.at("apart"), longestArray: most });
    lab.env = { ...slurm.env, PALIMPSEST_CACHE: lab.at("cache") };
    say("the cluster is up");
    const wentOn = await late(lab, "node3");
    const trained = await handedOff(lab, slurm, "node3");
    await refused(lab);
    await failing(lab);
    await trouble(lab, slurm);
    same(lab);
    say(`${count} runs finished once each, on the bytes of the local pool`);
    await searched(lab);
    await wentOn();
    await trained();
    await unshared(lab);
  } catch (error) {
    if (slurm) process.stderr.write(`${slurm.log()}\n`);
    throw error;
  } finally {
    await slurm?.stop();
    // What was cut off may still write a last line.
    rmSync(lab.root, { recursive: true, force: true, maxRetries: 9 });
  }
}

all().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
