/**
 * The process in which readers are tried. It notes the number of each input in a file before it begins, so that the
 * supervisor knows which input a process died or stands still on.
 */
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { rng } from "../../src/rng.js";
import { faultOf } from "./judge.js";
import type { Limits } from "./limits.js";
import { mutate } from "./mutate.js";
import type { Batch, Files, Finding, Kind, Report, Tally, Target } from "./types.js";

const [registry, note, limited] = process.argv.slice(2) as [string, string, string];
const limits = JSON.parse(limited) as Limits;
const { targets } = require(registry) as { targets: readonly Target[] };
/** In the supervisor's folder, who removes it. */
const home = mkdtempSync(join(tmpdir(), "process-"));
const noted = openSync(note, "w");
/** Own names of the prototypes that a hostile key could reach. */
const prototypes = [Object.prototype, Array.prototype, Function.prototype].map((object) => ({
  object,
  names: new Set(Reflect.ownKeys(object)),
}));

interface Ready {
  target: Target;
  seeds: Files[];
  /** What the seeds give, where that is what changed files may give. */
  given: unknown[];
}
const ready = new Map<string, Ready>();
/** Errors that nobody caught, since the input before. */
let escaped: unknown[] = [];
process.on("uncaughtException", (error) => escaped.push(error));
process.on("unhandledRejection", (reason) => escaped.push(reason));

const tell = (report: Report): void => void process.send!(report);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function prepare(name: string): Promise<Ready> {
  const target = targets.find((each) => each.name === name);
  if (!target) throw new Error(`fuzz: no target ${name}`);
  const seeds = await target.seeds();
  const given: unknown[] = [];
  for (const [i, seed] of seeds.entries()) {
    try {
      given.push(await target.read(lay(target, seed)));
    } catch (error) {
      throw new Error(`fuzz: ${name} cannot read its own seed ${i}: ${(error as Error).message}`, { cause: error });
    }
  }
  return { target, seeds, given };
}

/** Writes the files of an input, and gives their folder. */
function lay(target: Target, parts: Files): string {
  const dir = join(home, "input");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir);
  for (const [name, bytes] of Object.entries(target.assemble?.(parts) ?? parts)) {
    const path = join(dir, name);
    if (name.includes("/")) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return dir;
}

/** Tries one input: whether it was refused, and what was found. */
async function attempt(
  { target, seeds, given }: Ready,
  { seed }: Batch,
  number: number,
): Promise<{ refused: boolean; findings: Finding[] }> {
  const findings: Finding[] = [];
  const found = (kind: Kind, detail: string): void =>
    void findings.push({ target: target.name, case: number, kind, detail });
  const dir = lay(target, mutate(seeds, rng(seed).fork(`${target.name} ${number}`)));
  const before = { ...process.cpuUsage(), peak: process.resourceUsage().maxRSS };
  let refused = false;
  try {
    const value = await target.read(dir);
    if (target.intact && !given.some((one) => isDeepStrictEqual(one, value)))
      found("accepted", "changed content is no error");
  } catch (error) {
    refused = true;
    const fault = faultOf(error);
    if (fault !== undefined) found("raw", `${fault} ${placeOf(error)}`);
  }
  await turn();
  await turn();
  const { user, system } = process.cpuUsage();
  const seconds = (user + system - before.user - before.system) / 1e6;
  const megabytes = (process.resourceUsage().maxRSS - before.peak) / 1024;
  if (seconds > limits.seconds) found("hang", `${seconds.toFixed(1)} s of a processor`);
  if (megabytes > limits.megabytes) found("memory", `${Math.round(megabytes)} MB more than before`);
  for (const error of escaped) found("crash", `nobody caught ${String(error).split("\n", 1)[0]!} ${placeOf(error)}`);
  escaped = [];
  for (const { object, names } of prototypes)
    for (const key of Reflect.ownKeys(object).filter((name) => !names.has(name))) {
      found("accepted", `${String(key)} was put on a prototype`);
      Reflect.deleteProperty(object, key);
    }
  return { refused, findings };
}

/** Where our own source threw: what a person mends. */
function placeOf(error: unknown): string {
  const line = /\bsrc\/[\w./-]+:\d+/.exec((error as Error | undefined)?.stack ?? "");
  return line ? `(${line[0]})` : "";
}

async function work(batch: Batch): Promise<void> {
  const name = batch.target;
  writeSync(noted, " ".repeat(16), 0);
  if (!ready.has(name)) ready.set(name, await prepare(name));
  const tally: Tally = { target: name, inputs: 0, refused: 0 };
  for (let number = batch.from; number < batch.to; number++) {
    writeSync(noted, String(number).padEnd(16), 0);
    const { refused, findings } = await attempt(ready.get(name)!, batch, number);
    for (const finding of findings) tell({ kind: "finding", finding });
    tally.inputs++;
    if (refused) tally.refused++;
  }
  tell({ kind: "done", tally });
}

process.on("message", (batch: Batch) => {
  work(batch).catch((error: Error) => tell({ kind: "broken", error: error.message }));
});
tell({ kind: "ready" });
