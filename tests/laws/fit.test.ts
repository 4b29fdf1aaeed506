import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fit, type Law, laws, predict } from "../../src/laws/index.js";
import { newton } from "../../src/laws/newton.js";
import { differences } from "../../src/laws/row-columns.js";
import { rng } from "../../src/rng.js";
import { pythonHas } from "../python.js";

const near = (a: number, b: number, tolerance: number, what = ""): void =>
  assert.ok(Math.abs(a - b) <= tolerance, `${what} ${a} is not within ${tolerance} of ${b}`);

interface Case {
  name: string;
  law: string;
  objective: string;
  delta: number;
  rows: { share: number; loss: number }[];
  values: number[];
  value: number;
}
const script = join(__dirname, "..", "golden", "laws.py");
const { cases } = JSON.parse(readFileSync(script.replace(".py", ".json"), "utf8")) as { cases: Case[] };

for (const golden of cases) {
  test(`SciPy's optimum: ${golden.law}, ${golden.name}`, () => {
    const found = fit(golden);
    near(found.objective.value, golden.value, 1e-9 * golden.value, "objective");
    golden.values.forEach((value, k) =>
      near(found.values[k]!, value, 2e-5 * Math.abs(value), found.law.parameters[k]!.name),
    );
  });
}

test(
  "SciPy, asked now, agrees on fresh noisy rows",
  { skip: !pythonHas("scipy") && "no Python with SciPy here" },
  () => {
    const chance = rng(11);
    const rows = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1].map((share) => ({
      share,
      loss: (1.1 + 0.6 * Math.exp(-5 * share)) * Math.exp(0.003 * chance.normal()),
    }));
    for (const law of ["data-mixing", "cmr-ratio"]) {
      const asked = { law, objective: "log-huber", delta: 1e-3, rows };
      const answer = spawnSync("python3", [script, "--fit"], { input: JSON.stringify(asked), encoding: "utf8" });
      assert.equal(answer.status, 0, answer.stderr);
      const golden = JSON.parse(answer.stdout) as Case;
      const found = fit(asked);
      near(found.objective.value, golden.value, 1e-8 * golden.value, law);
      golden.values.forEach((value, k) => near(found.values[k]!, value, 1e-4 * Math.abs(value), law));
    }
  },
);

test("CMR table 2: published constants to four digits, and the loss at a quarter, which was not fitted", () => {
  const published: Record<string, [number[], number]> = {
    "460M": [[-0.4261, 0.1781, 1.889], 1.5561],
    "940M": [[-0.371, 0.1788, 1.7433], 1.4538],
    "1.6B": [[-0.3124, 0.1983, 1.6367], 1.3993],
    "3.1B": [[-0.3569, 0.1627, 1.6154], 1.3306],
  };
  for (const [size, [constants, quarter]] of Object.entries(published)) {
    const found = fit(cases.find(({ name }) => name === `CMR ${size}`)!);
    constants.forEach((value, k) => near(found.values[k]!, value, 5.1e-5, size));
    near(predict({ fit: found, at: [{ share: 0.25 }] })[0]!.loss, quarter, 5.1e-5, size);
  }
});

test("a third written as .33 spoils the prediction at a quarter", () => {
  const observed: Record<string, number> = { "460M": 1.5561, "940M": 1.4538, "1.6B": 1.3994, "3.1B": 1.3305 };
  const missBy = (third: number): number =>
    Object.entries(observed).reduce((sum, [size, loss]) => {
      const { rows, ...rest } = cases.find(({ name }) => name === `CMR ${size}`)!;
      const found = fit({ ...rest, rows: rows.map((row) => (row.share < 0.4 ? { ...row, share: third } : row)) });
      return sum + Math.abs(predict({ fit: found, at: [{ share: 0.25 }] })[0]!.loss - loss);
    }, 0);
  assert.ok(missBy(0.33) > 4 * missBy(1 / 3), `${missBy(0.33)} ${missBy(1 / 3)}`);
});

