import assert from "node:assert/strict";
import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lock } from "../../src/train/lock.js";
import { folder } from "./tiny.js";

const root = folder();
const inUse = /train: invalid dir: .* is being written by /;
const left = (name: string, content: string, age = 0): string => {
  const dir = join(root, name);
  mkdirSync(dir);
  writeFileSync(join(dir, "lock"), content);
  const at = new Date(Date.now() - age);
  utimesSync(join(dir, "lock"), at, at);
  return dir;
};

test("one writer at a time; the next one waits for as long as it has patience", async () => {
  const dir = join(root, "one");
  const release = await lock({ dir });
  await assert.rejects(lock({ dir }), inUse);
  let writer = "";
  const next = lock({ dir, patience: 10000, onWait: (name) => (writer = name) });
  setTimeout(release, 50);
  const second = await next;
  assert.equal(writer, `process ${process.pid} on ${hostname()}`);
  second();
  assert.equal(existsSync(join(dir, "lock")), false);
});

test("waiting ends with the signal", async () => {
  const dir = join(root, "signal");
  const release = await lock({ dir });
  await assert.rejects(lock({ dir, patience: Infinity, signal: AbortSignal.timeout(20) }), /abort|timeout/i);
  release();
});

test("what a killed writer left behind counts for nothing", async () => {
  (await lock({ dir: left("namesake", `${hostname()} ${process.pid}\n`) }))();
  (await lock({ dir: left("gone", `${hostname()} 4194305\n`) }))();
  (await lock({ dir: left("elsewhere long ago", "another-host 1\n", 120_000) }))();
  (await lock({ dir: left("torn long ago", "anoth", 120_000) }))();
  await assert.rejects(lock({ dir: left("elsewhere", "another-host 1\n") }), inUse);
  await assert.rejects(lock({ dir: left("being written", "") }), inUse);
  await assert.rejects(lock({ dir: left("alive", `${hostname()} ${process.ppid}\n`) }), inUse);
});
