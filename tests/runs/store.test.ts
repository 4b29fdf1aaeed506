/** Thousands of folders as one table: made once, made anew where a run changed, equal for whoever reads it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { from } from "arquero";
import {
  columnsNamed,
  columnsOf,
  compare,
  curveKinds,
  curves,
  fitting,
  kindsOf,
  rows as readTable,
  sorted,
  type Cell,
  type Row,
  store,
  writeCsvRows,
  writeRows,
} from "../../src/runs/index.js";
import { pythonHas } from "../python.js";
import { makeRun } from "./made.js";

const root = mkdtempSync(join(tmpdir(), "store-"));
after(() => rmSync(root, { recursive: true }));
const dir = join(root, "sweep");
for (const seed of [1, 2, 3])
  for (const [arm, ko] of [
    ["none", 1.5 + seed / 10],
    ["replay", 1.4 + seed / 10 + seed / 1000],
  ] as const)
    makeRun({ dir: join(dir, "runs"), arm, seed, ko });

test("a row for each run, kept in a table that is read again where nothing changed", async () => {
  const first = await store({ dir });
  assert.deepEqual([first.rows.length, first.read, first.damaged], [6, 6, []]);
  const row = first.rows[0]!;
  assert.deepEqual(row, {
    run: 'none, "1"',
    dir: "runs/none-1",
    status: "finished",
    error: null,
    seed: 1,
    device: "cpu",
    parameters: 10,
    parametersWithoutEmbeddings: 6,
    tokens: 128,
    arm: "none",
    long: false,
    share_en: 0.25,
    share_ko: 0.75,
    realised_en: 0.26,
    realised_ko: 0.74,
    step: 2,
    loss_ko: 1.6,
    bitsPerByte_ko: 1.6,
    "measured.cka_en": 0.9,
    "recipe.steps": 2,
    "recipe.text.ko": "ko.txt",
    "recipe.schedule.name": "wsd",
    "recipe.schedule.peak": 1e-3,
    "recipe.domains": '["en","ko"]',
    "recipe.hash": "none1",
    "versions.palimpsest": row["versions.palimpsest"],
    "versions.node": process.versions.node,
    "versions.onnxruntime": row["versions.onnxruntime"],
    "engine.mode": "compiled",
  });
  const second = await store({ dir });
  assert.equal(second.read, 0);
  assert.deepEqual(second.rows, first.rows);
  const anybodys = await readTable({ path: first.path });
  assert.deepEqual(
    anybodys.map(({ stamp: _, ...each }) => each),
    first.rows,
    "as anybody's Parquet",
  );
});

test("only what changed is read, what is gone is no row, and damage is named", async () => {
  const notes: string[] = [];
  const onNote = (text: string): void => void notes.push(text);
  const at = (run: string, file: string): string => join(dir, "runs", run, file);
  // Nonsense that looks untouched stays unread.
  const untouched = readFileSync(at("none-1", "run.json"));
  utimesSync(at("none-1", "run.json"), 1e9, 1e9);
  await store({ dir, onNote });
  writeFileSync(at("none-1", "run.json"), "?".repeat(untouched.length));
  utimesSync(at("none-1", "run.json"), 1e9, 1e9);
  const row = JSON.stringify({ kind: "evaluation", step: 3, tokens: 192, domain: "ko", loss: 9, bitsPerByte: 9 });
  appendFileSync(at("none-2", "metrics.jsonl"), `${row}\n{"kind":"st`);
  const changed = await store({ dir, onNote });
  assert.deepEqual([changed.read, changed.rows[1]!.bitsPerByte_ko, changed.rows[0]!.run], [1, 9, 'none, "1"']);
  writeFileSync(at("none-1", "run.json"), untouched);

  const broken = makeRun({ dir: join(dir, "runs"), arm: "broken", seed: 1, ko: 1 });
  writeFileSync(join(broken, "run.json"), "{");
  rmSync(join(makeRun({ dir: join(dir, "runs"), arm: "half", seed: 1, ko: 1 }), "metrics.jsonl"));
  mkdirSync(join(dir, "runs", "headless"));
  writeFileSync(at("headless", "metrics.jsonl"), "");
  const { rows, damaged } = await store({ dir, onNote });
  assert.equal(rows.length, 6);
  assert.deepEqual(damaged.map(({ dir }) => dir).sort(), ["runs/broken-1", "runs/half-1", "runs/headless"]);
  assert.match(damaged.find(({ dir }) => dir === "runs/broken-1")!.error, /run\.json.*not JSON/);
  for (const gone of ["broken-1", "half-1", "headless"]) rmSync(join(dir, "runs", gone), { recursive: true });
  assert.deepEqual(notes, []);

  const { path } = await store({ dir });
  writeFileSync(path, "PAR1 but torn");
  assert.equal((await store({ dir, onNote })).read, 6);
  assert.match(notes.pop()!, /damaged and made anew/);
  await writeRows({ path, kinds: { a: "whole" }, rows: [[{ a: 1 }]] });
  assert.equal((await store({ dir, onNote })).rows.length, 6);
  assert.match(notes.pop()!, /another table and left as it is/);
  assert.deepEqual(await readTable({ path }), [{ a: 1 }]);
  rmSync(path);
  await assert.rejects(store({ dir: join(root, "nowhere") }), /runs\.store: invalid dir: .*no such folder/);
});

test("conditions, order and columns are words", async () => {
  const { rows } = await store({ dir });
  const runs = (...conditions: string[]): unknown[] => fitting(rows, conditions).map(({ dir }) => dir);
  assert.deepEqual(runs("arm=none", "seed>=3"), ["runs/none-3"]);
  assert.deepEqual(runs("long=false"), ["runs/none-1", "runs/replay-1"]);
  assert.deepEqual(runs("dir~play", "seed!=1", "schedule.peak<=1e-3"), ["runs/replay-2", "runs/replay-3"]);
  assert.throws(() => runs("arms=none"), /runs: invalid column: arms \(/);
  assert.throws(() => runs("arm"), /runs: invalid condition: arm \(/);
  assert.deepEqual(
    sorted(rows, "-bitsPerByte_ko")
      .map(({ dir }) => dir)
      .slice(0, 2),
    ["runs/none-2", "runs/none-3"],
  );
  assert.deepEqual(columnsNamed(rows, ["run", "share_*", "steps"]), ["run", "share_en", "share_ko", "recipe.steps"]);
  assert.throws(() => columnsNamed(rows, ["nothing*"]), /invalid column: nothing\*/);
});

