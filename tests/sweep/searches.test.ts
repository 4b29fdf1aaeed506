/** What searches want, given what is known: without a run. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rng } from "../../src/rng.js";
import { expand, type Known, searchIn, searches, variedIn, type Wanted } from "../../src/sweep/index.js";
import { gains } from "../../src/sweep/searches/law-gains.js";
import { sobolPoints } from "../../src/sweep/searches/sobol.js";
import { pythonHas } from "../python.js";

const recipe = {
  name: "lr",
  corpus: { name: "npm", languages: ["en", "ko", "fi"] },
  model: { size: "nano" },
  mixture: { en: 0.5, ko: 0.5 },
  schedule: { name: "cosine", peak: 1e-3 },
  steps: 90,
  evaluate: { at: [0, 10, 30, 90] },
};
const vary = {
  "schedule.peak": { from: 1e-4, to: 1e-2, scale: "log" },
  mixture: { shares: ["en", "ko", "fi"], from: 0.1 },
  seed: [1, 2, 3],
  batch: { from: 1, to: 8, integer: true },
};
const nothing: Known = () => undefined;

const file = (search: object, varied: object = vary): object => ({ recipe, vary: varied, search });

test("values lie in their ranges, shares sum to 1, and the same seed wants the same runs", () => {
  for (const name of ["random", "latin", "sobol"]) {
    const made = expand(file({ name, runs: 40, seed: 3 }));
    assert.deepEqual(made, expand(file({ name, runs: 40, seed: 3 })));
    assert.notDeepEqual(made, expand(file({ name, runs: 40, seed: 4 })));
    for (const each of made) {
      const values = Object.fromEntries(variedIn(each, Object.keys(vary)));
      const [peak, seed, batch] = ["schedule.peak", "seed", "batch"].map((field) => values[field] as number) as [
        number,
        number,
        number,
      ];
      const mixture = values.mixture as Record<string, number>;
      assert.ok(peak >= 1e-4 && peak <= 1e-2);
      const shares = Object.values(mixture);
      assert.ok(shares.every((share) => share >= 0.1 - 1e-9));
      assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-9);
      assert.ok([1, 2, 3].includes(seed) && Number.isInteger(batch) && batch >= 1 && batch <= 8);
    }
    assert.equal(new Set(made.map((each) => each.name)).size, 40);
    assert.ok(new Set(made.map(({ batch }) => batch)).size === 8);
  }
  const shorter = expand(file({ name: "random", runs: 10, seed: 3 }));
  const longer = expand(file({ name: "random", runs: 20, seed: 3 }));
  assert.deepEqual(
    shorter.map(({ schedule }) => schedule),
    longer.slice(0, 10).map(({ schedule }) => schedule),
  );
});

test("shares are uniform where only a least is given, and keep to an upper end", () => {
  const made = expand(file({ name: "sobol", runs: 1024 }, { mixture: { shares: ["en", "ko", "fi"] } }));
  for (const domain of ["en", "ko", "fi"]) {
    const values = made.map(({ mixture }) => (mixture as Record<string, number>)[domain]!);
    // Of Dirichlet(1, 1, 1): mean 1/3, and a quarter lies above 1/2.
    assert.ok(Math.abs(values.reduce((a, b) => a + b, 0) / 1024 - 1 / 3) < 0.01);
    assert.ok(Math.abs(values.filter((value) => value > 0.5).length / 1024 - 0.25) < 0.01);
  }
  const capped = expand(
    file({ name: "random", runs: 300 }, { mixture: { shares: ["en", "ko", "fi"], from: 0.05, to: 0.5 } }),
  );
  for (const { mixture } of capped)
    for (const share of Object.values(mixture as Record<string, number>))
      assert.ok(share >= 0.05 - 1e-6 && share <= 0.5 + 1e-6);
});

test("a Latin hypercube has one run in each part of each range", () => {
  const varied = { "schedule.peak": { from: 0, to: 25 }, mixture: { shares: ["en", "ko"] } };
  const made = expand(file({ name: "latin", runs: 25 }, varied));
  const parts = made.map(({ schedule, mixture }) => [
    Math.floor((schedule as unknown as { peak: number }).peak),
    Math.floor(25 * (mixture as { en: number }).en),
  ]);
  for (const d of [0, 1])
    assert.deepEqual(
      parts.map((each) => each[d]!).sort((x, y) => x - y),
      Array.from({ length: 25 }, (_, i) => i),
    );
});

test("2^m scrambled Sobol points have as many in every part of every pair of the first ranges", () => {
  const points = sobolPoints({ count: 64, dimensions: 40, rng: rng(7) });
  for (let d = 0; d < 40; d++) assert.equal(new Set(points.map((point) => Math.floor(point[d]! * 64))).size, 64);
  for (const [a, b] of [
    [8, 8],
    [4, 16],
    [32, 2],
  ] as const)
    assert.equal(new Set(points.map(([x, y]) => Math.floor(x! * a) * b + Math.floor(y! * b))).size, a * b);
});

test("Sobol points are SciPy's", { skip: !pythonHas("scipy") && "no SciPy on PATH" }, () => {
  const script =
    "import json, warnings; warnings.simplefilter('ignore'); from scipy.stats import qmc; print(json.dumps(qmc.Sobol(40, scramble=False).random(200).tolist()))";
  const theirs = JSON.parse(execFileSync("python3", ["-c", script], { encoding: "utf8" })) as number[][];
  assert.deepEqual(sobolPoints({ count: 200, dimensions: 40 }), theirs);
});

/** The losses of an imagined sweep: whatever the search wants is made at once, in a random order and a few at a time. */
async function play(
  search: ReturnType<typeof searchIn>,
  lossOf: (wanted: Wanted) => number | "lost" | Record<string, number>,
  seed = 1,
): Promise<{ wanted: Wanted[]; known: Map<string, Record<string, number> | "lost"> }> {
  const chance = rng(seed);
  const known = new Map<string, Record<string, number> | "lost">();
  for (;;) {
    const wanted = await search.propose((id) => known.get(id));
    const open = wanted.filter(({ id }) => !known.has(id));
    if (open.length === 0) return { wanted, known };
    for (const each of chance.shuffle(open).slice(0, 1 + chance.int(3))) {
      const loss = lossOf(each);
      known.set(each.id, typeof loss === "number" ? { loss_ko: loss } : loss);
    }
  }
}

