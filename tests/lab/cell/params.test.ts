import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { params } from "../../../src/lab/cell/params.js";
import { readSetting, splitSetting } from "../../../src/lab/notebook/setting-text.js";
import { temporaryFolder } from "../fixture.js";

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
  [
    '{"step": 5}',
    /^Error: params: invalid parameter: step; did you mean steps\? this notebook has steps, languages, note, options$/,
  ],
  ['{"steps": "5"}', /^Error: params: invalid steps: "5" \(string\); its default is of type number$/],
  ['{"languages": {}}', /^Error: params: invalid languages: \{\} \(object\); its default is of type list of string$/],
  [
    '{"languages": ["ko", 1]}',
    /^Error: params: invalid languages: \["ko",1\] \(list\); its default is of type list of string$/,
  ],
  ['{"voices": 1}', /^Error: params: invalid parameter: voices; this notebook has [^\n]*$/],
  ['{"__proto__": 1}', /params: invalid name: __proto__/],
  ["{", /^Error: params: invalid PALIMPSEST_PARAMS: [^\n]*$/],
  ["/nowhere.json", /^Error: params: PALIMPSEST_PARAMS: no such file: \/nowhere\.json$/],
];
for (const [text, message] of bad) {
  test(`parameters are refused in one line: ${text}`, () => {
    assert.throws(() => given(text), message);
  });
}

test("a setting that is not there is an error where it is read and where it is written, not undefined", async () => {
  const settings = given('{"languages": []}');
  const misspelt = settings as unknown as Record<string, unknown>;
  assert.throws(() => misspelt.setps, /^Error: params: invalid parameter: setps; did you mean steps\?/);
  assert.throws(() => (misspelt.setps = 3), /^Error: params: invalid parameter: setps/);
  assert.throws(() => (misspelt.steps = "3"), /^Error: params: invalid steps: "3" \(string\)/);
  Object.assign(settings, { steps: 3, languages: ["ko"] });
  assert.deepEqual({ ...settings }, { ...defaults, steps: 3, languages: ["ko"] });
  // What every object is asked for: awaited, written, printed.
  assert.equal((await Promise.resolve(settings)).steps, 3);
  assert.deepEqual(JSON.parse(JSON.stringify(settings)), { ...settings });
  assert.match(`${inspect(settings)} ${String(settings)}`, /steps: 3/);
});

test("a setting is read from text by the type of its default", () => {
  const read: [text: string, fallback: unknown, value: unknown][] = [
    ["1e-3", 1, 0.001],
    ["true", false, true],
    ["5", "en", "5"],
    ["a=b", "", "a=b"],
    ["en, ko", ["fi"], ["en", "ko"]],
    ["0,0.5", [1], [0, 0.5]],
    ['["a,b"]', ["fi"], ["a,b"]],
    ["", ["fi"], []],
    ["1,x", [], [1, "x"]],
    ['{"a":2}', { a: 1 }, { a: 2 }],
    ["5", null, 5],
    ["x", undefined, "x"],
  ];
  for (const [text, fallback, value] of read) assert.deepEqual(readSetting({ name: "a", text, fallback }), value, text);
  const refused: [text: string, fallback: unknown, message: RegExp][] = [
    ["many", 300, /^Error: invalid --set: a=many \(a number is needed; its default is 300\)$/],
    ["", 300, /a number is needed/],
    ["Infinity", 300, /a number is needed/],
    ["0,x", [1], /^Error: invalid --set: a=x \(a number is needed/],
    ["yes", true, /^Error: invalid --set: a=yes \(true or false is needed; its default is true\)$/],
    ["{", { a: 1 }, /^Error: invalid --set: a=\{ \(a JSON object is needed: [^\n]*; its default is \{"a":1\}\)$/],
    ["5", { a: 1 }, /^Error: invalid --set: a=5 \(a JSON object is needed; [^\n]*\)$/],
  ];
  for (const [text, fallback, message] of refused)
    assert.throws(() => readSetting({ name: "a", text, fallback }), message, text);
  assert.deepEqual(splitSetting("a=b=c"), ["a", "b=c"]);
  assert.throws(() => splitSetting("steps"), /^Error: invalid --set: "steps" \(name=value is needed/);
});
