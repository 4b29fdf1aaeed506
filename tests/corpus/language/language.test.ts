/** Which language a line is in. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { type LanguageGuess, lid176 } from "../../../src/corpus/language/lid176.js";
import { pythonHas } from "../../python.js";

test("the language of a line, among those that may be there and in their words", async () => {
  const languageOf = await corpus.languageIdentifier({ among: ["en", "ko", "fi", "de", "pt-br", "nb"] });
  const lines = {
    en: "Everyone has the right to life, liberty and security of person.",
    ko: "모든 사람은 생명과 신체의 자유와 안전에 대한 권리를 가진다.",
    fi: "Kullakin yksilöllä on oikeus elämään, vapauteen ja henkilökohtaiseen turvallisuuteen.",
    de: "Jeder hat das Recht auf Leben, Freiheit und Sicherheit der Person.",
    "pt-br": "Todo ser humano tem direito à vida, à liberdade e à segurança pessoal.",
    nb: "Enhver har rett til liv, frihet og personlig sikkerhet.",
  };
  for (const [language, line] of Object.entries(lines)) assert.equal(languageOf(line), language);
  assert.equal(languageOf("12345 !?"), "");
  const any = await corpus.languageIdentifier();
  assert.deepEqual([any(lines.fi), any(lines["pt-br"])], ["fi", "pt"]);
  await assert.rejects(corpus.languageIdentifier({ among: ["en", "dz"] }), /invalid among: dz \(one of am, ar, /);
  await assert.rejects(corpus.languageIdentifier({ among: ["zh-cn", "zh-tw"] }), /zh-tw \(it is not told from zh-cn\)/);
});

test("fastText knows 176, both kinds of Norwegian among them", async () => {
  const any = await corpus.languageIdentifier({ by: "fasttext" });
  assert.equal(any("Rydyn ni'n byw yng Nghymru ac yn siarad Cymraeg bob dydd."), "cy");
  assert.equal(any("Setiap orang berhak atas kehidupan, kebebasan\ndan keselamatan sebagai individu."), "id");
  assert.equal(any("12345 !?"), "");
  const some = await corpus.languageIdentifier({ by: "fasttext", among: ["nb", "nn", "pt-br"] });
  assert.equal(some("Alle har rett til liv, fridom og personleg tryggleik."), "nn");
  assert.equal(some("Enhver har rett til liv, frihet og personlig sikkerhet."), "nb");
  assert.equal(some("O rato roeu a roupa do rei de Roma"), "pt-br");
  await assert.rejects(
    corpus.languageIdentifier({ by: "fasttext", among: ["en", "zz"] }),
    /invalid among: zz \(one of af, /,
  );
});

test("fastText says what Python's fastText says with the same model", async (t) => {
  if (!pythonHas("fasttext")) return t.skip("no Python with fasttext");
  const { guesses } = await lid176();
  const { texts } = await corpus.load({ name: "udhr", languages: ["fi", "ko", "id", "cy", "yo", "am"], heldOut: 0 });
  const lines = Object.values(texts).flatMap(({ train }) => train.flatMap((text) => text.split("\n").slice(0, 20)));
  const model = join(
    dirname(require.resolve("fasttext.wasm.js")),
    "../models/language-identification/assets/lid.176.ftz",
  );
  const ran = spawnSync("python3", ["tests/golden/lid176.py", model], {
    input: JSON.stringify(lines),
    encoding: "utf8",
  });
  assert.equal(ran.status, 0, ran.stderr);
  const theirs = JSON.parse(ran.stdout) as [string, number][];
  assert.ok(lines.length > 100);
  for (const [i, line] of lines.entries()) {
    const [{ language, probability }] = guesses(line, 1) as [LanguageGuess];
    assert.equal(`__label__${language}`, theirs[i]![0]);
    assert.ok(Math.abs(probability - theirs[i]![1]) < 1e-6, line);
  }
});

/** Languages of the declaration whose tag is what both identifiers call them, or nearly. */
const pages: Record<string, string> = {
  no: "nb",
  de: "de-1996",
  el: "el-monoton",
  pt: "pt-pt",
  az: "az-latn",
  sr: "sr-cyrl",
};

test("eld is within a point of fastText's lid.176, or above it, on lines of the languages that both know", async () => {
  const { languages: known, guesses } = await lid176();
  assert.equal(known.length, 176);
  const { eld } = await import("eld/small");
  const both = Object.values(eld.info().Languages).filter((language) => known.includes(language));
  const there = new Set(corpus.corpora.udhr.languages());
  const of = both.filter((language) => there.has(pages[language] ?? language));
  const { texts } = await corpus.load({ name: "udhr", languages: of.map((language) => pages[language] ?? language) });
  const lines = of.flatMap((language) => {
    const { train, heldOut } = texts[pages[language] ?? language]!;
    const all = [...train, ...heldOut].flatMap((text) => text.split("\n")).filter((line) => line.length >= 20);
    return all.slice(0, 30).map((line) => ({ language, line }));
  });
  assert.ok(of.length >= 45 && lines.length >= 1300, `${of.length} languages, ${lines.length} lines`);
  const ours = await corpus.languageIdentifier();
  for (const length of [30, 60, 200]) {
    const right = (identify: (line: string) => string | undefined): number =>
      lines.filter(({ language, line }) => identify(Array.from(line).slice(0, length).join("")) === language).length;
    const [own, theirs] = [right(ours), right((line) => guesses(line, 1)[0]?.language)];
    assert.ok(own >= theirs - lines.length / 100, `${length}: ${own} and ${theirs} of ${lines.length}`);
  }
});