const halving = { name: "asha", of: { name: "random", runs: 27 }, rungs: [10, 30], eta: 3, loss: "loss_ko" };
const peakOf = ({ recipe: { schedule } }: Wanted): number => (schedule as unknown as { peak: number }).peak;

test("asha promotes the best of each rung, whatever order they end in, and only once", async () => {
  const lossAt = (wanted: Wanted): number | "lost" =>
    peakOf(wanted) > 8e-3 ? "lost" : Math.abs(Math.log(peakOf(wanted) / 1e-3)) + 1 / (wanted.until ?? 90);
  const once = await play(searchIn(file(halving)), lossAt, 1);
  const other = await play(searchIn(file(halving)), lossAt, 2);
  assert.deepEqual(once.wanted, other.wanted);
  const at = (until?: number): Wanted[] => once.wanted.filter((each) => each.until === until);
  assert.equal(at(10).length, 27);
  assert.ok(at(30).length >= 9 && at().length >= 3 && at(30).length < 27);
  assert.equal(new Set(once.wanted.map(({ id }) => id)).size, once.wanted.length);
  const lossOf = (wanted: Wanted): number => Number(lossAt(wanted));
  const best = at(10)
    .filter((each) => lossAt(each) !== "lost")
    .sort((a, b) => lossOf(a) - lossOf(b))
    .slice(0, 9);
  for (const { recipe: one } of best) assert.ok(at(30).some((each) => each.recipe === one));
  assert.ok(at().some(({ recipe: one }) => one === best[0]!.recipe));
});

