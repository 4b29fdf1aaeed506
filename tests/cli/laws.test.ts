/** `palimpsest laws` as a user types it: tables and JSON, the same digits from the same seed, exit codes, files. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { laws } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";

const main = resolve(__dirname, "../../dist/cli/main.js");
const root = mkdtempSync(join(tmpdir(), "laws-"));
after(() => rmSync(root, { recursive: true, force: true }));

function palimpsest(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, "laws", ...args], { encoding: "utf8" });
}

/** Runs on a law that is known: E = 1.8, A = 480, B = 2000, α = 0.35, β = 0.37. */
const csv = join(root, "runs.csv");
const chance = rng(7);
const lines = Array.from({ length: 60 }, (_, i) => {
  const [n, d] = [10 ** (7 + 2.5 * ((i * 0.618) % 1)), 10 ** (8.5 + 2.5 * ((i * 0.414) % 1))];
  const loss = (1.8 + 480 * n ** -0.35 + 2000 * d ** -0.37) * Math.exp(0.002 * chance.normal());
  return [i, n / 1e6, 6 * n * d, loss].join(",");
});
writeFileSync(csv, ["id,millions,C,final loss", ...lines].join("\n"));
const data = ["--data", csv, "--column", "parameters=millions*1e6", "--column", "tokens=C/(6e6*millions)", "--loss", "final loss"]; // prettier-ignore

interface Json {
  constants: { name: string; value: number; low: number; high: number; identified: boolean }[];
  answers: { name: string; value: number; low: number; high: number }[];
  bootstrap: { seed: number; resamples: number };
}
const parse = (text: string): Json => JSON.parse(text) as Json;

test("fit: the constants come back with intervals, and the same seed gives the same bytes", () => {
  const once = palimpsest("fit", "--law", "chinchilla", ...data, "--bootstrap", "60", "--seed", "3", "--json");
  assert.equal(once.status, 0, once.stderr);
  const { constants, bootstrap } = parse(once.stdout);
  const truth: Record<string, number> = { E: 1.8, A: 480, B: 2000, alpha: 0.35, beta: 0.37 };
  for (const { name, value, low, high } of constants) {
    assert.ok(low < value && value < high, name);
    assert.ok(Math.abs(value / truth[name]! - 1) < 0.5, `${name}: ${value}`);
  }
  assert.deepEqual([bootstrap.seed, bootstrap.resamples], [3, 60]);
  assert.equal(palimpsest("fit", "--law", "chinchilla", ...data, "--bootstrap", "60", "--seed", "3", "--json").stdout, once.stdout); // prettier-ignore
  const other = palimpsest("fit", "--law", "chinchilla", ...data, "--bootstrap", "60", "--seed", "4", "--json");
  assert.deepEqual(parse(other.stdout).constants.map(({ value }) => value), constants.map(({ value }) => value)); // prettier-ignore
  assert.notDeepEqual(parse(other.stdout).constants, constants);
});

test("fit: a compact table, and figures with their tables beside", () => {
  const out = join(root, "out");
  const { status, stdout } = palimpsest("fit", "--law", "chinchilla", ...data, "--bootstrap", "40", "--out", out);
  assert.equal(status, 0);
  assert.match(stdout, /^chinchilla: loss against size and tokens/);
  assert.match(stdout, /\n {2}alpha +0\.\d+ +0\.\d+ to 0\.\d+ +yes\n/);
  assert.match(stdout, /\n60 rows, log-huber /);
  const figures = readdirSync(join(out, "figures")).sort();
  assert.ok(figures.includes("residuals.svg") && figures.includes("profile-beta.plotly.json"));
  for (const name of figures) assert.ok(existsSync(join(out, "tables", name.replace(/\.(svg|plotly\.json)$/, ".csv"))));
  assert.equal(parse(readFileSync(join(out, "fit.json"), "utf8")).constants.length, 5);
});

test("what the rows cannot tell is said", () => {
  const few = join(root, "few.csv");
  const rows = [0.05, 0.1, 0.2, 0.4].map((share) => `${share},${(2 + Math.exp(-0.2 * share)).toFixed(2)}`);
  writeFileSync(few, ["share,loss", ...rows].join("\n"));
  const { status, stdout } = palimpsest("fit", "--law", "data-mixing", "--data", few, "--bootstrap", "50");
  assert.equal(status, 0);
  assert.match(stdout, /no: /);
  assert.match(stdout, /note: Only 1 row\(s\) more than constants/);
});

