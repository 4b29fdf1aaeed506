/** `palimpsest sweep status|watch|cancel|resume DIR`: a sweep from anywhere that sees its folder, whoever began it. */
import type { Command } from "commander";
import type { SweepStatus } from "../sweep/index.js";
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
  add(
    "watch",
    "follow a sweep to its end: what a search wants next is handed over as soon as it can be",
    work<WatchOptions>(watch),
  ).option("--every <seconds>", "how often to look", "10");
  add("cancel", "ask what waits or runs to save and end", work(cancel));
  add("resume", "hand over again what is not finished, without the sweep's file", work(resume));
}

async function statusOf([dir]: string[]): Promise<Outcome> {
  const { status } = await import("../sweep/status.js");
  return told(await status(dir!), ["paused", ...left]);
}

async function watch([dir]: string[], options: WatchOptions, { signal }: Work): Promise<Outcome> {
  const { watch } = await import("../sweep/watch.js");
  const every = wholeNumber("--every", options.every, 1) * 1000;
  let last = "";
  const say = (line: string): void => {
    if (line !== last) process.stderr.write(`${line}\n`);
    last = line;
  };
  const onStatus = (now: SweepStatus): void => say([counts(now), ...now.notes].join("; "));
  return told(await watch({ dir: dir!, every, signal, onStatus, onNote: say }), left);
}

async function cancel([dir]: string[]): Promise<Outcome> {
  const { cancel } = await import("../sweep/cancel.js");
  const line = await cancel(dir!);
  return { json: { dir, line }, text: line };
}

async function resume([dir]: string[], _: object, { signal }: Work): Promise<Outcome> {
  const { continued } = await import("../sweep/index.js");
  const { carryOut } = await import("./sweep-carry-out.js");
  return carryOut({ ...continued(dir!), signal });
}

const shown = ["finished", "paused", "running", "waiting", "interrupted", "failed", "not begun"] as const;

function counts({ runs, executor }: SweepStatus): string {
  const each = shown.map((status) => ({ status, count: runs.filter((run) => run.status === status).length }));
  const some = each.filter(({ count }) => count > 0).map(({ status, count }) => `${count} ${status}`);
  return `${runs.length} ${runs.length === 1 ? "run" : "runs"} with ${executor}: ${some.join(", ")}`;
}

/** Of a run that is not over and that nobody has; a search may also want those further that are paused. */
const left = ["interrupted", "failed", "not begun"] as const;

/** Finished runs are a number; of what waits, why it does; of the others each its line, as many as a screen holds. */
async function told(result: SweepStatus, unfinished: readonly string[]): Promise<Outcome> {
  const { executorOf } = await import("../sweep/executors/registry.js");
  const { readPlan } = await import("../sweep/plan.js");
  const { isOpen } = await import("../sweep/status.js");
  const { dir, executor } = result;
  const stands = !result.runs.some(isOpen) && result.runs.some(({ status }) => unfinished.includes(status));
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
      ...(stands ? [executorOf(executor).next(dir, readPlan(dir).profile)] : []),
    ].join("\n"),
    failed: result.runs.some(({ status }) => status === "failed"),
  };
}
