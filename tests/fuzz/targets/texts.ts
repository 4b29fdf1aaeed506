/** Readers of the user's texts and dictionaries. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { dictionary as dictionaryType, list, tableFromArrays, tableToIPC, utf8 as utf8Type } from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { chatTemplate, chatTemplates, conversation, dictionary, load, pipeline } from "../../../src/corpus/index.js";
import type { FileText } from "../../../src/corpus/index.js";
import type { Written } from "../../../src/registry.js";
import type { Files, Target } from "../types.js";
import { json, jsonLines, utf8 } from "./files.js";

const documents = ["The first one.\n\tIts second line.", "한국어 문서", 'third, with "quotes" and {braces}', ""];

/** As a mixture or a tokenizer takes it. */
const texts =
  (name: string, more: Partial<FileText> = {}) =>
  async (dir: string): Promise<unknown> =>
    (await load({ files: { en: { paths: join(dir, name), ...more } }, heldOut: 0 })).texts;

function parquet(): Uint8Array {
  const columnData = [
    { name: "text", data: documents },
    { name: "id", data: documents.map((_, i) => i), type: "INT32" as const },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function arrow(format: "file" | "stream"): Uint8Array {
  const columns = {
    text: documents,
    kind: ["a", "b", "a", "b"],
    parts: documents.map((text) => [text, "x"]),
    n: [1, 2, 3, 4],
  };
  const types = { text: utf8Type(), kind: dictionaryType(utf8Type()), parts: list(utf8Type()) };
  return tableToIPC(tableFromArrays(columns, { types, maxBatchRows: 3 }), { format })!;
}

/** dictd's numbers: base 64, the most significant digit first. */
function number64(value: number): string {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return (value >= 64 ? number64(Math.floor(value / 64)) : "") + digits[value % 64]!;
}

function dictd(): { index: Uint8Array; entries: Uint8Array } {
  const entries = [
    "dog /dɔg/ <n>\n1. Hund (animal)\n2. Rüde, Köter\n",
    "water [chem.]\n Wasser; Nass\n",
    "long ({(<n>)})\nlang\n",
  ];
  let at = 0;
  const index = entries.map((entry) => {
    const size = Buffer.byteLength(entry);
    const line = `${entry.split(/\W/, 1)[0]}\t${number64(at)}\t${number64(size)}\n`;
    at += size;
    return line;
  });
  return { index: utf8(`00databaseinfo\tA\tA\n${index.join("")}`), entries: utf8(entries.join("")) };
}

const dictdFiles = (): Files => ({ "a.index": dictd().index, "a.dict": dictd().entries });

const untagged =
  "{% for m in messages %}{{ m['role'] + ': ' + m['content'] | trim + eos_token }}{% set n = namespace(k=range(3) | length) %}{% if n.k == 2 %}{{ n.k }}{% endif %}{% endfor %}";

/** Rows of some forms. */
const markedRows: [Written, object][] = [
  [
    { name: "messages" },
    {
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Yo" },
      ],
    },
  ],
  [{ name: "sharegpt", template: "plain" }, { conversations: [{ from: "gpt", value: "Yo" }] }],
  [
    { name: "alpaca", template: "alpaca" },
    { instruction: "a", input: "b", output: "c" },
  ],
  [{ name: "preferences" }, { prompt: "a", chosen: "b", rejected: "c" }],
  [
    { name: "metadata", prefix: "{url} " },
    { url: "a", text: "b" },
  ],
  [
    { name: "conditional", by: "score", threshold: 0.5, tags: { below: "a", above: "b" } },
    { score: 1, text: "b" },
  ],
];

/** One frame with one block that is stored as it is. */
function zstandard(content: Uint8Array): Uint8Array {
  const block = 1 + 8 * content.length;
  return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, content.length, block & 255, block >> 8, 0), content]);
}

