import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bootstrap,
  type Bootstrap,
  curve,
  type Derived,
  fit,
  laws,
  predict,
  profile,
  solve,
} from "../../src/laws/index.js";
import { leastShare } from "../../src/laws/solve/critical-share.js";
import { rng, type Rng } from "../../src/rng.js";

const near = (a: number, b: number, tolerance: number): void =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);
const shares = [0, 0.1, 0.25, 0.5, 0.75, 1];
const truth = (share: number): number => 1.2 + 0.5 * Math.exp(-6 * share);
const noisy = (chance: Rng, sigma = 0.004, at = shares): { share: number; loss: number }[] =>
  at.map((share) => ({ share, loss: truth(share) * Math.exp(sigma * chance.normal()) }));

test("Ye et al.: their constants give their critical share, .286225", () => {
  const values = [2.81034, Math.exp(-1.6938), -3.7397];
  near(leastShare(laws["data-mixing"]!, values, 2.873368)!, 0.286225, 2e-5);
});

test("our fit of their four Pile losses: share .2831, and the run they made at .28516 is predicted within .0012 nats", () => {
  const rows = [
    [0.125, 2.926166],
    [0.25, 2.880494],
    [0.375, 2.857072],
    [0.5, 2.838757],
  ].map(([share, loss]) => ({ share, loss }));
  const found = fit({ law: "data-mixing", rows, objective: "squares" });
  const { share: answer } = solve({ question: "critical-share", fit: found, baseline: 2.873368, tolerance: 0 });
  near(answer.value!, 0.2831, 5e-5);
  assert.equal(answer.determined, true);
  near(predict({ fit: found, at: [{ share: 0.28515625 }] })[0]!.loss, 2.87207, 1.2e-3);
});

test("same seed, same intervals; another seed, other ones", async () => {
  const found = fit({ law: "data-mixing", rows: noisy(rng(3)) });
  const [a, b, c] = await Promise.all(
    [1, 1, 2].map((seed) => bootstrap({ fit: found, rng: rng(seed), resamples: 60 })),
  );
  assert.deepEqual(a!.intervals, b!.intervals);
  assert.notDeepEqual(a!.intervals, c!.intervals);
});

test("95% intervals of constants and of the critical share hold the truth about as often as they say", async () => {
  const chance = rng(5);
  const exact = Math.log(0.1 / 0.5) / -6;
  const hits = { t: 0, c: 0, share: 0, run: 0 };
  const repetitions = 60;
  for (let i = 0; i < repetitions; i++) {
    const found = fit({ law: "data-mixing", rows: noisy(chance), objective: "log-squares" });
    const doubt = await bootstrap({ fit: found, rng: chance.fork(`${i}`), resamples: 150 });
    assert.equal(doubt.kind, "noise");
    const [t, c] = [doubt.intervals.t!, doubt.intervals.c!];
    if (t[0] <= -6 && -6 <= t[1]) hits.t++;
    if (c[0] <= 1.2 && 1.2 <= c[1]) hits.c++;
    const { share: answer } = solve({
      question: "critical-share",
      fit: found,
      bootstrap: doubt,
      baseline: 1.25,
      tolerance: 0.05,
    });
    if (answer.low! <= exact && exact <= (answer.high ?? Infinity)) hits.share++;
    const [next] = predict({ fit: found, bootstrap: doubt, at: [{ share: 0.3 }], of: "run" });
    const measured = noisy(chance, 0.004, [0.3])[0]!.loss;
    if (next!.low! <= measured && measured <= next!.high!) hits.run++;
  }
  // 60 draws at .95: 51 or fewer happens less than once in 100 times.
  for (const [what, count] of Object.entries(hits)) assert.ok(count >= 52, `${what}: ${count} of ${repetitions}`);
});

test("more noise, wider band; a further run is less certain than the curve; the curve lies within", async () => {
  const at = [{ share: 0.05 }, { share: 0.6 }];
  const width = async (sigma: number, of: "curve" | "run"): Promise<number> => {
    const found = fit({ law: "data-mixing", rows: noisy(rng(8), sigma) });
    const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 200 });
    return predict({ fit: found, bootstrap: doubt, at, of }).reduce((sum, { loss, low, high }) => {
      assert.ok(low! <= loss && loss <= high!);
      return sum + high! - low!;
    }, 0);
  };
  const [small, large, run] = [await width(0.001, "curve"), await width(0.01, "curve"), await width(0.01, "run")];
  assert.ok(small < large && large < run, `${small} ${large} ${run}`);
});

test("runs are drawn whole", async () => {
  const rows = Array.from({ length: 36 }, (_, i) => ({
    run: `r${i >> 1}`,
    share: shares[(i >> 1) % 6]!,
    loss: truth(shares[(i >> 1) % 6]!) * (1 + 0.001 * (i >> 1)),
  }));
  const found = fit({ law: "data-mixing", rows });
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 40, kind: "runs" });
  assert.equal(doubt.samples.length + doubt.skipped, 40);
  assert.equal(new Set(found.data.run).size, 18);
});

