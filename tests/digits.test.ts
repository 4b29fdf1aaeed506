import assert from "node:assert/strict";
import { test } from "node:test";
import { digits } from "../src/digits.js";

test("significant digits without zeros behind them, a power of ten where it is shorter to read", () => {
  const cases: [number, number | undefined, string][] = [
    [0.38169, undefined, "0.382"],
    [2.5, undefined, "2.5"],
    [-6.0107, 5, "-6.0107"],
    [2085.43, undefined, "2090"],
    [999_999, 3, "1e6"],
    [1_234_567, 5, "1.2346e6"],
    [2e9, undefined, "2e9"],
    [0.00012345, 2, "0.00012"],
    [0.000012345, undefined, "1.23e-5"],
    [0, undefined, "0"],
    [-0, undefined, "0"],
    [Infinity, undefined, "Infinity"],
    [NaN, undefined, "NaN"],
  ];
  for (const [value, count, text] of cases) assert.equal(digits(value, count), text);
});
