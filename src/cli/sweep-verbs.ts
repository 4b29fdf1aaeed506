/** `palimpsest sweep status|watch|cancel|resume DIR`: a sweep from anywhere that sees its folder, whoever began it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { RunStatus, SweepStatus } from "../sweep/index.js";
import { wholeNumber } from "./numbers.js";
import { example, type Outcome, type Work, work } from "./work.js";

interface WatchOptions {
  every: string;
}

export function addSweepVerbs(sweep: Command): void {
  const add = (name: string, summary: string, action: (...given: unknown[]) => Promise<void>): Command => {
    const verb = sweep
      .command(name)
      .summary(summary)
      .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`);
    verb.argument("<dir>", "the sweep's folder").action(action);
    return example(verb, `palimpsest sweep ${name} out/my-sweep`);
  };
  add("status", "how far each run is, and what became of it", work(statusOf));
  add("watch", "status, again and again until nothing waits or runs", work<WatchOptions>(watch)).option(
    "--every <seconds>",
    "how often to look",
    "10",
  );
  add("cancel", "ask what waits or runs to save and end", work(cancel));
  add("resume", "hand over again what is not finished, without the sweep's file", work(resume));
}

async function statusOf([dir]: string[]): Promise<Outcome> {
  const { status } = await import("../sweep/index.js");
  return told(await status(dir!));
}

async function watch([dir]: string[], options: WatchOptions, { signal }: Work): Promise<Outcome> {
  const { status } = await import("../sweep/index.js");
  const every = wholeNumber("--every", options.every, 1) * 1000;
  for (let last = ""; ;) {
    const now = await status(dir!);
    const line = [counts(now), ...now.notes].join("; ");
    if (signal.aborted || !now.runs.some(isOpen)) return told(now);
    if (line !== last) process.stderr.write(`${line}\n`);
    last = line;
    await sleep(every, undefined, { signal }).catch(() => {});
  }
}

async function cancel([dir]: string[]): Promise<Outcome> {
  const { cancel } = await import("../sweep/index.js");
  const line = await cancel(dir!);
  return { json: { dir, line }, text: line };
}

async function resume([dir]: string[], _: object, { signal }: Work): Promise<Outcome> {
  const { readPlan } = await import("../sweep/index.js");
  const { carryOut } = await import("./sweep-carry-out.js");
  const { executor, profile, jobs } = readPlan(dir!);
  return carryOut({ jobs: jobs.map(({ recipe }) => recipe), dir: dir!, executor, profile, signal });
}

const isOpen = ({ status }: RunStatus): boolean => status === "running" || status === "waiting";

const shown = ["finished", "paused", "running", "waiting", "interrupted", "failed", "not begun"] as const;

function counts({ runs, executor }: SweepStatus): string {
  const each = shown.map((status) => ({ status, count: runs.filter((run) => run.status === status).length }));
  const some = each.filter(({ count }) => count > 0).map(({ status, count }) => `${count} ${status}`);
  return `${runs.length} ${runs.length === 1 ? "run" : "runs"} with ${executor}: ${some.join(", ")}`;
}

/** Finished runs are a number; of what waits, why it does; of the others each its line, as many as a screen holds. */
function told(result: SweepStatus): Outcome {
  const waits = new Map<string, number>();
  for (const { status, why } of result.runs)
    if (status === "waiting" && why !== undefined) waits.set(why, (waits.get(why) ?? 0) + 1);
  const lines = result.runs
    .filter(({ status }) => !["finished", "paused", "waiting", "not begun"].includes(status))
    .map(({ name, status, step, steps, why }) => `  ${name} ${status}, ${step} of ${steps}${why ? `: ${why}` : ""}`);
  const most = 40;
  return {
    json: result,
    text: [
      counts(result),
      ...lines.slice(0, most),
      ...(lines.length > most ? [`  and ${lines.length - most} more (--json names all)`] : []),
      ...[...waits].map(([why, count]) => `  ${count} waiting: ${why}`),
      ...result.notes,
    ].join("\n"),
    failed: result.runs.some(({ status }) => status === "failed"),
  };
}
