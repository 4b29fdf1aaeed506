/** A log in a file gives back what one in memory does, whatever the pieces in which it is read. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileLog } from "../../../src/corpus/logs/file-log.js";
import { appendNumbers, linesOf, type Log, memoryLog, records } from "../../../src/corpus/logs/log.js";
import { rng } from "../../../src/rng.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-logs-"));
after(() => rmSync(root, { recursive: true }));

const logs = (name: string): Log[] => [memoryLog(), fileLog(join(root, name))];

test("lines longer and shorter than a piece come back, from any line on", () => {
  const random = rng(1);
  const lines = Array.from({ length: 60 }, (_, i) => `${i} 한 ${"x".repeat(random.int(1 << (1 + (i % 18))))}`);
  for (const log of logs("lines")) {
    for (const line of lines) log.append(Buffer.from(`${line}\n`));
    const found = [...linesOf(log)];
    assert.deepEqual(
      found.map(({ line }) => line),
      lines,
    );
    assert.deepEqual(
      [...linesOf(log, found[30]!.end)].map(({ line }) => line),
      lines.slice(31),
    );
  }
});

test("what cannot be written is one line that names the file and goes on once it can be", () => {
  const log = fileLog(join(root, "closed"));
  log.append(Buffer.from("a"));
  log.close();
  assert.throws(
    () => log.sync(),
    /^Error: encode: cannot write \S+closed: .*\(EBADF\); mended, the same call goes on$/,
  );
});

test("records come back, also those that a piece's end divides", () => {
  const numbers = Int32Array.from({ length: 3 * 20_001 }, (_, i) => i * 7919);
  for (const log of logs("numbers")) {
    appendNumbers(log, numbers.subarray(0, 3001));
    appendNumbers(log, numbers.subarray(3001));
    assert.deepEqual(Array.from(records(log, 3), (record) => [...record]).flat(), [...numbers]);
  }
});
