import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { params } from "../../src/lab/params.js";
import { temporaryFolder } from "./fixture.js";

const defaults = { steps: 300, languages: ["en"], note: null as string | null, options: { a: 1 } };
const given = (PALIMPSEST_PARAMS?: string): typeof defaults => params({ defaults, env: { PALIMPSEST_PARAMS } });

test("defaults stand until something is given, inline or as a file", () => {
  assert.deepEqual(given(), defaults);
  assert.deepEqual(given(' {"steps": 5, "note": "x"}'), { ...defaults, steps: 5, note: "x" });
  const file = join(temporaryFolder(), "p.json");
  writeFileSync(file, '{"languages": ["ko"]}');
  assert.deepEqual(given(file), { ...defaults, languages: ["ko"] });
  assert.equal(defaults.steps, 300);
});

const bad: [string, RegExp][] = [
  ['{"step": 5}', /^Error: params: invalid parameter: step; this notebook has steps, languages, note, options$/],
  ['{"steps": "5"}', /^Error: params: invalid steps: "5" \(string\); its default is of type number$/],
  ['{"languages": {}}', /^Error: params: invalid languages: \{\} \(object\); its default is of type array$/],
  ['{"__proto__": 1}', /params: invalid name: __proto__/],
  ["{", /^Error: params: invalid PALIMPSEST_PARAMS: [^\n]*$/],
  ["/nowhere.json", /^Error: params: PALIMPSEST_PARAMS: no such file: \/nowhere\.json$/],
];
for (const [text, message] of bad) {
  test(`parameters are refused in one line: ${text}`, () => {
    assert.throws(() => given(text), message);
  });
}