test("what differs, and paired differences over seeds", async () => {
  const { rows } = await store({ dir });
  const compared = compare({ rows: fitting(rows, ["seed!=2"]), by: "arm", against: "replay" });
  assert.deepEqual(Object.keys(compared.differing), ["seed", "arm", "long", "recipe.hash"]);
  const [replay, none] = compared.arms;
  assert.deepEqual([replay!.arm, none!.arm, none!.runs], ["replay", "none", 2]);
  const { mean, half, clear, pairs } = none!.differences.bitsPerByte_ko!;
  assert.ok(Math.abs(mean - 0.098) < 1e-12);
  // Differences 0.099 and 0.097: t of one degree of freedom, 12.706, times 0.001.
  assert.ok(Math.abs(half - 0.012706) < 1e-6);
  assert.deepEqual([clear, pairs], [true, 2]);
  const { by, might } = compare({ rows });
  assert.deepEqual([by, might], ["arm", ["arm"]], "the other label goes with the seed");
  assert.deepEqual(compare({ rows: rows.slice(0, 3).map((row, seed) => ({ ...row, seed })) }).might, ["long"]);
  assert.equal(compare({ rows: fitting(rows, ["seed=1"]) }).by, "arm");
  assert.throws(() => compare({ rows, by: "arm", against: "x" }), /invalid against: x \(arm is none, replay\)/);
});

test("curves are rows in long form, a further number of a step one of its own", async () => {
  const { rows } = await store({ dir });
  const all = [];
  for await (const batch of curves({ rows: rows.slice(0, 1), from: dir })) all.push(...batch);
  assert.equal(all.length, 8);
  const about = { run: 'none, "1"', dir: "runs/none-1", step: 1, tokens: 64 };
  assert.deepEqual(all[0], {
    ...about,
    kind: "step",
    loss: 1 / 3,
    learningRate: 1e-3,
    gradientNorm: 1,
    tokensPerSecond: 9,
  });
  assert.deepEqual(all[1], { ...about, kind: "step", metric: "kl", value: 0.5 });
  assert.deepEqual(all.at(-1), {
    ...about,
    step: 2,
    tokens: 128,
    kind: "measurement",
    metric: "cka",
    value: 0.9,
    domain: "en",
    error: null,
  });
});