test("a constant that nothing determines is named, and in a sentence", async () => {
  // All shares so large that the exponential has died out: only the floor is there to see.
  const rows = noisy(rng(4), 0.004, [0.7, 0.75, 0.8, 0.85, 0.9, 1]);
  const found = fit({ law: "data-mixing", rows });
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 100 });
  assert.ok(doubt.undetermined.includes("t") && !doubt.undetermined.includes("c"), doubt.undetermined.join());
  assert.match(doubt.notes[doubt.undetermined.indexOf("t")]!, /^t is not determined: its 95% interval is /);
  const open = profile({ fit: found, parameter: "t" });
  assert.ok(open.low === null || open.high === null);
  assert.match(open.note!, /^t is not determined/);
});

test("a profile is lowest at the fit and closes around a constant that is determined", () => {
  const found = fit({ law: "data-mixing", rows: noisy(rng(6), 0.002, [...shares, ...shares]) });
  const { points, low, high, note } = profile({ fit: found, parameter: "t" });
  const best = Math.min(...points.map((point) => point.objective));
  near(best, found.objective.value, 1e-9 * found.objective.value);
  assert.ok(low! < found.parameters.t! && found.parameters.t! < high! && low! < -6 && -6 < high!);
  assert.equal(note, undefined);
  assert.throws(() => profile({ fit: found, parameter: "z" }), /invalid parameter: z; data-mixing has c, k, t/);
});

test("critical share: everywhere, nowhere, by extrapolation, and in the words of a sentence", async () => {
  const found = fit({ law: "data-mixing", rows: noisy(rng(2), 0.001) });
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 100 });
  const at = (baseline: number, tolerance: number, more: { bootstrap?: Bootstrap } = {}): Derived =>
    solve({ question: "critical-share", fit: found, baseline, tolerance, ...more }).share;
  assert.equal(at(1.9, 0).value, 0);
  const none = at(1.1, 0.05, { bootstrap: doubt });
  assert.deepEqual([none.value, none.determined, none.exists], [null, false, 0]);
  assert.match(none.sentence, /^No share keeps the loss within 0\.05 of 1\.1/);
  const some = at(1.25, 0.05, { bootstrap: doubt });
  near(some.value!, Math.log(0.2) / -6, 0.01);
  assert.ok(some.low! < some.value! && some.value! < some.high! && some.determined);
  assert.match(
    some.sentence,
    /^A share of 2\d\.?\d*% keeps the loss within 0\.05 of 1\.25 \(95% interval 2\d\.?\d*% to 2\d\.?\d*%\)\.$/,
  );
  const edge = at(found.parameters.c! + 0.0004, 0.001, { bootstrap: doubt });
  assert.ok(edge.exists! < 0.95 && !edge.determined);
  assert.match(edge.sentence, /Not determined: .* of resamples have no such share|No share/);
  const few = fit({ law: "data-mixing", rows: noisy(rng(2), 0.001, [0.4, 0.5, 0.6, 0.7, 0.8, 1]) });
  assert.match(
    solve({ question: "critical-share", fit: few, baseline: 1.3, tolerance: 0.05 }).share.sentence,
    /below the least share that was run \(40%\)/,
  );
  assert.throws(() => at(NaN, 0), /invalid baseline: NaN/);
  assert.throws(() => at(1, -1), /invalid tolerance: -1/);
});

test("a loss that rises with its own share has an answer only where it stays within", () => {
  const rows = shares.map((share) => ({ share, loss: 1.2 + 0.1 * Math.exp(1.5 * share) }));
  const rising = fit({ law: "data-mixing", rows });
  assert.equal(solve({ question: "critical-share", fit: rising, baseline: 1.25, tolerance: 0.05 }).share.value, null);
});

test("nothing to judge by, a mad level, an abort", async () => {
  const exact = fit({ law: "data-mixing", rows: noisy(rng(2), 0.01, [0.1, 0.4, 0.9]) });
  await assert.rejects(bootstrap({ fit: exact, rng: rng(1) }), /3 for 3 constants leave nothing to judge the noise by/);
  const found = fit({ law: "data-mixing", rows: noisy(rng(2)) });
  await assert.rejects(bootstrap({ fit: found, rng: rng(1), resamples: 20, level: 95 }), /invalid level: 95/);
  await assert.rejects(bootstrap({ fit: found, rng: rng(1), resamples: 0 }), /invalid resamples: 0/);
  const stop = new AbortController();
  const seen: number[] = [];
  const running = bootstrap({
    fit: found,
    rng: rng(1),
    resamples: 5000,
    signal: stop.signal,
    onProgress: ({ done }) => (seen.push(done), done >= 128 && stop.abort()),
  });
  await assert.rejects(running, { name: "AbortError" });
  assert.deepEqual(seen, [0, 64, 128]);
});

test("a curve to draw spans the domain, or starts at the least fitted share where the domain is open", async () => {
  const rows = noisy(rng(2));
  const whole = curve({ fit: fit({ law: "data-mixing", rows }), points: 11 });
  assert.deepEqual([whole.length, whole[0]!.x, whole[10]!.x, whole[0]!.low], [11, 0, 1, null]);
  const open = fit({ law: "cmr-ratio", rows: rows.slice(1) });
  const banded = curve({ fit: open, bootstrap: await bootstrap({ fit: open, rng: rng(1), resamples: 50 }) });
  assert.equal(banded[0]!.x, 0.1);
  assert.ok(banded.every(({ loss, low, high }) => low! <= loss && loss <= high!));
});