export const textTargets: readonly Target[] = [
  {
    name: "text",
    summary: "a text file",
    sources: ["src/corpus/sources/text-file.ts", "src/corpus/sources/utf8.ts"],
    seeds: () => [{ "a.txt": utf8(documents.join("\n\n")) }, { "a.txt": utf8(`\ufeff${documents.join("\f\r\n")}`) }],
    read: texts("a.txt"),
  },
  {
    name: "jsonl-text",
    summary: "JSON lines with a text and a key",
    sources: ["src/corpus/sources/json-rows.ts"],
    seeds: () => [{ "a.jsonl": jsonLines(...documents.map((text, i) => ({ text, id: i, meta: { score: 0.5 } }))) }],
    read: texts("a.jsonl", { key: "id" }),
  },
  {
    name: "json-text",
    summary: "JSON with a text in each object",
    sources: ["src/corpus/sources/json-rows.ts"],
    seeds: () => [{ "a.json": json(documents.map((text) => ({ text }))) }],
    read: texts("a.json"),
  },
  {
    name: "csv-text",
    summary: "a table of texts with quotes, names and dates",
    sources: ["src/corpus/sources/csv-rows.ts"],
    seeds: () => [
      { "a.csv": utf8('id,text,on\r\n1,"a ""b"",\r\nc",2019\r\n2,한국어,2020-05-01\r\n') },
      { "a.csv": utf8('text,id,on\n"x",a,1556668800\ny "z",b,2021\n') },
    ],
    read: texts("a.csv", { key: "id", date: "on" }),
  },
  {
    name: "skipped-rows",
    summary: "JSON lines by path and template, those left out that cannot be read",
    sources: ["src/corpus/sources/json-rows.ts", "src/corpus/sources/field-path.ts"],
    seeds: () => [{ "a.jsonl": jsonLines(...documents.map((t, i) => ({ meta: { t: [t, "b"] }, id: i }))) }],
    read: texts("a.jsonl", { template: "{id}: {meta.t}", join: "\n", bad: "skip", longest: 4096 }),
  },
  {
    name: "arrow-text",
    summary: "columns of texts in an Arrow file and in a stream",
    sources: ["src/corpus/sources/arrow-rows.ts", "src/corpus/arrow/read.ts"],
    seeds: () => [{ "a.arrow": arrow("file") }, { "a.arrow": arrow("stream") }],
    read: async (dir) => [
      await texts("a.arrow")(dir),
      await texts("a.arrow", { field: "parts", join: " ", key: "n" })(dir),
    ],
  },
  {
    name: "dataset",
    summary: "the description of a corpus",
    sources: ["src/corpus/load/dataset.ts"],
    seeds: () => [
      {
        "a.json": json({
          ...{ name: "a", summary: "b", licence: "c", source: "d", clean: ["lines", { name: "nfc" }] },
          languages: { en: { paths: "a.txt", documents: "paragraph" }, ko: "a.txt" },
        }),
        "a.txt": utf8(documents.join("\n\n")),
      },
    ],
    read: (dir) => load({ dataset: join(dir, "a.json"), heldOut: 0 }),
  },
  {
    name: "marked-rows",
    summary: "JSON lines of conversations, prompts and pages, as marked documents",
    sources: ["src/corpus/forms/registry.ts"],
    seeds: () => markedRows.map(([, row]) => ({ "a.jsonl": jsonLines(row, row) })),
    read: async (dir) => {
      const read: unknown[] = [];
      const refusals: unknown[] = [];
      for (const [form] of markedRows)
        try {
          read.push(await texts("a.jsonl", { form })(dir));
        } catch (error) {
          refusals.push(error);
        }
      if (read.length === 0) throw refusals[0];
      return read;
    },
  },
  {
    name: "chat-template",
    summary: "the chat template of a model's folder",
    sources: ["src/corpus/chat/chat-template.ts"],
    seeds: (): Files[] => [
      { "chat_template.jinja": utf8(chatTemplates.chatml.source), "tokenizer_config.json": json({ bos_token: "<s>" }) },
      { "tokenizer_config.json": json({ chat_template: untagged, eos_token: { content: "</s>" } }) },
      {
        "tokenizer_config.json": json({ chat_template: [{ name: "default", template: untagged }], eos_token: "</s>" }),
      },
    ],
    read: (dir) =>
      conversation({
        template: chatTemplate({ path: dir }),
        messages: [
          { role: "user", content: "Hi" },
          { role: "assistant", content: "Yo" },
        ],
      }),
  },
  {
    name: "prox-programs",
    summary: "programs that edit documents, by key",
    sources: ["src/corpus/prox/program.ts"],
    seeds: () => [
      {
        "programs.jsonl": jsonLines([
          { key: "a", program: 'remove_lines(line_start=0, line_end=1)\nnormalize(source_str="b", target_str="c")' },
          { key: "b", program: "remove_lines(all=True)" },
          { key: "c", program: "drop_doc()" },
        ]),
      },
    ],
    read: (dir) =>
      pipeline({
        documents: ["a", "b", "c"].map((key) => ({ key, text: "a b\n".repeat(9) })),
        steps: [{ name: "prox", programs: join(dir, "programs.jsonl") }],
      }),
  },
  {
    name: "text-gzip",
    summary: "a packed text file, which has a checksum",
    sources: ["src/corpus/sources/unpack.ts"],
    seeds: () => [{ "a.txt.gz": gzipSync(documents.join("\n\n")) }],
    read: texts("a.txt.gz"),
  },
  {
    name: "text-zstandard",
    summary: "a text file packed the other way",
    sources: ["src/corpus/sources/zstandard.ts"],
    seeds: () => [{ "a.txt.zst": zstandard(utf8(documents.join("\n\n"))) }],
    read: texts("a.txt.zst"),
  },
  {
    name: "parquet-text",
    summary: "a column of texts in Parquet",
    sources: ["src/corpus/sources/parquet.ts"],
    seeds: () => [{ "a.parquet": parquet() }],
    read: texts("a.parquet"),
  },
  {
    name: "word-pairs",
    summary: "a dictionary as pairs of words",
    sources: ["src/corpus/words/dictionary.ts"],
    seeds: () => [
      { "a.tsv": utf8("# a comment\ndog\tHund\nwater\tWasser\n") },
      { "a.tsv": utf8("dog Hund\r\n\r\nwater Wasser\r\n") },
    ],
    read: (dir) => dictionary({ path: join(dir, "a.tsv") }),
  },
  {
    name: "dictd",
    summary: "a dictd dictionary",
    sources: ["src/corpus/sources/dictd.ts"],
    seeds: () => [dictdFiles()],
    read: (dir) => dictionary({ path: join(dir, "a.index") }),
  },
  {
    name: "dictd-packed",
    summary: "a dictd dictionary, its entries packed",
    sources: ["src/corpus/sources/dictd.ts"],
    seeds: () => [{ "a.index": dictd().index, "a.dict.dz": gzipSync(dictd().entries) }],
    read: (dir) => dictionary({ path: join(dir, "a.index") }),
  },
];
