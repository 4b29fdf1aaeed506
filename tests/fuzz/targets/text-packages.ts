/** Readers of what Debian and npm packages bring, and of the copies that are kept of it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { entriesOf } from "../../../src/corpus/sources/changelogs.js";
import { declaration, declarationLanguages } from "../../../src/corpus/sources/declaration.js";
import { explain } from "../../../src/corpus/sources/debian.js";
import { docComments } from "../../../src/corpus/sources/doc-comments.js";
import { readCopy as readDictionaryCopy } from "../../../src/corpus/sources/freedict.js";
import { helpPageText } from "../../../src/corpus/sources/help-page.js";
import { readCopy as readHelpCopy } from "../../../src/corpus/sources/libreoffice-help.js";
import { statementsOf } from "../../../src/corpus/sources/metamath.js";
import { plotSchema } from "../../../src/corpus/sources/plot-schema.js";
import { addressOf } from "../../../src/corpus/sources/sotu.js";
import { typescriptMessages } from "../../../src/corpus/sources/typescript-messages.js";
import { vscodeMessages } from "../../../src/corpus/sources/vscode-messages.js";
import { faultOf } from "../judge.js";
import type { Target } from "../types.js";
import { json, jsonLines, utf8 } from "./files.js";

const page = `<!DOCTYPE html><html><head><title>A page</title></head><body><div id="DisplayArea" class="a b">
<h1 id='h'>Heading &amp; more&#8230;</h1><p>One <b>bold</b> word.<br/>Next &#x41;line</p><pre> kept
  as it is</pre><div class="switch"><span id="defaultSYS">default</span><span id="MAC">other</span></div>
<table><tr><td>cell</td><td>cell 2</td></tr></table><div class="relatedtopics">left out</div><!-- a comment --></div></body></html>`;

const declared = `<!DOCTYPE html>\n<html data-code="eng" dir="ltr" lang="en"><head><title>UDHR</title></head><body>
<header><h1>Universal Declaration</h1><p>Preamble</p></header><article data-number="1"><h2>Article 1</h2><p>All human beings.</p></article>
<article data-number="2"><p>Everyone.</p></article></body></html>`;

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export const textPackageTargets: readonly Target[] = [
  {
    name: "help-page",
    summary: "a page of LibreOffice Help",
    sources: ["src/corpus/sources/html.ts", "src/corpus/sources/help-page.ts"],
    seeds: () => [{ "a.html": utf8(page) }],
    read: (dir) => helpPageText(readFileSync(join(dir, "a.html"), "utf8")),
  },
  {
    name: "declaration",
    summary: "a page of the Declaration of Human Rights",
    sources: ["src/corpus/sources/declaration.ts"],
    seeds: () => [{ "eng.html": utf8(declared) }],
    read: (dir) => [declarationLanguages(dir), declaration(dir, "eng")],
  },
  {
    name: "help-copy",
    summary: "the kept copy of LibreOffice Help",
    sources: ["src/corpus/sources/kept.ts"],
    seeds() {
      const body = jsonLines({ key: "a", text: "First page." }, { key: "b", text: "Second page." });
      const header = {
        reader: 1,
        package: "libreoffice-help-en-us",
        version: "1",
        documents: 2,
        sha256: sha256Of(body),
      };
      return [{ "en.jsonl": Buffer.concat([jsonLines(header), body]) }];
    },
    read(dir) {
      const copy = readHelpCopy(join(dir, "en.jsonl"));
      if (copy?.header.sha256 === undefined) throw new Error("copy: not taken: made anew, or of an older version");
      return copy.documents;
    },
    intact: true,
  },
  {
    name: "address",
    summary: "an address on the state of the union",
    sources: ["src/corpus/sources/sotu.ts"],
    seeds: () => [{ "1790_a.json": json({ year: 1790, name: "A", party: "none", text: "Fellow-Citizens: much." }) }],
    read: (dir) => addressOf("1790_a.json", readFileSync(join(dir, "1790_a.json"), "utf8")),
  },
  {
    name: "changelog",
    summary: "a package's changelog",
    sources: ["src/corpus/sources/changelogs.ts"],
    seeds: () => [
      { log: utf8("a (1) unstable; urgency=low\n\n  * First.\n\n -- A <a@b.c>  Mon, 02 Jan 2023 13:06:21 +0100\n") },
    ],
    read: (dir) => entriesOf(readFileSync(join(dir, "log"), "utf8")),
  },
  {
    name: "metamath",
    summary: "a Metamath database",
    sources: ["src/corpus/sources/metamath.ts"],
    seeds: () => [
      {
        "a.mm": utf8("$c |- p $. $( One. (By A, 5-Aug-1993.) $)\na $a |- p $.\n${ h $e |- p $. b $p |- p $= h $. $}\n"),
      },
    ],
    read: (dir) => statementsOf(readFileSync(join(dir, "a.mm"), "utf8")),
  },
  {
    name: "apt-output",
    summary: "what apt-get says when it cannot",
    sources: ["src/corpus/sources/debian.ts"],
    seeds: () => [
      { said: utf8("Reading package lists...\nE: Unable to locate package a\n") },
      { said: utf8("dpkg-deb: error: 'a.deb' is not a Debian format archive\n") },
    ],
    read(dir) {
      const said = explain("apt-get", readFileSync(join(dir, "said"), "utf8"), new Error("it failed"));
      if (faultOf(said)) throw said;
      return said.message;
    },
  },
  {
    name: "dictionary-copy",
    summary: "the kept copy of a dictionary",
    sources: ["src/corpus/sources/freedict.ts"],
    seeds() {
      const body = utf8("dog\tHund\nwater\tWasser\n");
      const header = utf8(`# dict-freedict-eng-deu 1, reader 1, 2 pairs, sha256 ${sha256Of(body)}\n`);
      return [{ "a.tsv": Buffer.concat([header, body]) }];
    },
    read(dir) {
      const path = join(dir, "a.tsv");
      const pairs = readDictionaryCopy(path);
      if (!pairs || !/^[^\n]*sha256/.test(readFileSync(path, "utf8")))
        throw new Error("copy: not taken: made anew, or of an older version");
      return pairs;
    },
    intact: true,
  },
  {
    name: "typescript-messages",
    summary: "the compiler's messages",
    sources: ["src/corpus/sources/typescript-messages.ts"],
    seeds: () => [
      {
        "typescript.js": utf8(
          '  a: diag(1002, 1 /* Error */, "Unterminated_1002", "Unterminated \\"string\\"."),\n  b: diag(1003, 1 /* Error */, "Expected_1003", "Identifier expected."),\n',
        ),
        "ko/diagnosticMessages.generated.json": json({ Unterminated_1002: "종결되지 않은", Expected_1003: "식별자" }),
      },
    ],
    read: (dir) => [typescriptMessages(dir, "en"), typescriptMessages(dir, "ko")],
  },
  {
    name: "vscode-messages",
    summary: "an editor's messages",
    sources: ["src/corpus/sources/vscode-messages.ts"],
    seeds: () => [
      {
        "translations/main.i18n.json.js": utf8(
          'export default ["첫 번째 메시지입니다",undefined,"두 \\"번째\\" 메시지"];',
        ),
        "translations/extensions/a.json": json({
          contents: { bundle: { "First message": "첫 메시지", "Second message": "둘째" } },
        }),
      },
    ],
    read: (dir) => vscodeMessages(dir),
  },
  {
    name: "doc-comments",
    summary: "comments of type declarations",
    sources: ["src/corpus/sources/doc-comments.ts"],
    seeds: () => [
      {
        "a.d.ts": utf8(
          "/**\n * Gives the {@link Thing|thing} of that name.\n * @since 1\n */\nexport declare const a: 1;\n/** Another comment, long enough. */\n",
        ),
      },
    ],
    read: (dir) => docComments("a", dir),
  },
  {
    name: "plot-schema",
    summary: "plotly's schema",
    sources: ["src/corpus/sources/plot-schema.ts"],
    seeds: () => [
      {
        "a.json": json({
          traces: { bar: { description: "A bar.", attributes: { x: { description: "Its x." } } } },
          list: [{ description: "One." }],
        }),
      },
    ],
    read: (dir) => plotSchema(join(dir, "a.json")),
  },
];
