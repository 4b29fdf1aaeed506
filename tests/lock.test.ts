import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lock } from "../src/lock.js";
import { lineOf, ownerHere } from "../src/lock-owner.js";
import { races } from "./lock-races.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-lock-"));
after(() => rmSync(root, { recursive: true, force: true }));

const inUse = /lock: invalid dir: .* is being written by /;
const left = (name: string, content: string, age = 0): string => {
  const dir = join(root, name);
  mkdirSync(dir);
  writeFileSync(join(dir, "lock"), content);
  const at = new Date(Date.now() - age);
  utimesSync(join(dir, "lock"), at, at);
  return dir;
};
/** Takes the folder, gives it back, and leaves nothing there. */
async function free(dir: string): Promise<void> {
  (await lock({ dir })).release();
  assert.deepEqual(readdirSync(dir), []);
}
const here = ownerHere();
const linux = process.platform === "linux";

test("one writer at a time; the next one waits for as long as it has patience", async () => {
  const dir = join(root, "one");
  const first = await lock({ dir });
  await assert.rejects(lock({ dir }), inUse);
  let writer = "";
  const next = lock({ dir, patience: 10000, onWait: (name) => (writer = name) });
  setTimeout(() => first.release(), 50);
  const second = await next;
  assert.equal(writer, `process ${process.pid} on ${hostname()}`);
  second.check();
  second.release();
  assert.deepEqual(readdirSync(dir), []);
});

test("waiting ends with the signal", async () => {
  const dir = join(root, "signal");
  const first = await lock({ dir });
  await assert.rejects(lock({ dir, patience: Infinity, signal: AbortSignal.timeout(20) }), /abort|timeout/i);
  first.release();
});

test("what a killed writer left behind counts for nothing", async () => {
  const child = spawn(process.execPath, ["-e", "0"]);
  await once(child, "exit");
  await free(left("gone", lineOf({ ...here, pid: child.pid! })));
  await free(left("elsewhere long ago", lineOf({ ...here, host: "other", place: "other", pid: 1 }), 120_000));
  await free(left("an older version's, long ago", `${hostname()} ${process.pid}\n`, 120_000));
  await free(left("torn long ago", "anoth", 120_000));
  // A number that was given to another process since.
  if (linux) await free(left("namesake", lineOf({ ...here, began: "1" })));
});

test("who may still write is waited for", async () => {
  await assert.rejects(lock({ dir: left("elsewhere", lineOf({ ...here, place: "other", pid: 1 })) }), inUse);
  await assert.rejects(lock({ dir: left("being written", "") }), inUse);
  await assert.rejects(lock({ dir: left("an older version's", `${hostname()} 4194305\n`) }), inUse);
  await assert.rejects(lock({ dir: left("alive", lineOf({ ...here, pid: process.ppid, began: "" })) }), inUse);
  // Another container of the same host name, where the number is nobody's here.
  await assert.rejects(lock({ dir: left("container", lineOf({ ...here, pid: 4194305, place: "there" })) }), inUse);
});

test("whoever holds the claim on a dead lock is waited for, and a claim whose holder was killed is taken over", async () => {
  const dead = { ...here, pid: 4194305, nonce: "dead" };
  const dir = left("claimed", lineOf(dead));
  writeFileSync(join(dir, "lock.dead"), lineOf({ ...here, nonce: "alive" }));
  await assert.rejects(lock({ dir }), inUse);
  writeFileSync(join(dir, "lock.dead"), lineOf({ ...dead, nonce: "killed" }));
  writeFileSync(join(dir, "lock.dead.killed"), lineOf({ ...dead, nonce: "killed-too" }));
  await free(dir);
});

test("a writer that lost its lock is told so, and leaves the other's alone", async () => {
  const dir = join(root, "lost");
  const first = await lock({ dir });
  rmSync(join(dir, "lock"));
  assert.throws(() => first.check(), {
    message: `lock: lost ${dir}: its lock is gone (nothing more is written there)`,
  });
  const other = lineOf({ ...here, nonce: "other" });
  writeFileSync(join(dir, "lock"), other);
  assert.throws(() => first.check(), /lost .*: process \d+ on .* has taken it over/);
  first.release();
  assert.equal(readFileSync(join(dir, "lock"), "utf8"), other);
});

test("of four processes that take over at once, one writes: 40 races", () => races(40));
