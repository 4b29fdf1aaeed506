/**
 * One racer of `lock-races.ts`, told what to do on stdin: try for the lock of a folder at a given moment, or let it go.
 * Answers each try with "held" or the line of its refusal.
 */
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Lock, lock } from "../src/lock.js";

let held: Lock | undefined;

async function attempt(dir: string, at: number): Promise<string> {
  await sleep(Math.max(0, at - Date.now() - 3));
  while (Date.now() < at); // All at once, as near as a clock allows.
  try {
    held = await lock({ dir });
    return "held";
  } catch (error) {
    return (error as Error).message;
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { dir, at } = JSON.parse(line) as { dir?: string; at?: number };
  if (dir !== undefined) return void attempt(dir, at!).then((answer) => process.stdout.write(`${answer}\n`));
  held?.check();
  held?.release();
  held = undefined;
});
process.stdout.write("ready\n");