test("every law's gradient is its finite difference, and every row of the table is complete", () => {
  const points: Record<string, number[][]> = {
    "data-mixing": [
      [1.2, 0.5, -6],
      [0.1, 2, 1.5],
    ],
    "cmr-ratio": [
      [-0.4, 0.18, 1.9],
      [0.1, -0.6, 1.1],
    ],
  };
  for (const [name, law] of Object.entries(laws).filter(([name]) => name in points)) {
    assert.equal(law.name, name);
    assert.match(law.reference, /arXiv:\d{4}\.\d{5}/);
    for (const p of points[name]!) {
      for (const share of [0.05, 0.4, 1]) {
        const [exact, rough] = [[] as number[], [] as number[]];
        assert.equal(law.gradient!(p, [share], exact), law.predict(p, [share]));
        differences(law)(p, [share], rough);
        exact.forEach((value, k) => near(value, rough[k]!, 1e-7 * Math.max(1, Math.abs(value)), name));
      }
    }
  }
});

test("known constants come back from rows without noise, whatever the start of the rates", () => {
  for (const t of [-0.5, -3, -12, -60]) {
    const rows = [0, 0.02, 0.1, 0.25, 0.5, 0.75, 1].map((share) => ({ share, loss: 1.3 + 0.4 * Math.exp(t * share) }));
    const found = fit({ law: "data-mixing", rows });
    near(found.parameters.t!, t, 1e-4 * Math.abs(t));
    near(found.parameters.c!, 1.3, 1e-4);
  }
});

test("one bad row moves the Huber fit less than least squares", () => {
  const rows = [0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1].map((share) => ({
    share,
    loss: 1.2 + 0.5 * Math.exp(-6 * share),
  }));
  rows[3]!.loss *= 1.05;
  const off = (objective: string): number => Math.abs(fit({ law: "data-mixing", rows, objective }).parameters.t! + 6);
  assert.ok(off("log-huber") < 0.05 * off("log-squares"), `${off("log-huber")} ${off("log-squares")}`);
});

test("a law of one's own, without a gradient, gets the same treatment", () => {
  const power: Law = {
    name: "power",
    summary: "L = e + a n^-b",
    reference: "here",
    inputs: [{ name: "n", unit: "parameters", summary: "size", min: 1, max: 1e12 }],
    parameters: [
      { name: "e", unit: "loss", summary: "floor", range: [0, Infinity], typical: 1 },
      { name: "a", unit: "loss", summary: "height", range: [0, Infinity], typical: 100 },
      { name: "b", unit: "1", summary: "power", range: [0, 2], typical: 0.3 },
    ],
    predict: ([e, a, b], [n]) => e! + a! * n! ** -b!,
    starts: () => [0.5, 1, 2].flatMap((e) => [10, 100, 1000].flatMap((a) => [0.1, 0.3, 0.6].map((b) => [e, a, b]))),
  };
  const rows = [1e5, 1e6, 1e7, 1e8, 1e9].map((n) => ({ size: n, loss: 1.7 + 400 * n ** -0.34 }));
  const found = fit({ law: power, rows, columns: { n: "size" } });
  near(found.parameters.b!, 0.34, 1e-4);
  near(found.parameters.e!, 1.7, 1e-3);
});

test("what the rows cannot tell is said: as many rows as constants, a floor at zero, a flat loss", () => {
  const line = fit({
    law: "data-mixing",
    rows: [
      [0.1, 2],
      [0.4, 1.6],
      [0.9, 1.5],
    ].map(([share, loss]) => ({ share, loss })),
  });
  assert.match(line.notes.join(" "), /3 rows for 3 constants: the curve goes through every point/);
  const falling = [0.1, 0.3, 0.5, 0.7, 0.9].map((share) => ({ share, loss: 2 - 0.5 * share - 0.1 * share * share }));
  const straight = fit({ law: "data-mixing", rows: falling });
  assert.ok(straight.atBound.includes("c") || straight.condition > 100, JSON.stringify(straight.parameters));
  const flat = fit({ law: "data-mixing", rows: falling.map(({ share }) => ({ share, loss: 2 })) });
  assert.ok(flat.notes.length > 0);
  assert.equal(flat.errors.r2, null);
  near(flat.errors.mae, 0, 1e-6);
});

