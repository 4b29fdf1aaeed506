/**
 * Every command that looks at thousands of runs, from its start to its end, as a user calls it: seconds, the most memory, and
 * beside them the processor's time, which means the same on a busy machine.
 */
import { spawn } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { OnProgress } from "../../src/types.js";
import type { MadeSweep } from "./made-sweep.js";
import type { Measured, Row } from "./row.js";

export interface VerbRowsOptions {
  sweep: MadeSweep;
  rounds: number;
  onProgress?: OnProgress | undefined;
}

const root = join(__dirname, "..", "..");

export async function verbRows({ sweep, rounds, onProgress }: VerbRowsOptions): Promise<Row[]> {
  const { file, dir, runs } = sweep;
  const out = join(dir, "..", "out");
  const first = join(
    dir,
    "runs",
    readdirSync(join(dir, "runs")).find((name) => name.startsWith("made-"))!,
  );
  const exported = (kind: string, ...more: string[]): string[] => [
    "runs",
    "export",
    dir,
    "--to",
    kind,
    "--out",
    out,
    ...more,
  ];
  const law = ["--column", "share=share_new", "--loss", "loss_new", "--bootstrap", "0"];
  const verbs: Record<string, string[]> = {
    "sweep FILE, all just finished": ["sweep", file, "--out", dir],
    "sweep FILE again, nothing touched": ["sweep", file, "--out", dir],
    "sweep FILE as of a copied folder, each file checked": ["sweep", file, "--out", dir],
    "sweep FILE --dry-run": ["sweep", file, "--dry-run"],
    "sweep status": ["sweep", "status", dir],
    "sweep watch": ["sweep", "watch", dir],
    "sweep cancel": ["sweep", "cancel", dir],
    "sweep resume": ["sweep", "resume", dir],
    "runs list": ["runs", "list", dir, "--where", "share_new>0.5", "--sort", "-loss_new"],
    "runs list --json": ["runs", "list", dir, "--json"],
    "runs show": ["runs", "show", first],
    "runs compare": ["runs", "compare", dir, "--by", "share_old"],
    "runs export --to parquet": exported("parquet"),
    "runs export --to csv": exported("csv"),
    "runs export --to parquet --curves": exported("parquet", "--curves"),
    "runs export --to csv --curves": exported("csv", "--curves"),
    "runs export --to html, 500 of them": exported("html", "--where", "seed<=50"),
    "laws fit --data runs.parquet": [
      "laws",
      "fit",
      "--law",
      "data-mixing",
      "--data",
      join(dir, "runs.parquet"),
      ...law,
    ],
  };
  const rows: Row[] = [];
  const total = Object.keys(verbs).length;
  for (const [verb, given] of Object.entries(verbs)) {
    onProgress?.({ label: "bench", done: rows.length, total, note: verb });
    const measured: Measured = { by: "palimpsest", rounds: [], peakMegabytes: [] };
    for (let round = 0; round < (verb.includes("just finished") ? 1 : rounds); round++) {
      if (verb.includes("copied")) forget(dir);
      const { seconds, worked, megabytes, complaint } = await called(given);
      if (complaint !== undefined) measured.missing = `failed: ${complaint}`;
      else {
        measured.rounds.push(seconds);
        measured.version = `${worked.toFixed(2)} s of processor time`;
        measured.peakMegabytes!.push(megabytes);
      }
    }
    rows.push({ work: `${verb}, ${runs} runs`, unit: "s", measured: [measured] });
    rmSync(out, { recursive: true, force: true });
  }
  return rows;
}

/** What was found of the runs, and what they say of themselves, which holds for no copy of their files. */
function forget(dir: string): void {
  const names = readdirSync(join(dir, "runs")).filter((name) => name.startsWith("made-"));
  const runs = names.map((name) => join(dir, "runs", name));
  for (const each of [dir, ...runs]) rmSync(join(each, "intact.json"), { force: true });
}

interface Called {
  seconds: number;
  /** Of all its threads. */
  worked: number;
  megabytes: number;
  /** Its last words, where it fails. */
  complaint?: string;
}

/** What Linux says of the process just before it ends: the command asks it itself. */
const spy = `process.on("exit",()=>require("node:fs").writeSync(3,JSON.stringify(process.resourceUsage())))`;

function called(given: string[]): Promise<Called> {
  return new Promise((resolve) => {
    const begun = performance.now();
    const preload = `data:text/javascript,${encodeURIComponent(spy.replace("require", "process.getBuiltinModule"))}`;
    const child = spawn(process.execPath, ["--import", preload, join(root, "dist", "cli", "main.js"), ...given], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    let [said, usage] = ["", ""];
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stdio[3]!.on("data", (text: Buffer) => (usage += String(text)));
    child.on("close", (code) => {
      const seconds = (performance.now() - begun) / 1000;
      const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(usage || "{}") as NodeJS.ResourceUsage;
      resolve({
        seconds,
        worked: (userCPUTime + systemCPUTime) / 1e6,
        megabytes: maxRSS / 1024,
        ...(code !== 0 && { complaint: said.trim().split("\n").at(-1) ?? "" }),
      });
    });
  });
}
