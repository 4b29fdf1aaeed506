/** `palimpsest laws` as a user types it: tables and JSON, the same digits from the same seed, exit codes, files. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { laws, questions } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";
import { palimpsest, palimpsests, type Ran } from "./palimpsest.js";

const root = mkdtempSync(join(tmpdir(), "laws-"));
after(() => rmSync(root, { recursive: true, force: true }));

const verb = (...args: string[]): Promise<Ran> => palimpsest(["laws", ...args]);

/** Runs on a law that is known: E = 1.8, A = 480, B = 2000, α = 0.35, β = 0.37. */
const csv = join(root, "runs.csv");
const chance = rng(7);
const lines = Array.from({ length: 60 }, (_, i) => {
  const [n, d] = [10 ** (7 + 2.5 * ((i * 0.618) % 1)), 10 ** (8.5 + 2.5 * ((i * 0.414) % 1))];
  const loss = (1.8 + 480 * n ** -0.35 + 2000 * d ** -0.37) * Math.exp(0.002 * chance.normal());
  return [i, n / 1e6, 6 * n * d, loss].join(",");
});
writeFileSync(csv, ["id,millions,C,final loss", ...lines].join("\n"));
const data = [
  "--data",
  csv,
  "--column",
  "parameters=millions*1e6",
  "--column",
  "tokens=C/(6e6*millions)",
  "--loss",
  "final loss",
];

interface Json {
  constants: { name: string; value: number; low: number; high: number; identified: boolean }[];
  answers: { name: string; value: number; low: number; high: number }[];
  bootstrap: { seed: number; resamples: number };
}
const parse = (text: string): Json => JSON.parse(text) as Json;

test("fit: the constants come back with intervals, and the same seed gives the same bytes", async () => {
  const once = await verb("fit", "--law", "chinchilla", ...data, "--bootstrap", "60", "--seed", "3", "--json");
  assert.equal(once.status, 0, once.stderr);
  const { constants, bootstrap } = parse(once.stdout);
  const truth: Record<string, number> = { E: 1.8, A: 480, B: 2000, alpha: 0.35, beta: 0.37 };
  for (const { name, value, low, high } of constants) {
    assert.ok(low < value && value < high, name);
    assert.ok(Math.abs(value / truth[name]! - 1) < 0.5, `${name}: ${value}`);
  }
  assert.deepEqual([bootstrap.seed, bootstrap.resamples], [3, 60]);
  const again = await verb("fit", "--law", "chinchilla", ...data, "--bootstrap", "60", "--seed", "3", "--json");
  assert.equal(again.stdout, once.stdout);
  const other = await verb("fit", "--law", "chinchilla", ...data, "--bootstrap", "60", "--seed", "4", "--json");
  assert.deepEqual(
    parse(other.stdout).constants.map(({ value }) => value),
    constants.map(({ value }) => value),
  );
  assert.notDeepEqual(parse(other.stdout).constants, constants);
});

test("fit: a compact table, and figures with their tables beside", async () => {
  const out = join(root, "out");
  const { status, stdout } = await verb("fit", "--law", "chinchilla", ...data, "--bootstrap", "40", "--out", out);
  assert.equal(status, 0);
  assert.match(stdout, /^chinchilla: loss against size and tokens/);
  assert.match(stdout, /\n {2}alpha +0\.\d+ +0\.\d+ to 0\.\d+ +yes\n/);
  assert.match(stdout, /\n60 rows, log-huber /);
  const figures = readdirSync(join(out, "figures")).sort();
  assert.ok(figures.includes("residuals.svg") && figures.includes("profile-beta.plotly.json"));
  for (const name of figures) assert.ok(existsSync(join(out, "tables", name.replace(/\.(svg|plotly\.json)$/, ".csv"))));
  assert.equal(parse(readFileSync(join(out, "fit.json"), "utf8")).constants.length, 5);
});

