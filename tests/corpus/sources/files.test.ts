import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeAtomically } from "../../../src/files.js";

const folder = (): string => mkdtempSync(join(tmpdir(), "palimpsest-files-"));

test("text and bytes arrive whole, replace what was there and leave no temporary file", () => {
  const root = folder();
  const path = join(root, "new", "a.txt");
  writeAtomically(path, "first, and longer");
  writeAtomically(path, "한국어");
  assert.equal(readFileSync(path, "utf8"), "한국어");
  writeAtomically(path, Uint8Array.of(0, 255, 7));
  assert.deepEqual([...readFileSync(path)], [0, 255, 7]);
  assert.deepEqual(readdirSync(join(root, "new")), ["a.txt"]);
  rmSync(root, { recursive: true });
});

test("a name that is taken by a folder is one line, and nothing is left", () => {
  const root = folder();
  mkdirSync(join(root, "taken"));
  assert.throws(
    () => writeAtomically(join(root, "taken"), "x"),
    /^Error: writeAtomically: cannot write .*taken: .*\(EISDIR\)$/,
  );
  writeFileSync(join(root, "file"), "x");
  assert.throws(() => writeAtomically(join(root, "file", "below"), "x"), /not a folder \(E(NOTDIR|EXIST)\)$/);
  assert.deepEqual(readdirSync(root).sort(), ["file", "taken"]);
  rmSync(root, { recursive: true });
});

test("a full disk is one line, keeps the old file and removes the temporary one", (context) => {
  const root = folder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", root], { stdio: "ignore" });
  } catch {
    rmSync(root, { recursive: true });
    context.skip("cannot mount a small tmpfs here (needs root)");
    return;
  }
  try {
    const path = join(root, "a.bin");
    writeAtomically(path, "old");
    assert.throws(
      () => writeAtomically(path, new Uint8Array(1 << 20)),
      /^Error: writeAtomically: cannot write .*a\.bin: the disk is full \(ENOSPC\)$/,
    );
    assert.deepEqual(readdirSync(root), ["a.bin"]);
    assert.equal(readFileSync(path, "utf8"), "old");
  } finally {
    execFileSync("umount", [root]);
    rmSync(root, { recursive: true });
  }
});
