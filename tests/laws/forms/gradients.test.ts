/** Every law's gradient is that of its prediction, and every law's starts can be evaluated and are within the ranges. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mixingDomains } from "../../../src/laws/forms/mixing-domains.js";
import { laws } from "../../../src/laws/registry.js";
import { rng } from "../../../src/rng.js";
import { drawConstants, drawSetting, gradientError } from "./draws.js";

const domains = ["web", "code", "books"];
const mixing = [mixingDomains({ domains }), mixingDomains({ domains, hidden: 4 })];

for (const law of [...Object.values(laws), ...mixing]) {
  test(`${law.name}: the gradient agrees with central differences`, () => {
    const random = rng(1).fork(law.name);
    for (let i = 0; i < 300; i++) {
      const p = drawConstants(law, random);
      const x = drawSetting(law, random, mixing.includes(law));
      const error = gradientError(law, p, x);
      assert.ok(error < 2e-6, `${error} at ${p.join(" ")} | ${x.join(" ")}`);
    }
  });

  if (law.terms) {
    test(`${law.name}: its terms add up to its prediction`, () => {
      const random = rng(3).fork(law.name);
      const value = (p: readonly number[], name: string): number =>
        p[law.parameters.findIndex((each) => each.name === name)]!;
      for (let i = 0; i < 50; i++) {
        const p = drawConstants(law, random);
        const x = drawSetting(law, random, mixing.includes(law));
        const sum = law.terms!.reduce((total, { factor, exponents = {} }) => {
          const exponent = Object.entries(exponents).reduce((all, [name, of]) => all + value(p, name) * of(x), 0);
          return total + (factor === undefined ? 1 : value(p, factor)) * Math.exp(exponent);
        }, 0);
        assert.ok(Math.abs(sum - law.predict(p, x)) < 1e-12 * Math.abs(sum), `${sum}`);
      }
    });
  }

  test(`${law.name}: starts lie within the ranges and can be evaluated`, () => {
    const random = rng(2).fork(law.name);
    const p = drawConstants(law, random);
    const x = Array.from({ length: 60 }, () => drawSetting(law, random, mixing.includes(law)));
    const starts = law.starts({ x, y: x.map((row) => law.predict(p, row)), run: x.map(String) });
    assert.ok(starts.length > 0);
    for (const start of starts) {
      law.parameters.forEach(({ name, range: [low, high] }, k) => {
        assert.ok(start[k]! >= low && start[k]! <= high, `${name} = ${start[k]}`);
      });
      assert.ok(Number.isFinite(law.predict(start, x[0]!)), String(start));
    }
  });
}

test("the registry's rows are named as their laws are, and say what they follow", () => {
  for (const [name, law] of Object.entries(laws)) {
    assert.equal(law.name, name);
    assert.ok(law.summary.length > 20 && law.reference.length > 10, name);
    assert.equal(new Set(law.parameters.map((parameter) => parameter.name)).size, law.parameters.length);
  }
});
