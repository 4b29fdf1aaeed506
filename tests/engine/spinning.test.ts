/** Threads spin where each finds a core that nobody else wants, and sleep where others are at work. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CpuTimes, cpuTimes, freeCores, spinning } from "../../src/engine/spinning.js";

/** Four cores after so many seconds, of which this process and others were at work so many core-seconds. */
const after = (seconds: number, own: number, others: number): CpuTimes => ({
  cores: 4,
  total: 4000 * seconds,
  busy: 1000 * (own + others),
  own: 1000 * own,
});

test("what others used is not free; what this process used is", () => {
  assert.equal(freeCores(after(0, 0, 0), after(2, 0, 0)), 4);
  assert.equal(freeCores(after(0, 0, 0), after(2, 6, 0)), 4);
  assert.equal(freeCores(after(10, 4, 8), after(12, 5, 11)), 2.5);
  assert.equal(freeCores(after(1, 0, 0), after(1.05, 0, 0.2)), undefined, "too short a time to say");
  assert.equal(freeCores(after(1, 1, 0), after(2, 2.1, -0.2)), 4, "clocks that disagree a little");
});

test("threads spin while the cores suffice, by what was seen since the last session", () => {
  const looks = [after(0, 0, 0), after(1, 1, 0), after(2, 2, 2.9), after(2.01, 2, 2.9), after(4, 5, 2.9)];
  const spins = spinning(2, () => looks.shift()!);
  assert.deepEqual([spins(), spins(), spins(), spins()], [true, false, false, true]);
});

test("this machine's clocks go forward", () => {
  const [before, now] = [cpuTimes(), cpuTimes()];
  // Not the total: Linux takes idle time back where a core turns out to have waited for a disk.
  assert.ok(now.cores >= 1 && now.busy >= before.busy && now.own >= before.own);
  assert.ok(now.total >= now.busy);
});
