/** Slurm's own commands, each answer or refusal as one line. */
import { execFile } from "node:child_process";
import { environment } from "../../environment.js";
import type { Profile } from "../profile.js";
import type { Submitted } from "./slurm-folder.js";
import type { Seen } from "./types.js";

/** Milliseconds that a controller may take, one that is restarted among them. */
const timeout = 120_000;

/** What a command of Slurm says; throws one line, in its words, where it refuses. */
export async function ask(command: string, given: readonly string[], dir?: string): Promise<string> {
  try {
    return await outputOf(command, given, dir);
  } catch (error) {
    const { code, stderr = "" } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT")
      throw new Error(`sweep: no ${command} here (call this where Slurm's commands are)`, { cause: error });
    const said = stderr.split("\n").filter((line) => /error|failure/.test(line));
    const line = said[0]?.replace(/^\w+: (error|fatal): /, "").replace(/^allocation failure: /, "");
    throw new Error(`sweep: ${command} refuses: ${line ?? "it does not answer"}`, { cause: error });
  }
}

const outputOf = (command: string, given: readonly string[], dir?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { cwd: dir, env: environment(), timeout, maxBuffer: 1 << 28 };
    execFile(command, given, options, (error, stdout, stderr) =>
      error ? reject(Object.assign(error, { stderr })) : resolve(stdout),
    );
  });

export interface RefuseOptions {
  dir: string;
  profile: Profile;
  submitted: Submitted;
}

/** Throws one line where the cluster does not have what is asked for; otherwise the job would wait for ever. */
export async function refuse({ dir, profile, submitted }: RefuseOptions): Promise<void> {
  const limits = (await ask("sinfo", ["--noheader", "--format=%P|%l"])).trim().split("\n");
  const rows = limits.map((line) => line.split("|") as [string, string]);
  const { partition, time } = profile;
  const row = rows.find(([name]) =>
    partition === undefined ? name.endsWith("*") : name.replace("*", "") === partition,
  );
  const names = [...new Set(rows.map(([name]) => name.replace("*", "")))].join(", ");
  if (partition !== undefined && !row)
    throw new Error(`sweep: invalid profile: partition ${partition} (this cluster has ${names})`);
  if (row && time !== undefined && minutesOf(time) > minutesOf(row[1]))
    throw new Error(`sweep: invalid profile: time ${time} (partition ${row[0].replace("*", "")} allows ${row[1]})`);
  try {
    await ask("sbatch", ["--test-only", submitted.script], dir);
  } catch (error) {
    throw new Error(
      (error as Error).message.replace("sbatch refuses", "invalid profile: this cluster says") +
        " (sinfo -Nel says what it has)",
      { cause: error },
    );
  }
}

/** As Slurm writes times: minutes, minutes:seconds, hours:minutes:seconds, days-hours[:minutes[:seconds]]. */
function minutesOf(time: string): number {
  const [, days, rest] = /^(?:(\d+)-)?([\d:]+)$/.exec(time) ?? [];
  if (rest === undefined) return Infinity;
  const fields = rest.split(":").map(Number);
  if (days === undefined && fields.length < 3) fields.unshift(0);
  const [hours = 0, minutes = 0, seconds = 0] = fields;
  return Number(days ?? 0) * 1440 + hours * 60 + minutes + seconds / 60;
}

/** Tasks that wait or run, by the job's name and the task's number: "name 3". */
export async function queueOf(names: readonly string[]): Promise<Map<string, Seen & { job: string }>> {
  const queue = new Map<string, Seen & { job: string }>();
  if (names.length === 0) return queue;
  const format = "--format=%j|%K|%F|%T|%r";
  const said = await ask("squeue", ["--noheader", "--array", `--name=${names.join(",")}`, format]);
  for (const line of said.split("\n").filter((each) => each !== "")) {
    const [name, index, job, state, reason] = line.split("|") as [string, string, string, string, string];
    const waits = !/^(RUNNING|COMPLETING|CONFIGURING|SUSPENDED|STAGE_OUT|SIGNALING)$/.test(state);
    const why = waits && reason !== "None" ? { why: reason } : {};
    queue.set(`${name} ${index}`, { job, state: waits ? "waiting" : "running", ...why });
  }
  return queue;
}

/** How many tasks an array may have here. */
export async function longestArray(): Promise<number> {
  const [, most] = /^MaxArraySize\s*=\s*(\d+)/m.exec(await ask("scontrol", ["show", "config"])) ?? [];
  return Number(most ?? 1001);
}
