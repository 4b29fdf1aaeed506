/** Shots are drawn as CPython draws them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { pythonRandom } from "../../src/train/ask/python-random.js";
import { pythonHas } from "../python.js";

/** How many of how many, one after another from one generator: lists and sets, one number, all of them. */
const draws: [number, number][] = [
  [10, 3],
  [100, 5],
  [1000, 6],
  [22, 2],
  [21, 21],
  [5000, 40],
  [2, 1],
  [1, 1],
  [85, 6],
];

test("samples are those of random.Random, one after another", (t) => {
  const drawn = (seed: number): number[][] => {
    const drawing = pythonRandom(seed);
    return draws.map(([n, count]) => drawing.sample(n, count));
  };
  // What Python 3.11 says.
  assert.deepEqual(drawn(1234).slice(0, 4), [
    [7, 1, 0],
    [11, 74, 4, 85, 88],
    [85, 100, 784, 363, 242, 17],
    [0, 11],
  ]);
  assert.throws(() => pythonRandom(1).sample(2, 3), /invalid count: 3 \(at most 2\)$/);
  if (!pythonHas()) return t.skip("python3 is not here");
  const script =
    "import json, random, sys; draws = json.loads(sys.argv[1]); print(json.dumps([[r.sample(range(n), k) for n, k in draws] for r in map(random.Random, [1234, 0, 4294967295])]))";
  const ran = spawnSync("python3", ["-c", script, JSON.stringify(draws)], { encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual([1234, 0, 4294967295].map(drawn), JSON.parse(ran.stdout));
});