test("what the rows cannot tell is said", async () => {
  const few = join(root, "few.csv");
  const rows = [0.05, 0.1, 0.2, 0.4].map((share) => `${share},${(2 + Math.exp(-0.2 * share)).toFixed(2)}`);
  writeFileSync(few, ["share,loss", ...rows].join("\n"));
  const { status, stdout } = await verb("fit", "--law", "data-mixing", "--data", few, "--bootstrap", "50");
  assert.equal(status, 0);
  assert.match(stdout, /no: /);
  assert.match(stdout, /note: Only 1 row\(s\) more than constants/);
});

test("solve: the compute-optimal split, a critical share, the best mixture", async () => {
  const optimal = await verb(
    "solve",
    "--law",
    "chinchilla",
    ...data,
    "--for",
    "compute-optimal",
    "--flops",
    "1e21",
    "--bootstrap",
    "30",
    "--json",
  );
  assert.equal(optimal.status, 0, optimal.stderr);
  const [n, d] = parse(optimal.stdout).answers;
  assert.ok(Math.abs((6 * n!.value * d!.value) / 1e21 - 1) < 1e-9);
  const truth = ((0.35 * 480) / (0.37 * 2000)) ** (1 / 0.72) * (1e21 / 6) ** (0.37 / 0.72);
  assert.ok(n!.low < truth && truth < n!.high, `${n!.low} ${truth} ${n!.high}`);

  const shares = join(root, "shares.csv");
  const lossOf = (r: number): number => 1.6 + 0.5 * Math.exp(-6 * r);
  writeFileSync(shares, ["share,loss", ...[0, 0.1, 0.25, 0.5, 0.75, 1].map((r) => `${r},${lossOf(r)}`)].join("\n"));
  const critical = await verb(
    "solve",
    "--law",
    "data-mixing",
    "--data",
    shares,
    "--for",
    "critical-share",
    "--baseline",
    "1.6",
    "--tolerance",
    "0.05",
    "--bootstrap",
    "20",
  );
  assert.match(critical.stdout, /^A share of 38\.4% keeps the loss within 0\.05 of 1\.6/);

  const mixes = join(root, "mixes.csv");
  const table = Array.from({ length: 16 }, (_, i) => {
    const raw = [(i * 0.618) % 1, (i * 0.414) % 1, (i * 0.732) % 1].map((v) => v + 0.01);
    const [a, b, c] = raw.map((v) => v / raw.reduce((s, w) => s + w, 0)) as [number, number, number];
    return [a, b, c, 2 + Math.exp(-2 * a), 2 + Math.exp(-2 * b)].join(",");
  });
  writeFileSync(mixes, ["a,b,c,first,second", ...table].join("\n"));
  const mixture = await verb(
    "solve",
    "--law",
    "mixing-domains",
    "--data",
    mixes,
    "--for",
    "mixture",
    "--domains",
    "a,b,c",
    "--loss",
    "first",
    "--loss",
    "second",
    "--bootstrap",
    "0",
    "--json",
  );
  assert.equal(mixture.status, 0, mixture.stderr);
  const found = parse(mixture.stdout).answers.map(({ value }) => value);
  [0.5, 0.5, 0].forEach((share, k) => assert.ok(Math.abs(found[k]! - share) < 2e-3, String(found)));
});

