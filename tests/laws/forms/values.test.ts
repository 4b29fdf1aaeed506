/** Every form says what its paper's formula says: the same constants and settings, worked a second time in Python. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { laws } from "../../../src/laws/registry.js";

const { predictions } = JSON.parse(
  readFileSync(join(__dirname, "..", "..", "golden", "laws-forms", "forms.json"), "utf8"),
) as { predictions: { law: string; p: number[]; x: number[]; value: number }[] };

for (const { law, p, x, value } of predictions) {
  test(`${law}: the value Python gives`, () => {
    const found = laws[law]!.predict(p, x);
    assert.ok(Math.abs(found - value) <= 1e-12 * Math.abs(value), `${found} is not ${value}`);
  });
}
