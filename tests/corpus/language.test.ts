/** Which language a line is in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../src/corpus/index.js";

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
