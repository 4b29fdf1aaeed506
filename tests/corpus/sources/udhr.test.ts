/** The Declaration by tag and by page name, aligned by article. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { corpora, load } from "../../../src/corpus/index.js";

test("a tag and a page name give the same text; articles are aligned", async () => {
  const corpus = await load({ name: "udhr", languages: ["en", "eng", "ko", "zh-tw"], heldOut: 0 });
  assert.ok(corpus.aligned);
  assert.deepEqual(corpus.texts["en"]!.train, corpus.texts["eng"]!.train);
  assert.equal(corpus.texts["en"]!.train.length, 31);
  const article = (language: string): string =>
    corpus.texts[language]!.train[corpus.keys[language]!.train.indexOf("declaration/1")]!;
  assert.match(article("en"), /born free and equal/);
  assert.match(article("ko"), /자유/);
  assert.match(article("zh-tw"), /自由/);
});

test("some five hundred languages, none without text", async () => {
  const languages = corpora.udhr.languages();
  assert.ok(languages.length > 500 && new Set(languages).size === languages.length);
  for (const language of ["kor", "fin", "hin", "de", "ja", "zh"]) assert.ok(languages.includes(language), language);
  await assert.rejects(load({ name: "udhr", languages: ["klingon"] }), /^Error: load: invalid language: klingon/);
});

test("the built-in corpora keep their bytes", async () => {
  const hash = async (name: "udhr" | "npm", languages: string[]): Promise<string> => {
    const { texts } = await load({ name, languages });
    return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);
  };
  assert.deepEqual(
    [await hash("udhr", ["en", "ko", "fin"]), await hash("npm", ["en", "ko", "fi"])],
    ["553c00b0b3266bd9", "e9f05fbb1a831961"],
  );
});
