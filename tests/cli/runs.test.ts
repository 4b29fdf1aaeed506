/** `palimpsest runs` over folders that nobody trained. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { rows } from "../../src/runs/index.js";
import { makeRun } from "../runs/made.js";
import { palimpsests } from "./palimpsest.js";

const root = mkdtempSync(join(tmpdir(), "cli-runs-"));
after(() => rmSync(root, { recursive: true }));
const sweep = join(root, "sweep");
for (const seed of [2, 3])
  for (const [arm, ko] of [
    ["none", 1.5],
    ["replay", 1.4 + seed / 1000],
  ] as const)
    makeRun({ dir: sweep, arm, seed, ko });
writeFileSync(join(makeRun({ dir: sweep, arm: "broken", seed: 1, ko: 1 }), "run.json"), "{");

test("list, show, compare and export", async () => {
  const out = join(root, "out");
  const page = join(root, "page.html");
  const ran = palimpsests([
    ["runs", "list", sweep, "--where", "arm=replay", "--sort", "-seed"],
    ["runs", "list", sweep, "--json", "--columns", "run,bits*", "--limit", "1"],
    ["runs", "show", join(sweep, "none-2")],
    ["runs", "compare", sweep],
    ["runs", "compare", join(sweep, "none-2"), join(sweep, "replay-2"), "--json"],
    ["runs", "export", sweep, "--to", "parquet", "--curves", "--out", out],
    ["runs", "export", sweep, "--to", "csv", "--out", out],
    ["runs", "export", sweep, "--to", "html", "--out", page],
  ]);
  assert.deepEqual(
    ran.map(({ status }) => status),
    ran.map(() => 0),
    JSON.stringify(ran),
  );
  const [list, json, show, compare, two] = ran as [(typeof ran)[0], ...typeof ran];
  assert.match(list.stderr, /broken-1 is left out: .*run\.json.*not JSON/);
  assert.match(
    list.stdout,
    /^run +status +seed +tokens +arm +long +bitsPerByte_ko\nreplay, "3" .* 1\.403\nreplay, "2" .* 1\.402\n$/,
  );
  const { total, runs, damaged } = JSON.parse(json!.stdout) as { total: number; runs: object[]; damaged: object[] };
  assert.deepEqual([total, runs, damaged.length], [4, [{ run: 'none, "2"', bitsPerByte_ko: 1.5 }], 1]);
  for (const part of ['none, "2": finished', "share", '"peak": 0.001', "metrics.jsonl", "realised", "node"])
    assert.ok(show!.stdout.includes(part), part);
  assert.match(compare!.stdout, /By arm, at the last evaluation/);
  assert.match(compare!.stdout, /bitsPerByte_ko +replay +2 +1\.4025 +-0\.0975 ± 0\.00635 \* +2\n/);
  assert.deepEqual(Object.keys((JSON.parse(two!.stdout) as { differing: object }).differing), ["arm", "recipe.hash"]);
  assert.equal((await rows({ path: join(out, "runs.parquet") })).length, 4);
  assert.equal((await rows({ path: join(out, "curves.parquet") })).length, 32);
  assert.equal(readFileSync(join(out, "runs.csv"), "utf8").trimEnd().split("\n").length, 5);
  assert.ok(!existsSync(join(out, "curves.csv")));
  assert.match(readFileSync(page, "utf8"), /<h1>4 runs of /);
});

test("what cannot be meant is one line and exit code 2", () => {
  const asked: [string[], RegExp][] = [
    [["list", join(root, "nowhere")], /invalid folder: .*no such folder/],
    [["list", sweep, "--where", "arms=none"], /invalid column: arms \(/],
    [["list", sweep, "--where", "arm"], /invalid condition: arm \(/],
    [["list", sweep, "--columns", "x*"], /invalid column: x\*/],
    [["list", sweep, "--limit", "-1"], /invalid --limit: -1/],
    [["show", sweep], /no run\.json there/],
    [["compare", join(sweep, "none-2")], /invalid rows: 1 \(two runs or more\)/],
    [["compare", sweep, "--by", "arm", "--against", "x"], /invalid against: x \(arm is none, replay\)/],
    [["export", sweep, "--to", "xlsx", "--out", root], /invalid --to: xlsx \(one of parquet, csv, html\)/],
    [["export", sweep, "--to", "csv", "--out", sweep], /a folder of runs, whose own table is there/],
  ];
  const ran = palimpsests(asked.map(([args]) => ["runs", ...args]));
  for (const [i, [args, message]] of asked.entries()) {
    assert.equal(ran[i]!.status, 2, args.join(" "));
    assert.match(ran[i]!.stderr, message);
  }
});
