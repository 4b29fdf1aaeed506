/** The lab as a person calls it, in a folder of its own with a text and sweeps of tiny runs. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SweepStatus } from "../../src/sweep/index.js";
import { language } from "../train/tiny.js";

const main = resolve(__dirname, "..", "..", "dist", "cli", "main.js");

export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Lab {
  readonly root = mkdtempSync(join(tmpdir(), "slurm-"));
  readonly recipe = {
    name: "run",
    corpus: { files: { old: "old.jsonl", new: "new.jsonl" } },
    model: { size: "nano", vocabSize: 290 },
    mixture: { old: 0.5, new: 0.5 },
    schedule: { name: "cosine", peak: 1e-3 },
    steps: 600,
    batch: 2,
    context: 16,
    checkpointEvery: 40,
    evaluate: { even: 4 } as object,
  };

  constructor(public env: NodeJS.ProcessEnv = { ...process.env }) {
    env.PALIMPSEST_CACHE = join(this.root, "cache");
    for (const name of ["old", "new"] as const)
      writeFileSync(
        this.at(`${name}.jsonl`),
        language(name)
          .train.map((text) => `${JSON.stringify({ text })}\n`)
          .join(""),
      );
  }

  at = (name: string): string => join(this.root, name);

  /** Answers with the file's name. */
  file(name: string, content: object): string {
    writeFileSync(this.at(name), JSON.stringify(content));
    return name;
  }

  profile(name: string, profile: object): string[] {
    return ["--executor", "slurm", "--profile", this.file(name, profile)];
  }

  start(...given: string[]): ChildProcess {
    return this.verb("sweep", ...given);
  }

  async call(...given: string[]): Promise<Said> {
    return this.ended(this.start(...given));
  }

  verb(...given: string[]): ChildProcess {
    return spawn(process.execPath, [main, ...given], { cwd: this.root, env: this.env });
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

  /** Arrays that Slurm has answered: their folders and the runs in the order of their tasks. */
  arrays(dir: string): { folder: string; runs: string[] }[] {
    const at = this.at(join(dir, "slurm"));
    const folders = readdirSync(at).sort((a, b) => Number(a) - Number(b));
    return folders
      .map((number) => join(at, number))
      .filter((folder) => existsSync(join(folder, "job")))
      .map((folder) => ({ folder, runs: readFileSync(join(folder, "runs"), "utf8").trim().split("\n") }));
  }
}

export const of = ({ runs }: SweepStatus, state: string): number =>
  runs.filter(({ status }) => status === state).length;

const began = performance.now();
export const say = (line: string): void =>
  void process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);

export const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
