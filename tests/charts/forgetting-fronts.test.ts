import assert from "node:assert/strict";
import { test } from "node:test";
import { forgettingFronts, svgOf } from "../../src/charts/index.js";

const rows = ["replay", "LoRA"].flatMap((method, m) =>
  [0.5, 0.25, 0.05].flatMap((setting, k) =>
    [0, 1].map((seed) => ({
      method,
      setting,
      adaptation: 0.1 * (k + 1) + 0.02 * seed - 0.05 * m,
      forgetting: 0.05 * k + 0.01 * seed,
    })),
  ),
);

test("one line per method through its settings in the rows' order, the mean of the seeds", () => {
  const { data, layout } = forgettingFronts({ rows, old: "English", new: "Korean", at: 0.06 });
  assert.deepEqual(
    data.map(({ name }) => name),
    ["replay", "LoRA"],
  );
  const close = (found: unknown, expected: number[]): void =>
    (found as number[]).forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-12));
  close(data[0]!.x, [0.11, 0.21, 0.31]);
  close(data[0]!.y, [0.005, 0.055, 0.105]);
  close(data[1]!.x, [0.06, 0.16, 0.26]);
  assert.deepEqual(data[0]!.text, ["0.5", "", "0.05"]);
  assert.equal(layout.shapes!.length, 1);
  const svg = svgOf(forgettingFronts({ rows, old: "English", new: "Korean" }));
  for (const text of ["replay", "LoRA", "Forgetting of English (bits per byte lost)"])
    assert.ok(svg.includes(`>${text}<`), text);
});
