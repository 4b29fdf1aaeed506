/** Folders that are damaged or lie are refused in one line that names the file, before anything is written. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { extend, inspect, open, trim } from "../../src/checkpoint/index.js";
import { load } from "../../src/model/index.js";
import type { Tokenizer } from "../../src/types.js";
import { extend as widen, train, trim as trimTokenizer } from "../../src/vocab/index.js";
import { diagnostics } from "../vocab/support.js";
import { damagedFolders, damages } from "./damaged.js";
import { embedding, head, makeFolder } from "./folders.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-damage-"));
after(() => rmSync(root, { recursive: true }));
const at = (...names: string[]): string => join(root, ...names);
let base: Tokenizer;
let wide: Tokenizer;
before(async () => {
  base = await train({ texts: diagnostics("fr"), size: 400 });
  wide = await widen({ base, texts: diagnostics("ko"), newTokens: 20 });
  makeFolder({ dir: at("whole"), tokenizer: base, shards: 3 });
});

test("each kind of damage is one line, where the folder is loaded and where it is opened to be rewritten", () => {
  for (const [name, dir] of Object.entries(damagedFolders(at("whole"), root)))
    for (const read of [() => load(dir), () => open({ dir })])
      assert.throws(
        read,
        (error: Error) => damages[name]![1].test(error.message) && !error.message.includes("\n"),
        `${name}: ${read}`,
      );
});

test("a row with NaN is named, and nothing is written; rows of zeros are padding, and count for nothing", async () => {
  const options = { tokenizer: wide, init: "mean", out: at("nan-out") } as const;
  for (const [table, value] of [
    [embedding, NaN],
    [head, Infinity],
  ] as const) {
    rmSync(at("nan"), { recursive: true, force: true });
    makeFolder({ dir: at("nan"), tokenizer: base, change: (weights) => (weights[table]!.data[16 * 7 + 3] = value) });
    await assert.rejects(
      extend({ base: open({ dir: at("nan") }), ...options }),
      new RegExp(
        `^Error: checkpoint\\.extend: invalid base: ${table} has ${value} in row 7 \\(finite numbers are expected\\)$`,
      ),
    );
    const trimmed = await trimTokenizer({ tokenizer: base, size: 399, texts: diagnostics("fr") });
    await assert.rejects(
      trim({ base: open({ dir: at("nan") }), trimmed, out: at("nan-out") }),
      new RegExp(
        `^Error: checkpoint\\.trim: invalid base: ${table} has ${value} in row 7 \\(finite numbers are expected\\)$`,
      ),
    );
    assert.throws(
      () => inspect({ base: open({ dir: at("nan") }) }),
      new RegExp(`^Error: checkpoint\\.inspect: invalid base: ${table} has ${value} in row 7 \\(`),
    );
    assert.throws(
      () => load(at("nan")),
      new RegExp(
        `^Error: load: invalid weights: \\S+ \\(${table} has ${value} in row 7; finite numbers are expected\\)$`,
      ),
    );
    assert.ok(!existsSync(at("nan-out")));
  }
  const zeroed = (dir: string, from: number): void =>
    makeFolder({ dir, tokenizer: base, tied: true, change: (weights) => weights[embedding]!.data.fill(0, from * 16) });
  zeroed(at("zeros"), 400);
  await extend({ base: open({ dir: at("zeros") }), tokenizer: wide, init: "mean", out: at("zeros-out") });
  const { data } = load(at("zeros")).weights[embedding]!;
  const grown = load(at("zeros-out")).weights[embedding]!.data;
  const mean = Array.from({ length: 16 }, (_, j) => {
    let sum = 0;
    for (let id = 0; id < 400; id++) sum += data[id * 16 + j]!;
    return sum / 400;
  });
  for (let id = 400; id < wide.size; id++)
    for (let j = 0; j < 16; j++)
      assert.ok(Math.abs(grown[id * 16 + j]! - mean[j]!) <= Math.abs(mean[j]!) / 128 + 1e-6, `row ${id}`);
});

test("a folder that lacks a file, or none at all", () => {
  cpSync(at("whole"), at("bare"), { recursive: true });
  renameSync(at("bare", "tokenizer.json"), at("bare", "tokenizer.txt"));
  assert.throws(
    () => open({ dir: at("bare") }),
    /^Error: load: invalid model folder: .* \(it has no tokenizer\.json\)$/,
  );
  assert.throws(
    () => open({ dir: at("nowhere") }),
    /^Error: load: invalid model folder: .* \(there is no such folder\)$/,
  );
});