test("solve: every question of the registry answers from a table, and says what it needs", () => {
  const { d, cmr, mixes, tuned } = solveTables();
  /** Of the questions that have their fits made in the same way one is asked twice. */
  const again = ["limited-share", "critical-tokens", "critical-ratio", "mixture", "bimix-mixture", "regmix-mixture"];
  again.push("least-replay");
  const quick = ["--bootstrap", "6", "--json"];
  const asked: Record<string, string[]> = {
    "trade-off": [
      "--data",
      d,
      "--loss",
      "general",
      "--loss",
      "domain",
      "--parameters",
      "1e9",
      "--tokens",
      "5e9",
      "--baseline",
      "3",
      "--relative-tolerance",
      "0.05",
    ],
    "limited-share": [
      "--data",
      d,
      "--column",
      "share=1-share",
      "--loss",
      "domain",
      "--parameters",
      "1e9",
      "--domain-tokens",
      "1e9",
    ],
    allocation: ["--data", d, "--loss", "general", "--law", "d-cpt-8", "--flops", "1e20", "--share", "0.5"],
    "critical-tokens": [
      "--data",
      cmr,
      "--column",
      "tokens=tokens",
      "--loss",
      "domain",
      "--loss",
      "general",
      "--maximum",
      "100",
      "--lambda",
      "3",
    ],
    "critical-ratio": [
      "--data",
      cmr,
      "--loss",
      "domain",
      "--loss",
      "general",
      "--maximum",
      "100",
      "--lambda",
      "3",
      "--baseline",
      "2",
      "--tolerance",
      "0.3",
    ],
    mixture: ["--data", mixes, "--domains", "a,b,c", "--loss", "first", "--loss", "second", "--weights", "1,2"],
    "bimix-mixture": [
      "--data",
      mixes,
      "--domains",
      "a,b,c",
      "--loss",
      "la",
      "--loss",
      "lb",
      "--loss",
      "lc",
      "--steps",
      "4000",
    ],
    "regmix-mixture": ["--data", mixes, "--domains", "a,b,c", "--loss", "first"],
    "least-replay": ["--data", tuned, "--parameters", "1e8", "--tokens", "3e6", "--tolerance", "0.004"],
    "next-runs": ["--data", csv, "--law", "chinchilla", ...data.slice(2), "--target", "beta", "--count", "2"],
  };
  const others = ["critical-share", "compute-optimal"]; // asked above
  assert.equal(again.length, new Set(Object.values(questions).map(({ fits }) => fits)).size);
  assert.deepEqual([...Object.keys(asked), ...others].sort(), Object.keys(questions).sort());
  const ask = (names: string[]): ReturnType<typeof palimpsests> =>
    palimpsests(names.map((question) => ["laws", "solve", "--for", question, ...asked[question]!, ...quick]));
  const all = ask(Object.keys(asked));
  for (const [i, question] of Object.keys(asked).entries()) {
    const said = all[i]!;
    assert.equal(said.status, 0, `${question}: ${said.stderr}`);
    const { answers } = parse(said.stdout);
    assert.ok(answers.length > 0 && answers.every(({ name }) => name), said.stdout);
    assert.ok(
      answers.some(({ value }) => Number.isFinite(value)),
      said.stdout,
    );
  }
  const first = new Map(Object.keys(asked).map((question, i) => [question, all[i]!.stdout]));
  ask(again).forEach(({ stdout }, i) => assert.equal(stdout, first.get(again[i]!), again[i]));
});