test("solve: the compute-optimal split, a critical share, the best mixture", () => {
  const optimal = palimpsest("solve", "--law", "chinchilla", ...data, "--for", "compute-optimal", "--flops", "1e21", "--bootstrap", "30", "--json"); // prettier-ignore
  assert.equal(optimal.status, 0, optimal.stderr);
  const [n, d] = parse(optimal.stdout).answers;
  assert.ok(Math.abs((6 * n!.value * d!.value) / 1e21 - 1) < 1e-9);
  const truth = ((0.35 * 480) / (0.37 * 2000)) ** (1 / 0.72) * (1e21 / 6) ** (0.37 / 0.72);
  assert.ok(n!.low < truth && truth < n!.high, `${n!.low} ${truth} ${n!.high}`);

  const shares = join(root, "shares.csv");
  const lossOf = (r: number): number => 1.6 + 0.5 * Math.exp(-6 * r);
  writeFileSync(shares, ["share,loss", ...[0, 0.1, 0.25, 0.5, 0.75, 1].map((r) => `${r},${lossOf(r)}`)].join("\n"));
  const critical = palimpsest("solve", "--law", "data-mixing", "--data", shares, "--for", "critical-share", "--baseline", "1.6", "--tolerance", "0.05", "--bootstrap", "20"); // prettier-ignore
  assert.match(critical.stdout, /^A share of 38\.4% keeps the loss within 0\.05 of 1\.6/);

  const mixes = join(root, "mixes.csv");
  const table = Array.from({ length: 16 }, (_, i) => {
    const raw = [(i * 0.618) % 1, (i * 0.414) % 1, (i * 0.732) % 1].map((v) => v + 0.01);
    const [a, b, c] = raw.map((v) => v / raw.reduce((s, w) => s + w, 0)) as [number, number, number];
    return [a, b, c, 2 + Math.exp(-2 * a), 2 + Math.exp(-2 * b)].join(",");
  });
  writeFileSync(mixes, ["a,b,c,first,second", ...table].join("\n"));
  const mixture = palimpsest("solve", "--law", "mixing-domains", "--data", mixes, "--for", "mixture", "--domains", "a,b,c", "--loss", "first", "--loss", "second", "--bootstrap", "0", "--json"); // prettier-ignore
  assert.equal(mixture.status, 0, mixture.stderr);
  const found = parse(mixture.stdout).answers.map(({ value }) => value);
  [0.5, 0.5, 0].forEach((share, k) => assert.ok(Math.abs(found[k]! - share) < 2e-3, String(found)));
});

test("list: every law, with its columns and constants", () => {
  const { stdout } = palimpsest("list", "--json");
  const listed = (JSON.parse(stdout) as { laws: { name: string }[] }).laws.map(({ name }) => name);
  assert.deepEqual(listed, Object.values(laws).map(({ name }) => name)); // prettier-ignore
});

test("exit codes: 2 for what cannot be meant, 1 for rows that cannot be used, each in one line", () => {
  const bad = join(root, "bad.csv");
  writeFileSync(bad, "share,loss\n0.5,2\n0.7,oops\n");
  const cases: [number, string[], RegExp][] = [
    [2, ["fit", "--law", "none", "--data", csv], /invalid --law: none \(one of /],
    [2, ["fit", "--law", "chinchilla", "--data", "nowhere.csv"], /no such file/],
    [2, ["fit", "--law", "chinchilla", "--data", csv, "--column", "size=N"], /chinchilla needs parameters, tokens/],
    [2, ["fit", "--law", "data-mixing", "--data", bad, "--objective", "best"], /invalid --objective: best/],
    [2, ["fit", "--law", "data-mixing", "--data", bad, "--bootstrap", "x"], /invalid --bootstrap: x/],
    [2, ["solve", "--law", "data-mixing", "--data", bad, "--for", "luck"], /invalid --for: luck/],
    [1, ["fit", "--law", "data-mixing", "--data", bad], /invalid loss in .*bad\.csv, row 2: "oops"/],
    [1, ["fit", "--law", "chinchilla", "--data", csv], /missing column parameters in .*; it has id, millions/],
  ];
  for (const [status, args, message] of cases) {
    const said = palimpsest(...args);
    assert.equal(said.status, status, `${args.join(" ")}: ${said.stderr}`);
    assert.match(said.stderr, message);
    assert.match(said.stderr, /^palimpsest laws (fit|solve): [^\n]*\n$/);
  }
});
