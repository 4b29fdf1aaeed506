/** Searches carried out round after round by a watch that is killed on the way, and a run that needs more time than it is given. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { begins } from "../../src/sweep/executors/slurm-script.js";
import { type Lab, linesOf, of, say } from "./lab.js";

/** Searches whose runs end soon; one value of the first makes a run diverge. */
function searches(lab: Lab): Record<string, object> {
  const short = { ...lab.recipe, steps: 40, evaluate: { at: [10, 20, 40] } };
  return {
    asha: {
      recipe: short,
      vary: { "schedule.peak": [1e-3, 1e30, 0.01, 0.1] },
      search: { name: "asha", of: { name: "grid" }, loss: "loss_new", rungs: [10, 20], eta: 2 },
    },
    law: {
      recipe: short,
      vary: { mixture: { shares: ["old", "new"], from: 0.05 } },
      search: {
        name: "law",
        law: "data-mixing",
        columns: { share: "mixture.new" },
        loss: "loss_new",
        of: { name: "latin", runs: 5 },
        rounds: 2,
        resamples: 40,
      },
    },
  };
}

/** The same searches by the local pool first, then on Slurm: the same rows in the ledger, in whatever order. */
export async function searched(lab: Lab): Promise<void> {
  for (const [name, file] of Object.entries(searches(lab))) {
    const path = lab.file(`${name}.json`, file);
    const [here, there] = [`${name}-local`, `${name}-slurm`];
    await lab.call(path, "--out", here);
    const { code, stdout, stderr } = await lab.call(
      path,
      "--out",
      there,
      ...lab.profile("low.json", { time: "30", gpus: "toy:1", throttle: 3 }),
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /now: palimpsest sweep watch /);
    const killed = lab.start("watch", there, "--every", "1");
    // Once it has handed over a round of its own, or has nothing more to hand over.
    while (lab.arrays(there).length < 2 && killed.exitCode === null) await sleep(50);
    killed.kill("SIGKILL");
    if (killed.exitCode === null && killed.signalCode === null) await once(killed, "close");
    const both = await Promise.all([1, 2].map(() => lab.call("watch", there, "--every", "1")));
    const [rows, expected] = [there, here].map((dir) => rowsOf(lab, dir));
    assert.deepEqual(rows, expected, both[0]!.stdout + both[0]!.stderr);
    const diverged = rows!.filter((row) => row.includes('"diverged":true')).length;
    assert.equal(diverged, name === "asha" ? 1 : 0);
    for (const { stdout: last } of both)
      say(`${name}, watched to its end by two after one was killed: ${last.split("\n")[0]}`);
  }
}

/** Each line of the ledger without where the sweep is. */
const rowsOf = (lab: Lab, dir: string): string[] =>
  linesOf(lab.at(join(dir, "sweep.jsonl")))
    .map((row) => JSON.stringify({ ...row, dir: String(row.dir).replace(lab.at(dir), "") }))
    .sort();

/** Two minutes for a run that takes longer on any core: Slurm says so half a minute to a minute after it began. */
export async function late(lab: Lab, node: string): Promise<() => Promise<void>> {
  const recipe = { ...lab.recipe, steps: 2_000_000, checkpointEvery: 2_000_000, evaluate: undefined };
  const file = lab.file("late.json", { recipe });
  const { code, stderr } = await lab.call(
    file,
    "--out",
    "late",
    ...lab.profile("late-profile.json", { time: "2", options: [`--nodelist=${node}`] }),
  );
  assert.equal(code, 0, stderr);
  return async () => {
    const log = join(lab.arrays("late")[0]!.folder, "0.log");
    const beginnings = (): string[] => (existsSync(log) ? readFileSync(log, "utf8") : "").split(begins).slice(1);
    for (let waited = 0; !/\nstopped after/.test(beginnings().join("")) || beginnings().length < 2; waited += 500) {
      assert.ok(waited < 300_000, `it never went on: ${beginnings().join("")}`);
      await sleep(500);
    }
    const [first] = beginnings();
    const stopped = /^stopped after (\d+) steps/m.exec(first!)?.[1];
    assert.ok(stopped, first);
    const { runs } = await lab.until(
      "late",
      "the run goes on",
      (now) => now.runs[0]!.step > Number(stopped) || of(now, "finished") > 0,
    );
    say(`its time nearly up, a run saved at update ${stopped}, queued itself again and is at ${runs[0]!.step}`);
    say((await lab.call("cancel", "late")).stdout.trim());
  };
}
