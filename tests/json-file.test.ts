import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { dictionary } from "../src/corpus/index.js";
import { foreignJson } from "../src/foreign.js";
import { readJson, readJsonObject, readText } from "../src/json-file.js";
import { runNotebookFile } from "../src/lab/notebook/run-file.js";
import { readTokenizer } from "../src/model/index.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-json-"));
after(() => rmSync(root, { recursive: true }));

const written = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(root, name), content);
  return join(root, name);
};
const pipe = join(root, "pipe");
if (process.platform !== "win32") execFileSync("mkfifo", [pipe]);
const folder = join(root, "folder");
mkdirSync(folder);

test("a pipe, a device or a folder in place of a file is one line at once, whoever reads it", async () => {
  const unix = process.platform === "win32" ? [] : [pipe, "/dev/zero"];
  const readers: [string, (path: string) => unknown][] = [
    ["recipe", (path) => readJson(path, "recipe")],
    ["runNotebookFile", (path) => runNotebookFile(path, { out: join(root, "out") })],
    ["dictionary", (path) => dictionary({ path })],
  ];
  for (const [caller, read] of readers)
    for (const path of [...unix, folder])
      await assert.rejects(
        async () => read(path),
        new RegExp(`^Error: ${caller}: invalid file: ${path}: a (pipe|device|folder) \\(name a regular file\\)$`),
      );
  // A folder is where a tokenizer's files are.
  for (const path of unix) assert.throws(() => readTokenizer({ path }), /^Error: readTokenizer: invalid file: [^\n]*$/);
  assert.throws(() => readTokenizer({ path: folder }), /^Error: readTokenizer: no such file: .*tokenizer\.json$/);
});

test("what is no JSON is one printable line that names the file", () => {
  const cases: [string, string | Uint8Array, RegExp][] = [
    ["torn.json", '{"a": 1,', /it is damaged or no JSON: .*position 8/],
    ["marks.json", '{"a\u001b[31m\n\u0007', /it is damaged or no JSON: /],
    ["nan.json", '{"steps": NaN}', /JSON has no NaN and no Infinity/],
    ["deep.json", `${"[".repeat(1e5)}${"]".repeat(1e5)}`, /lists and objects deeper than 100 in others/],
    ["latin.json", Buffer.from('{"a": "\xe9"}', "latin1"), /it is not UTF-8/],
    ["list.json", "[1]", /an object is needed/],
  ];
  for (const [name, content, line] of cases) {
    const path = written(name, content);
    assert.throws(
      () => readJsonObject(path, "recipe"),
      ({ message }: Error) =>
        // eslint-disable-next-line no-control-regex -- control characters are what is looked for
        message.startsWith(`recipe: invalid JSON: ${path} (`) && line.test(message) && !/[\u0000-\u001f]/.test(message),
      name,
    );
  }
  const large = written("large.json", "[1, 2, 3]");
  assert.throws(() => readText(large, "recipe", 8), /large\.json \(9 bytes; at most 8 are read\)$/);
  assert.deepEqual(readJson(written("mark.json", '\ufeff{"a": 1}'), "recipe"), { a: 1 });
});

test("NaN and the infinities of Python's json module are read where they are asked for, outside strings only", () => {
  assert.deepEqual(foreignJson('{"a": NaN, "b": [-Infinity, "NaN, \\"Infinity"]}', { python: true }), {
    a: "NaN",
    b: ["-Infinity", 'NaN, "Infinity'],
  });
  assert.throws(() => foreignJson('{"a": nan}', { python: true }), /^Error: [^\n]*$/);
});
