/**
 * Races of four processes for one folder, with what killed writers leave behind in it: each time exactly one may write. The
 * test of the lock runs a few; by hand, with their number: node -r ./tests/typescript.cjs tests/lock-races.ts 1000
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { lineOf, ownerHere } from "../src/lock-owner.js";
import { typescript } from "./node.js";

const dead = { ...ownerHere(), pid: 4194305, nonce: "dead" };
const old = new Date(Date.now() - 120_000);
function leave(path: string, content: string): void {
  writeFileSync(path, content);
  utimesSync(path, old, old);
}

/** What is in the folder before the race. */
const left: ((dir: string) => void)[] = [
  () => {},
  (dir) => leave(join(dir, "lock"), lineOf(dead)),
  (dir) => leave(join(dir, "lock"), lineOf({ ...dead, place: "elsewhere" })),
  (dir) => leave(join(dir, "lock"), ""),
  (dir) => {
    leave(join(dir, "lock"), lineOf(dead));
    leave(join(dir, "lock.dead"), lineOf({ ...dead, nonce: "killed" }));
  },
];

/** Ends with an error at the first race that has not one winner. */
export async function races(count: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "palimpsest-races-"));
  const racers = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, [...typescript, join(__dirname, "lock-race.ts")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const say = (line: object): void => void child.stdin.write(`${JSON.stringify(line)}\n`);
    return { child, say, answer: async () => (await answers.next()).value as string };
  });
  try {
    for (const { answer } of racers) assert.equal(await answer(), "ready");
    for (let race = 0; race < count; race++) {
      const dir = join(root, String(race));
      mkdirSync(dir);
      left[race % left.length]!(dir);
      const at = Date.now() + 8;
      for (const { say } of racers) say({ dir, at });
      const answers = await Promise.all(racers.map(({ answer }) => answer()));
      const winners = answers.filter((answer) => answer === "held");
      assert.equal(winners.length, 1, `race ${race}: ${answers.join("; ")}`);
      const refused = answers.filter((answer) => / is being written by /.test(answer));
      assert.equal(refused.length, 3, `race ${race}: ${answers.join("; ")}`);
      assert.deepEqual(readdirSync(dir), ["lock"], `race ${race}`);
      for (const { say } of racers) say({});
    }
  } finally {
    for (const { child } of racers) child.stdin.end();
    for (const { child } of racers) if (child.exitCode === null) await once(child, "exit");
    rmSync(root, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? 1000);
  await races(count);
  process.stdout.write(`${count} races of 4 processes: one writer in each\n`);
}

if (require.main === module) void main();