test("bad rows: one line that names the row or the column", () => {
  const good = [0, 0.2, 0.4, 0.8].map((share) => ({ share, loss: 2 - share / 2 }));
  const refused = (rows: object[], pattern: RegExp, law = "data-mixing", more = {}): void =>
    assert.throws(
      () => fit({ law, rows, ...more }),
      (error: Error) => pattern.test(error.message) && !error.message.includes("\n"),
    );
  refused(good.slice(0, 2), /^laws\.fit: invalid rows: 2 for the 3 constants of data-mixing/);
  refused([...good, { share: 0.5, loss: NaN }], /invalid loss: NaN in row 5/);
  refused([...good, { share: 0.5, loss: Infinity }], /invalid loss: Infinity in row 5/);
  refused([...good, { share: "0.5", loss: 1 }], /invalid share: "0\.5" in row 5/);
  refused([...good, { loss: 1 }], /invalid share: undefined in row 5/);
  refused([...good, { share: 0.5, loss: -1 }], /invalid loss: -1 in row 5; .*positive/);
  refused([...good, { share: 1.5, loss: 1 }], /invalid share: 1\.5 in row 5; data-mixing holds for 0 <= share <= 1/);
  refused(
    good.map(({ share, loss }) => ({ share: 100 * share, loss })),
    /holds for 0 <= share <= 1; these look like percent: divide by 100$/,
  );
  refused(good, /invalid share: 0 in row 1; cmr-ratio holds for 0 < share <= 1/, "cmr-ratio");
  refused(
    good.map((row) => ({ ...row, share: 0.5 })),
    /invalid share: 0\.5 in every row/,
  );
  refused(
    good.map((row, i) => ({ ...row, share: i % 2 })),
    /only 2 different settings/,
  );
  refused(good, /invalid law: constructor; known: .*data-mixing, cmr-ratio/, "constructor");
  refused(good, /invalid objective: mse; known: log-huber/, "data-mixing", { objective: "mse" });
  refused(good, /invalid delta: NaN/, "data-mixing", { delta: NaN });
  const dropped = fit({ law: "cmr-ratio", rows: good, outside: "drop" });
  assert.equal(dropped.data.y.length, 3);
  assert.match(dropped.notes[0]!, /^1 row\(s\) outside/);
});

test("Newton: Rosenbrock, a badly scaled quadratic, a held number, and a wall of infinity", () => {
  const of = (value: (u: Float64Array) => number, derivatives: (u: Float64Array) => number[][], size: number) => ({
    size,
    value: (u: Float64Array): number => (value(u) < Infinity ? value(u) : Infinity),
    derivatives(u: Float64Array, gradient: Float64Array, gauss: Float64Array, hessian?: Float64Array): void {
      const [slope, bend] = derivatives(u);
      gradient.set(slope!);
      hessian?.set(bend!);
      // A stand-in for the Gauss–Newton matrix: anything positive on the diagonal.
      gauss.fill(0);
      for (let k = 0; k < size; k++) gauss[k * size + k] = Math.abs(bend![k * size + k]!);
    },
  });
  const rosenbrock = of(
    ([x, y]) => 100 * (y! - x! * x!) ** 2 + (1 - x!) ** 2,
    ([x, y]) => [
      [-400 * x! * (y! - x! * x!) - 2 * (1 - x!), 200 * (y! - x! * x!)],
      [1200 * x! * x! - 400 * y! + 2, 0, -400 * x!, 200],
    ],
    2,
  );
  const start = Float64Array.of(-1.2, 1);
  newton({ target: rosenbrock, start, matrix: "exact" }).x.forEach((v) => near(v, 1, 1e-8));
  const held = newton({ target: rosenbrock, start, matrix: "exact", held: [true, false] }).x;
  assert.equal(held[0], -1.2);
  near(held[1]!, 1.44, 1e-8);
  const scales = [1e-4, 1, 1e4];
  const bowl = of(
    (u) => scales.reduce((sum, s, i) => sum + 0.5 * s * (u[i]! - i) ** 2, 0),
    (u) => [scales.map((s, i) => s * (u[i]! - i)), [1e-4, 0, 0, 0, 1, 0, 0, 0, 1e4]],
    3,
  );
  newton({ target: bowl, start: Float64Array.of(1, 1, 1), matrix: "exact" }).x.forEach((v, i) => near(v, i, 1e-6));
  const wall = of(
    ([x]) => (x! > 0 ? x! - Math.log(x!) : NaN),
    ([x]) => [[1 - 1 / x!], [1 / (x! * x!)]],
    1,
  );
  near(newton({ target: wall, start: Float64Array.of(5), matrix: "exact" }).x[0]!, 1, 1e-8);
});