test(
  "pandas reads the Parquet, equal to the CSV",
  { skip: !pythonHas("pandas", "pyarrow") && "no pandas with pyarrow here" },
  async () => {
    const { rows } = await store({ dir });
    const odd = { ...rows[0]!, loss_ko: NaN, error: 'a "b",\nc', long: null, arm: "열" };
    const all = [...rows, odd];
    const out = (name: string): string => join(root, name);
    await writeRows({ path: out("runs.parquet"), kinds: kindsOf(all), rows: [all] });
    await writeCsvRows({ path: out("runs.csv"), columns: columnsOf(all), rows: [all] });
    await writeRows({ path: out("curves.parquet"), kinds: curveKinds, rows: curves({ rows, from: dir }) });
    await writeCsvRows({
      path: out("curves.csv"),
      columns: Object.keys(curveKinds),
      rows: curves({ rows, from: dir }),
    });
    const script = `
import pandas as pd, sys
for name in sys.argv[1:]:
    a, b = pd.read_parquet(name + ".parquet"), pd.read_csv(name + ".csv", float_precision="round_trip")
    pd.testing.assert_frame_equal(a, b.astype({c: a[c].dtype for c in a if a[c].dtype.kind in "if"}), check_dtype=False, check_exact=True)
    print(len(a), list(a.columns)[:3])
`;
    const printed = execFileSync("python3", ["-c", script, out("runs"), out("curves")], { encoding: "utf8" });
    assert.match(printed, /^7 \['run', 'dir', 'status'\]\n49 \['run', 'dir', 'kind'\]\n$/);
  },
);

test(
  "DuckDB reads the Parquet, equal to the rows",
  { skip: !pythonHas("duckdb") && "no Python with duckdb here" },
  async () => {
    const { rows } = await store({ dir });
    const odd = { ...rows[0]!, dir: "odd", loss_ko: null, error: 'a "b",\nc', long: null, arm: "열" };
    const all = [...rows, odd];
    const long: Row[] = [];
    for await (const batch of curves({ rows, from: dir })) long.push(...batch);
    const tables = { all: { kinds: kindsOf(all), rows: all }, long: { kinds: curveKinds, rows: long } };
    const paths = Object.entries(tables).map(([name, { kinds, rows }]) => {
      const path = join(root, `duck-${name}.parquet`);
      return { path, written: writeRows({ path, kinds, rows: [rows] }) };
    });
    for (const { written } of paths) await written;
    const script = join(__dirname, "../golden/duckdb_check.py");
    const printed = execFileSync("python3", [script, ...paths.map(({ path }) => path)], { encoding: "utf8" });
    const found = JSON.parse(printed) as {
      types: Record<string, string>;
      rows: Cell[][];
      counts: [string, number][];
    }[];
    const typeOf = { whole: "BIGINT", number: "DOUBLE", boolean: "BOOLEAN", text: "VARCHAR" };
    for (const [i, { kinds, rows }] of Object.values(tables).entries()) {
      const { types, rows: theirs, counts } = found[i]!;
      assert.deepEqual(
        Object.entries(types),
        Object.entries(kinds).map(([name, kind]) => [name, typeOf[kind]]),
      );
      assert.deepEqual(
        theirs,
        rows.map((row: Row) => Object.keys(kinds).map((name) => row[name] ?? null)),
      );
      assert.equal(
        counts.reduce((sum, [, count]) => sum + count, 0),
        rows.length,
      );
    }
    assert.equal(found[0]!.counts.length, 7);
  },
);

test("arquero takes the rows of the Parquet", async () => {
  const { rows, path } = await store({ dir });
  const read = from(await readTable({ path }));
  assert.deepEqual(
    read.array("dir"),
    rows.map((row) => row.dir),
  );
});
