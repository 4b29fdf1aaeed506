/** Documents and lines in the language of their text. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-language-"));
after(() => rmSync(root, { recursive: true }));

const [finnish, english, korean] = [
  "Kullakin yksilöllä on oikeus elämään, vapauteen ja henkilökohtaiseen turvallisuuteen.",
  "Everyone has the right to life, liberty and security of person.",
  "모든 사람은 생명과 신체의 자유와 안전에 대한 권리를 가진다.",
];
const documents = [
  finnish,
  english,
  korean,
  "12345 67890",
  `${finnish}\n\n${english}\n1945-1950 (1, 2, 3, 4, 5, 6)\nOK\n${finnish}`,
].map((text, i) => ({ key: `${i}`, text }));

test("documents in another language go, each under what it is in; a mixed one is in what most of it is in", async () => {
  for (const by of ["fasttext", "eld"]) {
    const { documents: kept, steps } = await corpus.pipeline({
      documents,
      steps: [{ name: "language", is: "fi", by }],
    });
    assert.deepEqual(
      kept.map(({ key }) => key),
      ["0", "4"],
      by,
    );
    assert.deepEqual(steps[0]!.reasons, { "in en": 1, "in ko": 1, "in no language": 1 });
  }
  const sure = await corpus.pipeline({ documents, steps: [{ name: "language", is: "fi", least: 1 }] });
  assert.equal(sure.steps[0]!.reasons["in fi by less than 1"], 2);
});

test("lines of another language go; short ones and those without letters stay", async () => {
  const { documents: kept, steps } = await corpus.pipeline({
    documents,
    steps: [{ name: "language", is: "fi", lines: true }],
  });
  assert.deepEqual(
    kept.map(({ text }) => text),
    [finnish, "12345 67890", `${finnish}\n\n1945-1950 (1, 2, 3, 4, 5, 6)\nOK\n${finnish}`],
  );
  assert.deepEqual(steps[0]!.reasons, { "no line in fi": 2 });
});

test("the language is the text's own name where none is given", async () => {
  const files = Object.fromEntries(["fi", "pt-br"].map((language) => [language, join(root, `${language}.txt`)]));
  writeFileSync(files.fi!, `${finnish}\f\n${english}`);
  writeFileSync(files["pt-br"]!, "Todo ser humano tem direito à vida, à liberdade e à segurança pessoal.");
  const load = (files: Record<string, string>): Promise<corpus.Corpus> =>
    corpus.load({ files, clean: [{ name: "language", among: ["fi", "en", "pt-br"] }], heldOut: 0 });
  const { texts } = await corpus.load({ files, clean: ["language"], heldOut: 0 });
  assert.deepEqual([texts.fi!.train, texts["pt-br"]!.train.length], [[`${finnish}\f`], 1]);
  assert.deepEqual((await load(files)).texts.fi!.train, [`${finnish}\f`]);
  await assert.rejects(load({ code: files.fi! }), /^Error: language: invalid is: code \(one of af, /);
  await assert.rejects(
    load({ ko: files.fi! }),
    /^Error: language: invalid is: ko \(one of fi, en, pt-br, which may be there\)$/,
  );
  await assert.rejects(corpus.pipeline({ documents, steps: ["language"] }), /^Error: language: invalid is: none /);
  assert.throws(
    () => corpus.languageStep({ by: "eld", least: 0.5 }),
    /^Error: language: invalid least: eld does not say/,
  );
});
