/** Names that JSON decides: refused at every door where one would become a key or a path, and nothing polluted. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { load } from "../src/corpus/index.js";
import { environment } from "../src/environment.js";
import { params } from "../src/lab/cell/params.js";
import { report } from "../src/lab/cell/report.js";
import { fixed } from "../src/mixture/index.js";
import { checkFileName, checkKeys, fileNameOf } from "../src/names.js";
import { read, rows } from "../src/runs/index.js";
import { expand } from "../src/sweep/index.js";
import { parseRecipe } from "../src/train/index.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-names-"));
after(() => rmSync(root, { recursive: true, force: true }));

const recipe = {
  corpus: { files: { ko: "ko.txt" } },
  model: { size: "nano" },
  mixture: { ko: 1 },
  schedule: { name: "rewarm", peak: 1e-3 },
  steps: 10,
};
/** `{"a": {…}}` with `"a"` in place of KEY: written as text, for a literal would set the prototype. */
const keyed = (text: string, key: string): unknown => JSON.parse(text.replaceAll("KEY", key));

for (const key of ["__proto__", "constructor", "prototype"])
  test(`${key} is no name, at any door`, async () => {
    const refused = new RegExp(`invalid name: ${key} \\(|invalid \\S+: "?${key}"? \\(JavaScript`);
    const sweepOf = (vary: string): unknown => ({ recipe, vary: keyed(vary, key) });
    assert.throws(() => expand(sweepOf('{ "KEY.NODE_OPTIONS": ["--version"] }')), refused);
    assert.throws(() => expand(sweepOf('{ "labels.KEY.NODE_OPTIONS": ["--version"] }')), refused);
    assert.throws(() => expand(sweepOf('{ "KEY": [1] }')), refused);
    assert.throws(() => expand(sweepOf('{ "labels": [{ "KEY": 1 }] }')), refused);
    assert.throws(() => expand({ recipe: { ...recipe, labels: keyed('{ "KEY": 1 }', key) } }), refused);
    const recipes = [
      '{ "name": "KEY" }',
      '{ "labels": { "KEY": "x" } }',
      '{ "mixture": { "KEY": 1 }, "corpus": { "files": { "KEY": "a.txt" } } }',
      '{ "mixture": { "ko": 1 }, "corpus": { "name": "npm", "languages": ["KEY", "ko"] } }',
    ];
    for (const fields of recipes)
      assert.throws(() => parseRecipe({ ...recipe, ...(keyed(fields, key) as object) }), refused, fields);
    assert.throws(() => fixed(keyed('{ "KEY": 1 }', key) as Record<string, number>), refused);
    await assert.rejects(load({ files: keyed('{ "KEY": "a.txt" }', key) as Record<string, string> }), refused);
    const env = { PALIMPSEST_PARAMS: keyed('{ "text": "{ \\"mixture\\": { \\"KEY\\": 1 } }" }', key) };
    assert.throws(
      () =>
        params({
          defaults: { mixture: {} },
          env: { PALIMPSEST_PARAMS: (env.PALIMPSEST_PARAMS as { text: string }).text },
        }),
      refused,
    );
    const files = {
      "table.csv": `step,KEY\n1,2\n`,
      "lines.jsonl": `{ "step": 1, "KEY": 2 }\n`,
      "wide.json": `[{ "KEY": 2 }]`,
    };
    for (const [name, text] of Object.entries(files)) {
      const path = join(root, `${key}-${name}`);
      writeFileSync(path, text.replaceAll("KEY", key));
      await assert.rejects(
        rows({ path }),
        (error: Error) => refused.test(error.message) && error.message.includes(path),
      );
    }
    writeFileSync(join(root, "run.json"), `{ "format": 1, "labels": { "${key}": 1 } }`);
    assert.throws(() => read(root), refused);
    const written = report({ dir: join(root, "report"), title: "names" });
    assert.throws(() => written.table(key, []), refused);
    assert.throws(() => written.note(keyed('{ "KEY": 1 }', key) as Record<string, unknown>), refused);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });

test("a report's names are files of its own folders", () => {
  const written = report({ dir: join(root, "inside", "report"), title: "names" });
  for (const name of ["../../x", "a/b", "a\\b", "..", ".x", "", " ", "a\0b", "x".repeat(300)]) {
    assert.throws(() => written.table(name, []), /^Error: report: invalid name: "[^\n]*$/, name);
    assert.throws(() => written.figure({ name } as never), /^Error: report: invalid name: /, name);
  }
  written.table("loss of 한국어, 25 %", [{ a: 1 }]);
  assert.deepEqual(readdirSync(join(root, "inside")), ["report"]);
  assert.deepEqual(written.files(), ["tables/loss of 한국어, 25 %.csv"]);
  assert.equal(checkFileName("shares", "test"), "shares");
});

test("a name becomes a part of a file's name", () => {
  assert.equal(fileNameOf("ko 75 % / ../x"), "ko-75-..-x");
  assert.ok(Buffer.byteLength(fileNameOf("𠀀".repeat(300))) <= 200);
});

test("keys are looked at however deep they lie, and the place is named", () => {
  const deep = `${'{"a":'.repeat(20_000)}{"__proto__":1}${"}".repeat(20_000)}`;
  assert.throws(() => checkKeys(JSON.parse(deep), "test"), /invalid name: __proto__/);
  assert.throws(
    () => checkKeys(JSON.parse('{"a":[{"__proto__":1}]}'), "test"),
    /^Error: test: a\.0: invalid name: __proto__/,
  );
});

test("what a package put into every object's prototype is no variable of a process started here", () => {
  const payload = join(root, "payload.cjs");
  writeFileSync(payload, `require("fs").writeFileSync(${JSON.stringify(join(root, "it ran"))}, "")`);
  const polluted = Object.prototype as Record<string, unknown>;
  polluted.NODE_OPTIONS = `--require "${payload}"`;
  try {
    spawnSync(process.execPath, ["-e", ""], { env: { ...process.env } });
    assert.ok(existsSync(join(root, "it ran")), "the attack that is tried here works on its own");
    rmSync(join(root, "it ran"));
    const { status } = spawnSync(process.execPath, ["-e", ""], { env: environment({ MORE: "1" }) });
    assert.equal(status, 0);
    assert.ok(!existsSync(join(root, "it ran")));
  } finally {
    delete polluted.NODE_OPTIONS;
  }
  assert.equal(environment({ MORE: "1" }).MORE, "1");
});

test("every process is started with such variables", () => {
  const sources = readdirSync(join(__dirname, "..", "src"), { recursive: true, encoding: "utf8" });
  const starts = sources
    .filter((path) => path.endsWith(".ts"))
    .map((path) => ({ path, text: readFileSync(join(__dirname, "..", "src", path), "utf8") }))
    .filter(
      ({ text }) =>
        text.includes('from "node:child_process"') && !/import type \{[^}]*\} from "node:child_process"/.test(text),
    );
  assert.ok(starts.length > 5);
  for (const { path, text } of starts) {
    const calls = text.match(/(?<![.\w])(?:spawn|spawnSync|fork|execFile|execFileSync|exec|execSync)\((?!\))/g) ?? [];
    assert.equal((text.match(/env: environment\(/g) ?? []).length, calls.length, path);
  }
});
