/** Two lists of numbers, as close as single precision makes them. */
import assert from "node:assert/strict";

export function near(actual: ArrayLike<number>, expected: readonly number[], name: string, most = 1e-6): void {
  assert.equal(actual.length, expected.length, name);
  expected.forEach((value, i) => {
    assert.ok(
      Math.abs(actual[i]! - value) <= most * Math.max(1, Math.abs(value)),
      `${name}[${i}]: ${actual[i]} is not ${value}`,
    );
  });
}