test("asha wants more as it knows more, and takes nothing back", async () => {
  const search = searchIn(file(halving));
  const { known } = await play(search, peakOf);
  const chance = rng(5);
  for (const part of [0, 0.2, 0.5, 0.8]) {
    const some = new Set([...known.keys()].filter(() => chance.uniform() < part));
    const ids = (await search.propose((id) => (some.has(id) ? known.get(id) : undefined))).map(({ id }) => id);
    const all = new Set((await search.propose((id) => known.get(id))).map(({ id }) => id));
    assert.ok(ids.every((id) => all.has(id)));
  }
});

const share = { mixture: { shares: ["en", "ko"], from: 0.02 } };
const byLaw = {
  name: "law",
  law: "data-mixing",
  columns: { share: "mixture.ko" },
  loss: "loss_ko",
  of: { name: "sobol", runs: 8, seed: 2 },
  rounds: 3,
  runs: 2,
};

test("refused: what no search can be made of, in one line each", () => {
  const refuse = (search: object, line: RegExp, varied: object = vary): void =>
    assert.throws(
      () => searchIn(file(search, varied)).propose(nothing),
      ({ message }: Error) => line.test(message) && !message.includes("\n"),
    );
  refuse({ name: "grid" }, /^sweep: invalid vary: schedule\.peak \(a grid takes lists; /);
  refuse({ name: "simplex" }, /^sweep: invalid search/);
  refuse({ name: "random", runs: 0 }, /^sweep: invalid search/);
  refuse({ name: "random", runs: 3 }, /^sweep: missing vary/, {});
  refuse({ name: "random", runs: 3 }, /^sweep: invalid vary: steps \("from" 2 is not below "to" 1\)$/, {
    steps: { from: 2, to: 1 },
  });
  refuse({ name: "random", runs: 3 }, /no room to vary and sum to 1/, { mixture: { shares: ["en", "ko"], from: 0.5 } });
  refuse({ name: "sobol", runs: 3 }, /^sobol: invalid vary: 41 dimensions/, {
    mixture: { shares: Array.from({ length: 42 }, (_, i) => `d${i}`) },
  });
  refuse({ ...halving, rungs: [30, 10] }, /^asha: invalid rungs: 30, 10 \(each above the last\)/);
  refuse(
    { ...halving, rungs: [10, 20] },
    /^asha: invalid rungs: 20 \(runs are not evaluated there: "evaluate": \{ "at": \[10, 20, 90\] \}\)/,
  );
  refuse({ ...halving, eta: 6 }, /^asha: invalid rungs: 10, 30 \(of 27 runs, one in 6 at each, none reaches the end\)/);
  refuse({ ...halving, of: { name: "asha" } }, /^sweep: invalid search/);
  refuse({ ...byLaw, law: "newton" }, /^law: invalid law: newton/, share);
  refuse(
    { ...byLaw, columns: { part: "mixture.ko" } },
    /^law: invalid columns: part \(data-mixing takes share\)/,
    share,
  );
  refuse({ ...byLaw, of: { name: "sobol", runs: 3 } }, /^law: invalid of: 3 runs/, share);
  refuse({ ...byLaw, seek: { question: "critical-share" } }, /^law: missing seek\.baseline/, share);
  assert.equal(Object.keys(searches).length, 6);
});

test("a law finds the best mixture in a third of the runs that chance needs", async () => {
  const domains = ["en", "ko", "fi"];
  const depth: Record<string, number> = { en: 9, ko: 5, fi: 2 };
  const floors: Record<string, number> = { en: 2, ko: 2.4, fi: 3 };
  /** The data mixing law itself: each loss falls with its own share; the mean has its least inside. */
  const lossesAt = (mixture: Record<string, number>): Record<string, number> =>
    Object.fromEntries(
      domains.map((name) => [`loss_${name}`, floors[name]! + 2 * Math.exp(-depth[name]! * mixture[name]!)]),
    );
  const meanAt = (mixture: Record<string, number>): number =>
    Object.values(lossesAt(mixture)).reduce((sum, loss) => sum + loss, 0) / 3;
  const mixtureOf = ({ recipe: { mixture } }: Wanted): Record<string, number> => mixture as Record<string, number>;
  const varied = { mixture: { shares: domains } };
  const leastOf = (wanted: readonly Wanted[]): number => Math.min(...wanted.map((each) => meanAt(mixtureOf(each))));
  const fine = await searchIn(file({ name: "sobol", runs: 4096 }, varied)).propose(nothing);
  const least = leastOf(fine);
  const [byLaws, byChance]: [number[], number[]] = [[], []];
  for (const seed of [1, 2, 3]) {
    const noise = rng(seed);
    const losses = (each: Wanted): Record<string, number> =>
      Object.fromEntries(
        Object.entries(lossesAt(mixtureOf(each))).map(([name, loss]) => [name, loss + 0.002 * noise.normal()]),
      );
    const search = searchIn(
      file(
        {
          name: "law",
          law: "mixing-domains",
          columns: Object.fromEntries(domains.map((name) => [name, `mixture.${name}`])),
          loss: domains.map((name) => `loss_${name}`),
          of: { name: "sobol", runs: 8, seed },
          rounds: 2,
          runs: 2,
          resamples: 60,
          seed,
        },
        varied,
      ),
    );
    const { wanted } = await play(search, losses, seed);
    assert.equal(wanted.length, 12);
    byLaws.push(leastOf(wanted) - least);
    byChance.push(leastOf(await searchIn(file({ name: "random", runs: 36, seed }, varied)).propose(nothing)) - least);
  }
  for (const [i, regret] of byLaws.entries())
    assert.ok(regret < 1e-3 && regret < byChance[i]!, `${regret} ${byChance[i]}`);
});

test("what is wanted next: the lowest, the least known, or what tells most of an answer; each choice knows those before", () => {
  // Refits by column: the first candidate is low in one of them, the second varies most, the third goes with the answer.
  const candidates = [
    [0.5, 1.2, 1.2, 1.2],
    [3, 1, 3, 1],
    [1.1, 1.1, 1.4, 1.4],
    [3, 1, 3, 1],
  ];
  const given = { candidates, over: [[1, 1, 1, 1]], noise: 1e-4, count: 2 };
  assert.equal(gains({ ...given, seek: "least" })[0], 0);
  const [first, second] = gains({ ...given, seek: "surest" });
  assert.equal(first, 1);
  assert.notEqual(second, 3);
  assert.equal(gains({ ...given, seek: "answer", answers: [0, 0, 5, 5] })[0], 2);
  assert.equal(gains({ ...given, seek: "answer", answers: [null, null, null, null] })[0], 1);
  assert.equal(gains({ ...given, seek: "least", count: 9 }).length, 4);
});

test("the guide's searches are searches", () => {
  const guide = readFileSync(join(__dirname, "..", "..", "notebooks", "guides", "search.md"), "utf8");
  const [whole, ranges] = [...guide.matchAll(/```json\n([^`]*)```/g)].map(([, text]) => JSON.parse(text!) as object);
  const asked = [...guide.matchAll(/`(\{ "name": [^`]*\})`/g)].map(([, text]) => JSON.parse(text!) as { name: string });
  assert.equal(expand(whole).length, 4);
  assert.deepEqual(
    asked.map(({ name }) => name),
    Object.keys(searches).filter((name) => name !== "grid"),
  );
  for (const one of asked) assert.ok(searchIn({ ...whole, vary: ranges, search: one }).most >= 14);
  for (const [name, { example }] of Object.entries(searches).filter(([name]) => name !== "grid"))
    assert.ok(
      searchIn({
        ...whole,
        recipe: { ...(whole as { recipe: object }).recipe, evaluate: { at: [50, 200] } },
        vary: ranges,
        search: { name, ...example, ...("rungs" in example && { rungs: [50] }) },
      }).most > 0,
    );
});
