/**
 * Forms on public result rows (read where they lie, beside the repository): repeated data, data mixing over five domains,
 * nested prediction, RegMix. Oracles are SciPy and numpy on the same rows; numbers that a paper printed are named as such.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fit } from "../../../src/laws/fit.js";
import { dataConstrained } from "../../../src/laws/forms/data-constrained.js";
import { dCpt } from "../../../src/laws/forms/d-cpt.js";
import { mixingDomains } from "../../../src/laws/forms/mixing-domains.js";
import { nestedPrediction, tiedPower } from "../../../src/laws/forms/mixing-nested.js";
import { regMix, spearman } from "../../../src/laws/forms/regmix.js";
import { hold } from "../../../src/laws/hold.js";

const root = join(__dirname, "..", "..", "..");
const folder = join(root, "..", "shared", "data");
const skip = existsSync(folder) ? false : "the public rows are not beside the repository (../shared/data)";
const golden = JSON.parse(readFileSync(join(root, "tests", "golden", "laws-forms", "forms.json"), "utf8")) as {
  repeated: Record<"published" | "fit", { values: number[]; objective: number; r2: number }> & {
    noDecay: { r2: number };
    profile: { R_D: number; objective: number }[];
  };
  dcpt: { domain: number; objective: number; E: number }[];
  mixing: { domain: number; objective: number; c: number; heldOutMae: number }[];
  tied: { alpha: number; objective: number; mae: number };
  regmix: Record<"linear" | "roots", Record<string, number>>;
};

const near = (a: number, b: number, tolerance: number): void =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);

function csv(name: string): Record<string, number>[] {
  const [head, ...lines] = readFileSync(join(folder, name), "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return lines.map((cells) => Object.fromEntries(head!.map((column, j) => [column, Number(cells[j])])));
}

const repeatedRows = (): { parameters: number; tokens: number; unique: number; loss: number }[] =>
  // The two token headers are swapped in the source: "unique_tokens" is never below "tokens".
  csv("data_constrained_muennighoff.csv").map((row) => ({
    parameters: row.params!,
    tokens: row.unique_tokens!,
    unique: row.tokens!,
    loss: row.loss!,
  }));

function r2(values: readonly number[]): number {
  const law = dataConstrained();
  const rows = repeatedRows();
  const mean = rows.reduce((sum, { loss }) => sum + loss, 0) / rows.length;
  const sum = (of: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((total, row) => total + of(row) ** 2, 0);
  const left = sum((row) => law.predict(values, [row.parameters, row.tokens, row.unique]) - row.loss);
  return 1 - left / sum((row) => row.loss - mean);
}

test("repeated data: the paper's R² of .7722 with both decays and .4452 with none", { skip }, () => {
  const { published, noDecay } = golden.repeated;
  near(r2([15.387756, 5.309743]), 0.7722, 5e-5);
  near(r2([1e9, 1e9]), 0.4452, 5e-5);
  near(r2(published.values), published.r2, 1e-9);
  near(r2([1e9, 1e9]), noDecay.r2, 1e-6);
});

test("repeated data: the fit is SciPy's, below the paper's own point", { skip }, () => {
  // The valley has several floors, R*_D 47 and 95 among them: least squares leads every start to the higher one.
  const found = fit({ law: "data-constrained", rows: repeatedRows() });
  const { published, fit: lowest } = golden.repeated;
  near(published.objective, 0.0158, 5e-5);
  near(found.objective.value, lowest.objective, 1e-7 * lowest.objective);
  near(found.parameters.R_D!, lowest.values[0]!, 0.01 * lowest.values[0]!);
  near(found.parameters.R_N!, lowest.values[1]!, 0.01 * lowest.values[1]!);
});

test("repeated data: the profile over R*_D is SciPy's, and flat from 15 repeats on", { skip }, () => {
  const found = golden.repeated.profile.map(({ R_D, objective }) => {
    const { objective: ours } = fit({ law: hold(dataConstrained(), { R_D }), rows: repeatedRows() });
    near(ours.value, objective, 5e-4 * objective);
    return ours.value;
  });
  assert.ok(found[0]! > 1.03 * found[2]! && found[4]! < 1.005 * found[2]!, String(found));
});

type Mixtures = Record<string, Record<"train" | "eval", { proportions: number[]; loss: number[]; ratio: string }[]>>;
const mixtures = (): Mixtures => JSON.parse(readFileSync(join(folder, "mixinglaws_5mix.json"), "utf8")) as Mixtures;
const domains = ["a", "b", "c", "d", "e"];
const sharesOf = (proportions: number[]): Record<string, number> =>
  Object.fromEntries(domains.map((name, j) => [name, proportions[j]!]));

test("data mixing over five domains: SciPy's objective and held-out error for each validation domain", { skip }, () => {
  const { train, eval: held } = mixtures()["70M"]!;
  const law = mixingDomains({ domains });
  for (const { domain, objective, c, heldOutMae } of golden.mixing) {
    const rows = train.map(({ proportions, loss }) => ({ ...sharesOf(proportions), loss: loss[domain]! }));
    const found = fit({ law, rows, objective: "huber", delta: 0.02, polish: 4 });
    assert.ok(found.objective.value <= objective * (1 + 1e-4), `${found.objective.value} above ${objective}`);
    near(found.parameters.c!, c, 0.02 * c);
    const mae =
      held.reduce(
        (sum, { proportions, loss }) => sum + Math.abs(law.predict(found.values, proportions) - loss[domain]!),
        0,
      ) / held.length;
    near(mae, heldOutMae, 0.15 * heldOutMae);
  }
});

test("implicit domains: more exponentials describe the mean over domains no worse", { skip }, () => {
  const { train } = mixtures()["70M"]!;
  const rows = train.map(({ proportions, loss }) => ({
    ...sharesOf(proportions),
    loss: loss.reduce((a, b) => a + b, 0) / loss.length,
  }));
  const [one, two] = [1, 2].map((hidden) =>
    fit({ law: mixingDomains({ domains, hidden }), rows, objective: "huber", delta: 0.02, polish: 6 }),
  );
  assert.ok(two!.objective.value < one!.objective.value, `${two!.objective.value} ${one!.objective.value}`);
});

const sizes: [string, number][] = [
  ["70M", 18.9e6],
  ["160M", 85.1e6],
  ["305M", 201.5e6],
  ["410M", 302.3e6],
];

test("sizes: one exponent for a hundred curves, as SciPy finds it, and the largest size predicted", { skip }, () => {
  const data = mixtures();
  const curves = data["70M"]!.train.flatMap(({ ratio }, m) =>
    domains.map((name, i) => ({
      name: `${ratio} ${name}`,
      x: sizes.slice(0, 3).map(([, n]) => n),
      y: sizes.slice(0, 3).map(([size]) => data[size]!.train[m]!.loss[i]!),
    })),
  );
  const found = tiedPower({ curves, delta: 0.08 });
  near(found.objective, golden.tied.objective, 1e-6 * golden.tied.objective);
  near(found.alpha, golden.tied.alpha, 1e-3);
  const off = data["410M"]!.train.flatMap(({ ratio, loss }) =>
    domains.map((name, i) => Math.abs(found.predict(`${ratio} ${name}`, 302.3e6) - loss[i]!)),
  );
  near(off.reduce((a, b) => a + b, 0) / off.length, golden.tied.mae, 1e-5);
});

test(
  "nested: sizes carried to 410M give rows that a mixing law fits, and the six held-out mixtures at 410M",
  { skip },
  () => {
    const data = mixtures();
    const rows = sizes
      .slice(0, 3)
      .flatMap(([size, parameters]) =>
        data[size]!.train.map(({ ratio, loss }) => ({ parameters, steps: 30_000, mixture: ratio, loss: loss[0]! })),
      );
    const { losses, exponents } = nestedPrediction({ rows, target: { parameters: 302.3e6, steps: 30_000 } });
    assert.deepEqual(
      exponents.steps.map(({ alpha }) => alpha),
      [null, null, null],
    );
    const law = mixingDomains({ domains });
    const at = (ratio: string): number[] => data["70M"]!.train.find((row) => row.ratio === ratio)!.proportions;
    const found = fit({
      law,
      rows: losses.map(({ mixture, loss }) => ({ ...sharesOf(at(mixture)), loss })),
      objective: "huber",
      polish: 4,
    });
    const off = data["410M"]!.eval.map(({ proportions, loss }) =>
      Math.abs(law.predict(found.values, proportions) - loss[0]!),
    );
    const mae = off.reduce((a, b) => a + b, 0) / off.length;
    // Ours: 0.03 nats on losses that differ by 0.2 among mixtures; no published number is claimed.
    assert.ok(mae < 0.04, `${mae}`);
  },
);

test("RegMix: numpy's rank correlations on the paper's 256 test mixtures, .987 on Pile-CC with roots", { skip }, () => {
  const weights = (rows: Record<string, number>[]): number[][] =>
    rows.map((row) =>
      Object.entries(row)
        .filter(([name]) => name !== "index")
        .map(([, value]) => value),
    );
  const [train, tested] = [weights(csv("regmix_train_mixture_1m.csv")), weights(csv("regmix_test_mixture_1m.csv"))];
  const [losses, held] = [csv("regmix_train_pile_loss_1m.csv"), csv("regmix_test_pile_loss_1m.csv")];
  for (const features of ["linear", "roots"] as const) {
    for (const [column, correlation] of Object.entries(golden.regmix[features])) {
      const model = regMix({ mixtures: train, losses: losses.map((row) => row[column]!), features });
      const predicted = tested.map((mixture) => model.predict(mixture));
      near(
        spearman(
          predicted,
          held.map((row) => row[column]!),
        ),
        correlation,
        1e-6,
      );
    }
  }
  assert.ok(golden.regmix.roots["metric/the_pile_pile_cc_val_loss"]! > 0.987);
});

test(
  "D-CPT on rows of one token budget: SciPy's optimum, with the floor near 0 in four domains of five, and said",
  { skip },
  () => {
    const data = mixtures();
    const law = hold(dCpt, { tokens: 3e10, B: 0, beta: 1, eta: 1 }, "d-cpt at one token budget");
    let atBound = 0;
    for (const { domain, objective, E } of golden.dcpt) {
      const rows = sizes.slice(0, 3).flatMap(([size, parameters]) =>
        data[size]!.train.map(({ proportions, loss }) => ({
          parameters,
          share: proportions[domain]!,
          loss: loss[domain]!,
        })),
      );
      const found = fit({ law, rows, objective: "log-squares" });
      assert.ok(found.objective.value < objective * (1 + 1e-3), `${found.objective.value} above ${objective}`);
      if (E < 1e-6) assert.ok(found.parameters.E! < 0.1, `${domain}: ${found.parameters.E}`);
      if (found.atBound.includes("E")) atBound++;
    }
    assert.ok(atBound >= 3, `${atBound}`);
  },
);
