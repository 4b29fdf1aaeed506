/**
 * A sweep killed again and again (SIGKILL to it alone), every other time at its first rows and else at a random moment, then
 * run to its end: every process of it is gone soon after, and its models and rows are those of a sweep that nobody touched,
 * each row once. By hand:
 *
 *   node -r ./tests/typescript.cjs tests/sweep/kills.ts 100 [seed]
 *
 * `kills.test.ts` is the short form.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rng } from "../../src/rng.js";
import { language } from "../train/tiny.js";
import { typescript } from "../node.js";

export interface KillsOptions {
  kills: number;
  seed?: number;
  /** Told of every kill: how long the sweep had run, in milliseconds, and how many runs were finished. */
  onKill?: (number: number, after: number, finished: number) => void;
}

/** Throws where anything differs; answers how many times a sweep was ended in the middle of its work. */
export async function killed({ kills, seed = 1, onKill }: KillsOptions): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), "palimpsest-kills-"));
  try {
    const random = rng(seed);
    const env = { ...process.env, PALIMPSEST_CACHE: join(root, "cache") };
    writeFileSync(
      join(root, "text.jsonl"),
      language("old")
        .train.map((text) => `${JSON.stringify({ text })}\n`)
        .join(""),
    );
    const start = (dir: string, stands = false): ChildProcess => {
      const file = join(root, `${dir}.json`);
      writeFileSync(file, JSON.stringify({ jobs: jobs(root), dir: join(root, dir), stands }));
      return spawn(process.execPath, [...typescript, join(__dirname, "child.ts"), file], {
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
    };
    const toEnd = async (dir: string): Promise<number> => {
      const began = performance.now();
      const child = start(dir);
      child.stdout!.resume();
      const [code] = (await once(child, "exit")) as [number | null];
      assert.equal(code, 0, `the sweep in ${dir} finishes`);
      return performance.now() - began;
    };
    const whole = await toEnd("whole");
    let hits = 0;
    let round = 0;
    for (let kill = 1; kill <= kills; kill++) {
      const stands = kill % 2 === 1;
      const began = performance.now();
      const child = start(`round ${round}`, stands);
      const ended = once(child, "exit");
      const moment = stands ? once(child.stdout!, "data") : sleep(random.uniform() * whole);
      await Promise.race([moment, ended]);
      const after = Math.round(performance.now() - began);
      if (child.exitCode === null) {
        const workers = childrenOf(child.pid!);
        child.kill("SIGKILL");
        await ended;
        hits++;
        // Not waited for: the next sweep meets whatever is still letting go.
        if (random.uniform() < 0.5) await gone(workers);
      }
      const finished = ledger(join(root, `round ${round}`)).filter(({ status }) => status === "finished").length;
      onKill?.(kill, after, finished);
      if (finished < jobs(root).length && kill < kills) continue;
      await toEnd(`round ${round}`);
      same(join(root, "whole"), join(root, `round ${round}`));
      rmSync(join(root, `round ${round++}`), { recursive: true });
    }
    return hits;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function jobs(root: string): object[] {
  return [1, 2, 3].map((seed) => ({
    name: `seed ${seed}`,
    seed,
    corpus: { files: { old: join(root, "text.jsonl") } },
    model: { size: "nano", vocabSize: 280 },
    mixture: { old: 1 },
    schedule: { name: "cosine", peak: 1e-3 },
    steps: 200,
    batch: 2,
    context: 16,
    checkpointEvery: 20,
    evaluate: { even: 4 },
  }));
}

/** The same models to the byte, the same rows but for the clock's, and each job finished once in the ledger. */
function same(a: string, b: string): void {
  const runs = readdirSync(join(a, "runs")).sort();
  assert.deepEqual(readdirSync(join(b, "runs")).sort(), runs);
  for (const name of runs.filter((each) => each !== "jobs.json")) {
    const [one, other] = [a, b].map((dir) => join(dir, "runs", name));
    for (const file of ["model.safetensors", "config.json", "tokenizer.json"])
      assert.equal(hashOf(join(other!, "model", file)), hashOf(join(one!, "model", file)), `${name}: ${file}`);
    assert.deepEqual(metrics(other!), metrics(one!), `${name}: rows`);
  }
  const finished = ledger(b).filter(({ status }) => status === "finished");
  assert.equal(finished.length, 3, "each row once");
  assert.equal(new Set(finished.map(({ key }) => key)).size, 3);
  assert.deepEqual(
    ledger(b).filter(({ status }) => status === "failed"),
    [],
    "a kill is nobody's failure",
  );
}

const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

const metrics = (dir: string): object[] =>
  linesOf(join(dir, "metrics.jsonl")).map((line) => ({ ...(JSON.parse(line) as object), tokensPerSecond: 0 }));

function ledger(dir: string): { key: string; status: string }[] {
  try {
    return linesOf(join(dir, "sweep.jsonl")).flatMap((line) => {
      try {
        return [JSON.parse(line) as { key: string; status: string }];
      } catch {
        return []; // Torn by a kill.
      }
    });
  } catch {
    return []; // Not begun.
  }
}

const linesOf = (path: string): string[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");

/** Linux only; elsewhere nothing is looked at. */
export function childrenOf(pid: number): number[] {
  const parentOf = (name: string): number => {
    try {
      return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1]);
    } catch {
      return NaN; // Gone meanwhile.
    }
  };
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
}

/** Resolves when none of the processes is alive; throws after two minutes, which a machine may need that has much else to do. */
export async function gone(pids: readonly number[]): Promise<void> {
  const alive = (pid: number): boolean => {
    try {
      // A zombie has died; only its parent has not looked yet.
      return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return false;
    }
  };
  for (let waited = 0; pids.some(alive); waited += 50) {
    assert.ok(waited < 120_000, `processes outlive their sweep: ${pids.filter(alive).join(", ")}`);
    await sleep(50);
  }
}

if (require.main === module) {
  const [kills = 100, seed = 1] = process.argv.slice(2).map(Number);
  killed({
    kills,
    seed,
    onKill: (number, after, finished) =>
      process.stdout.write(`${number}: killed after ${after} ms, ${finished} of 3 finished\n`),
  }).then(
    (hits) => process.stdout.write(`${hits} kills hit a sweep at work; all ended on the same bytes\n`),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