/** Small tables on known laws: D-CPT, the CMR token laws, mixtures of three domains, fine-tuning with replay. */
function solveTables(): Record<"d" | "cmr" | "mixes" | "tuned", string> {
  const noise = (): number => Math.exp(0.001 * chance.normal());
  const table = (name: string, head: string, rows: number[][]): string => {
    writeFileSync(join(root, name), [head, ...rows.map((row) => row.join(","))].join("\n"));
    return join(root, name);
  };
  const eight = (E: number, r: number, n: number, d: number): number =>
    E + 200 * n ** -0.3 + 800 * d ** -0.32 + 0.4 * (r + 0.05) ** -0.6;
  const d = [5e8, 2e9].flatMap((n) =>
    [1e9, 1e10].flatMap((t) =>
      [0, 0.1, 0.3, 0.7, 1].map((r) => [n, t, r, eight(1.5, r, n, t) * noise(), eight(1.1, 1 - r, n, t) * noise()]),
    ),
  );
  const cmr = [0.2, 0.4, 0.6].flatMap((r) =>
    Array.from({ length: 7 }, (_, i) => 100 ** (i / 6)).map((t) => [
      r,
      t,
      2 - 0.4 * r ** 0.3 * t ** 0.3,
      2 + r * t ** 0.2 - (r / 5) * t ** 0.5,
    ]),
  );
  const mixes = Array.from({ length: 20 }, (_, i) => {
    const raw = [(i * 0.618) % 1, (i * 0.414) % 1, (i * 0.732) % 1].map((v) => v + 0.02);
    const [a, b, c] = raw.map((v) => v / raw.reduce((sum, w) => sum + w, 0)) as [number, number, number];
    const steps = [1000, 4000][i % 2]!;
    const bimix = [a, b, c].map((r) => r ** -0.1 * (8 * steps ** -0.3 + 2) * noise());
    return [a, b, c, steps, (2 + Math.exp(-2 * a)) * noise(), (2 + Math.exp(-2 * b)) * noise(), ...bimix];
  });
  const tuned = [1e7, 1e8, 1e9].flatMap((n) =>
    [3e5, 3e6, 3e7].flatMap((t) =>
      [0, 0.001, 0.01, 0.05].map((p) => [
        2 + n ** -0.05,
        n,
        t,
        p,
        2 + n ** -0.05 + 3 * t ** 0.15 * ((1 + 829 * p) * n) ** -0.4,
      ]),
    ),
  );
  return {
    d: table("d.csv", "parameters,tokens,share,general,domain", d),
    cmr: table("cmr.csv", "share,tokens,domain,general", cmr),
    mixes: table("mixes3.csv", "a,b,c,steps,first,second,la,lb,lc", mixes),
    tuned: table("tuned.csv", "baseline,parameters,tokens,share,loss", tuned),
  };
}

test("list: every law, with its columns and constants", async () => {
  const { stdout } = await verb("list", "--json");
  const listed = (JSON.parse(stdout) as { laws: { name: string }[] }).laws.map(({ name }) => name);
  assert.deepEqual(
    listed,
    Object.values(laws).map(({ name }) => name),
  );
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
    [2, ["solve", "--data", bad, "--for", "critical-share", "--baseline", "2"], /invalid --law: missing/],
    [2, ["solve", "--law", "data-mixing", "--data", bad, "--for", "critical-share"], /invalid --baseline: missing/],
    [
      2,
      ["solve", "--law", "data-mixing", "--data", bad, "--for", "critical-share", "--baseline", "2", "--flops", "1"],
      /invalid --flops: 1 \(critical-share takes --baseline, --tolerance\)/,
    ],
    [
      2,
      ["solve", "--law", "power", "--data", bad, "--for", "allocation", "--flops", "1"],
      /invalid --law: power \(allocation is asked of d-cpt, d-cpt-8\)/,
    ],
    [
      2,
      ["solve", "--data", bad, "--for", "critical-ratio", "--maximum", "1", "--baseline", "2"],
      /invalid --loss: 0 given \(critical-ratio takes 2: the domain's loss, then the general loss\)/,
    ],
    [
      2,
      ["solve", "--data", bad, "--for", "mixture", "--domains", "a", "--loss", "x"],
      /invalid --domains: a \(2 or more/,
    ],
    [1, ["fit", "--law", "data-mixing", "--data", bad], /invalid loss in .*bad\.csv, row 2: "oops"/],
    [1, ["fit", "--law", "chinchilla", "--data", csv], /missing column parameters in .*; it has id, millions/],
  ];
  const all = palimpsests(cases.map(([, args]) => ["laws", ...args]));
  for (const [i, [status, args, message]] of cases.entries()) {
    const said = all[i]!;
    assert.equal(said.status, status, `${args.join(" ")}: ${said.stderr}`);
    assert.match(said.stderr, message);
    assert.match(said.stderr, /^palimpsest laws (fit|solve): [^\n]*\n$/);
  }
});
