/** The schedules against numbers of their formulas, worked out apart. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anneal,
  cyclicCosine,
  infinite,
  inverseSqrt,
  linear,
  piecewise,
  reuse,
  type Schedule,
  trapezoid,
  wsd,
  wsdS,
} from "../../../src/train/schedules/index.js";

const rates = (schedule: Schedule, steps: number[], total: number, scale = 1): number[] =>
  steps.map((step) => Number((schedule.learningRate(step, total) * scale).toFixed(scale === 1 ? 6 : 4)));

test("infinite: three cooldowns, a rate that is held, an exponential anneal", () => {
  const options = { peak: 3e-4, constant: 1.65e-4, floor: 3e-5, warmup: 0.01, cooldown: 0.6, anneal: 0.85 };
  const steps = [5, 10, 100, 305, 600, 800, 850, 925, 1000];
  const held = [165, 165, 165, 70.3562, 30];
  const of = (curve: "cosine" | "linear" | "inverse-sqrt"): number[] =>
    rates(infinite({ ...options, curve }), steps, 1000, 1e6);
  assert.deepEqual(of("cosine"), [150, 300, 292.3963, 232.5, ...held]);
  assert.deepEqual(of("linear"), [150, 300, 279.4068, 232.5, ...held]);
  assert.deepEqual(of("inverse-sqrt"), [150, 300, 228.3462, 185.6295, ...held]);
  const { constant, floor } = infinite({ peak: 3e-4 }).options;
  assert.ok(Math.abs((constant as number) - 1.65e-4) < 1e-15 && Math.abs((floor as number) - 3e-5) < 1e-15);
});

test("infinite: the next text begins at the rate that was held", () => {
  const next = infinite({ peak: 1.65e-4, constant: 1.65e-4, floor: 3e-5, warmup: 0, cooldown: 0 });
  assert.deepEqual(rates(next, [1, 850, 925, 1000], 1000, 1e6), [165, 165, 70.3562, 30]);
});

test("a branch before the anneal, annealed, has the rates of the whole", () => {
  const options = { peak: 3e-4, constant: 1.65e-4, floor: 3e-5 };
  const [whole, stable] = [infinite(options), infinite({ ...options, anneal: 1 })];
  const branch = anneal({ from: 1.65e-4, floor: 3e-5 });
  for (let step = 1; step <= 1000; step++) {
    const rate = step <= 850 ? stable.learningRate(step, 1000) : branch.learningRate(step - 850, 150);
    assert.equal(rate, whole.learningRate(step, 1000), `update ${step}`);
  }
  const [wholeWsd, stableWsd] = [wsd({ peak: 1, decay: 0.2 }), wsd({ peak: 1, decay: 0 })];
  const decay = anneal({ from: 1, floor: 0, curve: "1-sqrt" });
  for (let step = 1; step <= 100; step++)
    assert.equal(
      step <= 80 ? stableWsd.learningRate(step, 100) : decay.learningRate(step - 80, 20),
      wholeWsd.learningRate(step, 100),
    );
});

test("wsd: three decays to a tenth, a quarter of the way down", () => {
  const of = (curve: "linear" | "cosine" | "1-sqrt"): number =>
    rates(wsd({ peak: 1, warmup: 0, decay: 1, floor: 0.1, curve }), [1], 4)[0]!;
  assert.deepEqual([of("linear"), of("cosine"), of("1-sqrt")], [0.775, 0.868198, 0.55]);
  assert.deepEqual(rates(wsd({ peak: 1, warmup: 0.1 }), [5, 10, 80, 85, 100], 100), [0.5, 1, 1, 0.5, 0]);
  // 0.9 and 0.1 fill a run, though 1 - 0.9 is a little less than 0.1.
  assert.deepEqual(rates(wsd({ peak: 1, warmup: 0.9, decay: 0.1 }), [9, 10], 10), [1, 0]);
});

test("wsd-s: harmonic decays, each followed by the stable rate", () => {
  const schedule = wsdS({ anneals: [0.5, 1], peak: 1, warmup: 0, decay: 0.2, floor: 0.1 });
  // Half way down: 1 / (0.5 / 0.1 + 0.5 / 1).
  assert.deepEqual(rates(schedule, [1, 30, 40, 50, 51, 80, 90, 100], 100), [1, 1, 0.181818, 0.1, 1, 1, 0.181818, 0.1]);
  // 0.29 · 100 is a little less than 29.
  assert.deepEqual(rates(wsdS({ anneals: [0.29, 1], peak: 1, floor: 0.5 }), [29, 30], 100), [0.5, 1]);
});

test("trapezoid, linear, inverse square root, cycles, points", () => {
  assert.deepEqual(rates(trapezoid({ peak: 1, warmup: 0.1 }), [5, 10, 80, 90, 100], 100), [0.5, 1, 1, 0.5, 0]);
  assert.deepEqual(rates(linear({ peak: 1, warmup: 0.1 }), [5, 10, 55, 100], 100), [0.5, 1, 0.55, 0.1]);
  assert.deepEqual(rates(inverseSqrt({ peak: 1, warmup: 0.04 }), [2, 4, 16, 64, 100], 100), [0.5, 1, 0.5, 0.25, 0.2]);
  const cycles = cyclicCosine({ cycles: 3, peak: 1, warmup: 0.5, floor: 0.1 });
  const cycle = [0.5, 1, 0.55, 0.1];
  assert.deepEqual(rates(cycles, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 12), [...cycle, ...cycle, ...cycle]);
  const points = piecewise({
    points: [
      [0, 0.2],
      [0.5, 1],
      [0.5, 0.4],
      [1, 0],
    ],
  });
  assert.deepEqual(rates(points, [0, 5, 10, 15, 20], 20), [0.2, 0.6, 0.4, 0.2, 0]);
});

test("reuse falls to a fifth at 0.7113 of the run, or at 0.7048 where it falls to 0", () => {
  const crossing = (schedule: Schedule, total = 1e6): number => {
    let [low, high] = [0, total];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (schedule.learningRate(middle, total) > 0.2) low = middle;
      else high = middle;
    }
    return high / total;
  };
  assert.ok(Math.abs(crossing(reuse({ from: 1 })) - 0.711313) < 2e-6);
  assert.ok(Math.abs(crossing(reuse({ from: 1, floor: 0 })) - 0.704833) < 2e-6);
  assert.equal(reuse({ from: 1 }).learningRate(7, 7), 0.01);
});

test("what does not fit a run is one line that names the option", () => {
  assert.throws(
    () => wsd({ peak: 1, warmup: 0.6, decay: 0.5 }),
    /^Error: wsd: invalid decay: 0\.5 \(want a share of the updates that, with a warmup of 0\.6, is no longer than the run\)$/,
  );
  assert.throws(() => trapezoid({ peak: 1, warmup: 1.5 }), /^Error: trapezoid: invalid warmup: 1\.5/);
  assert.throws(() => wsd({ peak: 1, curve: "exponential" }), /^Error: wsd: invalid floor: 0 \(a positive rate/);
  assert.throws(
    () => wsd({ peak: 1, curve: "steep" as "linear" }),
    /^Error: wsd: invalid curve: steep \(one of linear, /,
  );
  assert.throws(
    () => wsdS({ anneals: [0.5], peak: 1 }),
    /^Error: wsd-s: invalid anneals: 0\.5 \(shares of the run, the last/,
  );
  assert.throws(
    () => wsdS({ anneals: [0.5, 0.55, 1], peak: 1 }),
    /invalid anneals: 0\.55 \(a decay of 0\.1 does not fit/,
  );
  assert.throws(
    () => infinite({ peak: 1, cooldown: 0.9 }),
    /^Error: infinite: invalid anneal: 0\.85 \(want where it begins/,
  );
  assert.throws(
    () => infinite({ peak: 1, constant: 2 }),
    /^Error: infinite: invalid constant: 2 \(want a rate between/,
  );
  assert.throws(
    () => cyclicCosine({ cycles: 9, peak: 1 }).learningRate(1, 8),
    /invalid cycles: 9 \(want at most one for/,
  );
  assert.throws(() => inverseSqrt({ peak: 1, warmup: 0 }), /^Error: inverse-sqrt: invalid warmup: 0/);
  assert.throws(
    () => reuse({ from: 1, floor: 2 }),
    /^Error: reuse: invalid floor: 2 \(want a rate between 0 and from\)/,
  );
  assert.throws(
    () =>
      piecewise({
        points: [
          [0, 1],
          [0.9, 1],
        ],
      }),
    /^Error: piecewise: invalid points: .*the last at 1/,
  );
  assert.throws(
    () =>
      piecewise({
        points: [
          [0, 1],
          [0.9, 1],
          [0.5, 1],
          [1, 0],
        ],
      }),
    /piecewise: invalid share: 0\.5/,
  );
});
