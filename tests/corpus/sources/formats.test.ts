/** Formats of texts besides plain ones: tables, Arrow, source code; and what is taken of their rows. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { dictionary, list, struct, tableFromArrays, tableToIPC, utf8, largeUtf8 } from "@uwdata/flechette";
import { rootOf } from "../../../src/corpus/arrow/flatbuffer.js";
import { type Document, type FileText, load, streamFiles } from "../../../src/corpus/index.js";
import { pythonHas } from "../../python.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-formats-"));
after(() => rmSync(root, { recursive: true }));

function put(name: string, data: string | Uint8Array): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, data);
  return path;
}

async function read(text: string | FileText, notes: string[] = []): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const document of streamFiles({ text, notes })) documents.push(document);
  return documents;
}

const textsOf = async (text: string | FileText): Promise<string[]> => (await read(text)).map(({ text }) => text);

const refused = (text: string | FileText, line: RegExp): Promise<void> =>
  assert.rejects(read(text), (error: Error) => line.test(error.message) && !error.message.includes("\n"), String(line));

test("fields are found by path, joined by a template, and lists by what stands between", async () => {
  const rows = [
    { title: "One", meta: { text: "a", n: 1 }, choices: [{ message: "x" }], "a.b": "dotted", parts: ["p", "q"] },
    { title: "Two", meta: { text: "b", n: 2 }, choices: [{ message: "y" }], "a.b": "too", parts: ["r"] },
  ];
  const paths = put("nested.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
  const of = (more: FileText): Promise<string[]> => textsOf({ paths, ...more });
  assert.deepEqual(await of({ field: "meta.text" }), ["a", "b"]);
  assert.deepEqual(await of({ field: "choices[0].message" }), ["x", "y"]);
  assert.deepEqual(await of({ field: "a.b" }), ["dotted", "too"]);
  assert.deepEqual(await of({ template: "{title}\n\n{meta.text} ({meta.n}) {" }), ["One\n\na (1) {", "Two\n\nb (2) {"]);
  assert.deepEqual(await of({ field: "parts", join: "\n" }), ["p\nq", "r"]);
  assert.deepEqual(await of({ field: "parts[1]" }), ["q"]);
  await refused(
    { paths, field: "parts" },
    /^load: invalid field "parts" in .*, line 1: a list; it must be text; join: /,
  );
  await refused(
    { paths, field: "meta.tekst" },
    /^load: missing field "meta\.tekst" in .*, line 1; it has title, meta, /,
  );
  await refused({ paths, template: "none" }, /^load: invalid template: none \(it names no field, as in \{title\}\)$/);
  await refused({ paths, template: "{title}", field: "title" }, /^load: invalid template of text: .*give either/);
  await refused({ paths, field: "__proto__.x" }, /^load: missing field/);
});

test("a document's date is read from its field, as text that sorts", async () => {
  const dates = [
    "2019",
    "2019-05",
    "2019-05-01",
    "2019-05-01T01:00:00+02:00",
    2019,
    1556668800,
    1556668800000,
    "1556668800",
    null,
  ];
  const paths = put("dated.jsonl", dates.map((at) => JSON.stringify({ text: "a", at })).join("\n"));
  const whole = "2019-05-01T00:00:00.000Z";
  const expected = [
    "2019",
    "2019-05",
    "2019-05-01",
    "2019-04-30T23:00:00.000Z",
    "2019",
    whole,
    whole,
    whole,
    undefined,
  ];
  assert.deepEqual(
    (await read({ paths, date: "at" })).map(({ date }) => date),
    expected,
  );
  const bad = put("undated.jsonl", JSON.stringify({ text: "a", at: "soon" }));
  await refused({ paths: bad, date: "at" }, /^load: invalid date "at" in .*, line 1: "soon" \(e\.g\. "2019-05-01", /);
});

test("CSV and TSV: quotes, separators and line ends in fields, a byte order mark, mixed line ends, packed or not", async () => {
  const csv = 'id,text\r\n1,"a ""quoted"", field\r\nover two\nlines"\n\n2,plain "inner\ttab\r\n3,\n';
  const texts = ['a "quoted", field\r\nover two\nlines', 'plain "inner\ttab', ""];
  const paths = put("a.csv", `\ufeff${csv}`);
  assert.deepEqual(await textsOf(paths), texts);
  assert.deepEqual(
    (await read({ paths: put("b.csv.gz", gzipSync(csv)), key: "id" })).map(({ key }) => key),
    ["1", "2", "3"],
  );
  assert.deepEqual(await textsOf(put("a.tsv", 'text\tn\nsay "hi"\t1\n"with\ttab"\t2\n')), ['say "hi"', "with\ttab"]);
  await refused(
    put("d.csv", "text,n\na,1\nb,2,3\n"),
    /^load: invalid row in .*d\.csv, row 2: 3 fields where the first line has 2$/,
  );
  for (const [mark, end] of [
    [";", "\n"],
    ["\t", "\r\n"],
    ["|", "\r"],
  ] as const) {
    const lines = [`"i,d"${mark}text${mark}${mark}`, `1${mark}a, b${mark}x${mark}`, `2${mark}"c${mark}"${mark}${mark}`];
    assert.deepEqual(await textsOf(put("s.csv", lines.join(end))), ["a, b", `c${mark}`], mark);
  }
  const said = put("said.tsv", 'n\ttext\n1\t"Hello\n2\tso it\n3\t"World" it said\n');
  await refused(said, /^load: invalid row in .*said\.tsv, row 1: .*closes in the middle.* \(quotes: "none" /);
  assert.deepEqual(await textsOf({ paths: said, quotes: "none" }), ['"Hello', "so it", '"World" it said']);
  await refused(put("e.csv", "text,text\na,1\n"), /^load: invalid columns of .*e\.csv: text twice/);
  const notes: string[] = [];
  const some = put("some.csv", 'text,n\na,1\nb\nc,2\n"d,3\ne,4\n');
  assert.equal((await read({ paths: some, bad: "skip" }, notes)).length, 2);
  assert.match(
    notes[0]!,
    /^text: 2 left out of .*some\.csv that cannot be read: .*, row 2: 1 fields .*; .*, row 4: Quote Not /,
  );
  await refused(put("f.csv", 'text\n"a\nb\n'), /^load: invalid CSV in .*f\.csv, row 1: Quote Not Closed/);
  await refused(
    put("g.csv", Buffer.from("text\nb\xe9\n", "latin1")),
    /^load: .*g\.csv is not UTF-8: byte 0xe9 at offset 6; /,
  );
});

const arrowTexts = ["\ufeffone\r\n", null, "", "다섯 \0", "x".repeat(300)] as const;

function arrow(format: "file" | "stream"): Uint8Array {
  const columns = {
    text: [...arrowTexts],
    large: arrowTexts.map((_, i) => `L${i}`),
    words: ["a", "b", "a", "한", "b"],
    parts: arrowTexts.map((_, i) => ["p", String(i)]),
    meta: arrowTexts.map((_, i) => ({ body: `m${i}` })),
    n: [1, 2, 3, 4, 5],
    at: arrowTexts.map((_, i) => new Date(Date.UTC(2020, i))),
  };
  const types = {
    text: utf8(),
    large: largeUtf8(),
    words: dictionary(utf8()),
    parts: list(utf8()),
    meta: struct({ body: utf8() }),
  };
  return tableToIPC(tableFromArrays(columns, { types, maxBatchRows: 2 }), { format })!;
}

test("Arrow, as a file and as a stream: strings, large ones, dictionaries, lists, nested columns, batch by batch", async () => {
  for (const [name, bytes] of [
    ["a.arrow", arrow("file")],
    ["a.arrows", arrow("stream")],
    ["b.arrow.gz", gzipSync(arrow("file"))],
  ] as const) {
    const paths = put(name, bytes);
    assert.deepEqual(
      await textsOf(paths),
      arrowTexts.filter((text) => text !== null),
    );
    assert.deepEqual(await textsOf({ paths, field: "large" }), ["L0", "L1", "L2", "L3", "L4"]);
    assert.deepEqual(await textsOf({ paths, field: "words" }), ["a", "b", "a", "한", "b"]);
    assert.deepEqual(await textsOf({ paths, field: "parts", join: "-" }), ["p-0", "p-1", "p-2", "p-3", "p-4"]);
    const nested = await read({ paths, field: "meta.body", key: "n", date: "at" });
    assert.deepEqual(nested.at(-1), { key: "5", text: "m4", date: "2020-05-01T00:00:00.000Z" });
  }
  const whole = arrow("file");
  await refused(
    put("cut.arrow", whole.subarray(0, 900)),
    /^load: cannot read .*cut\.arrow as Arrow \(damaged, or another format\): it ends /,
  );
  await refused(
    { paths: join(root, "a.arrow"), field: "body" },
    /^load: missing field "body" in .*a\.arrow; it has text, large, /,
  );
  const wrong = Buffer.from(arrow("stream"));
  wrong[wrong.indexOf("다섯")] = 0xff;
  const notes: string[] = [];
  assert.equal((await read({ paths: put("wrong.arrows", wrong), bad: "skip" }, notes)).length, 3);
  assert.match(
    notes.join("\n"),
    /^text: 1 left out of .*invalid row in .*wrong\.arrows, row 4: text that is not UTF-8$/m,
  );
});

const script = `
import sys, pyarrow as pa, pyarrow.parquet as pq
n = 1000
texts = [None if i % 7 == 0 else "문서 %d " % i * (i % 50) for i in range(n)]
t = pa.table({"text": pa.array(texts, pa.large_string()), "word": pa.array([str(i % 3) for i in range(n)]).dictionary_encode(),
  "parts": pa.array([["a", str(i)] for i in range(n)]), "meta": pa.array([{"t": "m%d" % i} for i in range(n)]),
  "view": pa.array(texts, pa.string_view())})
t = t.append_column("bytes", t["view"].cast(pa.string()).cast(pa.binary()))
for name, codec in [("z.arrow", "zstd"), ("l.arrow", "lz4")]:
    with pa.OSFile(sys.argv[1] + "/" + name, "wb") as f, pa.ipc.new_file(f, t.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as w:
        w.write_table(t, max_chunksize=300)
pq.write_table(t.drop_columns(["view"]), sys.argv[1] + "/p.parquet", row_group_size=300)
pq.write_table(t.select(["text"]), sys.argv[1] + "/l.parquet", compression="lz4")
`;

test("what pyarrow writes: Zstandard and LZ4 inside, text as bytes, views of strings, large strings and lists in Parquet", async (t) => {
  if (!pythonHas("pyarrow")) return t.skip("no Python with pyarrow");
  execFileSync("python3", ["-c", script, root]);
  const texts = Array.from({ length: 1000 }, (_, i) => (i % 7 === 0 ? [] : [`문서 ${i} `.repeat(i % 50)])).flat();
  for (const [paths, field] of [
    [join(root, "z.arrow"), "text"],
    [join(root, "z.arrow"), "view"],
    [join(root, "z.arrow"), "bytes"],
    [join(root, "l.arrow"), "text"],
    [join(root, "l.parquet"), "text"],
    [join(root, "p.parquet"), "text"],
  ] as const)
    assert.deepEqual(await textsOf({ paths, field }), texts);
  for (const paths of [join(root, "z.arrow"), join(root, "p.parquet")]) {
    assert.equal((await textsOf({ paths, field: "parts", join: " " })).at(-1), "a 999");
    assert.equal((await textsOf({ paths, field: "meta.t" })).at(-1), "m999");
    assert.equal((await textsOf({ paths, field: "word" })).at(-1), "0");
  }
});

test("an Arrow file as Polars writes it: its schema without mark and length, and a dictionary behind its batch", async () => {
  const words = ["one", "two", "one"];
  const columns = { text: dictionary(utf8()) };
  const file = Buffer.from(tableToIPC(tableFromArrays({ text: words }, { types: columns }), { format: "file" })!);
  const lengths = [0, 1, 2].reduce<number[]>((ends) => {
    const at = ends.at(-1) ?? 8;
    const head = file.readInt32LE(at + 4);
    return [...ends, at + 8 + head + rootOf(file.subarray(at + 8, at + 8 + head)).number(3, "int64")];
  }, []);
  const [schema, first, second] = lengths as [number, number, number];
  const parts = [
    file.subarray(0, 8),
    file.subarray(16, schema),
    file.subarray(first, second),
    file.subarray(schema, first),
  ];
  assert.deepEqual(await textsOf(put("polars.arrow", Buffer.concat([...parts, file.subarray(second)]))), words);
});

test("a folder of code: a document a file, keyed by language; what others wrote or a program made is left out", async () => {
  const line = "let a = 1;\n";
  for (const [name, text] of Object.entries({
    "src/a.ts": line,
    "src/b.py": "def f():\n\treturn 1\r\n",
    "src/c.min.js": line,
    "src/long.js": `${"x".repeat(1200)}\n${line.repeat(40)}`,
    "src/notes.txt": "prose",
    "node_modules/x/index.js": line,
    "vendor/y.c": line,
    ".hidden/z.c": line,
    "deep/er/Main.java": line,
  }))
    put(`tree/${name}`, text);
  const paths = join(root, "tree");
  symlinkSync("../src", join(paths, "src/again"));
  symlinkSync("a.ts", join(paths, "src/same.ts"));
  const notes: string[] = [];
  assert.deepEqual(await read({ paths, format: "code" }, notes), [
    { key: "Java/deep/er/Main.java", text: line },
    { key: "TypeScript/src/a.ts", text: line },
    { key: "Python/src/b.py", text: "def f():\n\treturn 1\r\n" },
  ]);
  assert.deepEqual(notes, [
    `text: node_modules/, vendor/ of ${paths} left out, as what others wrote or a build made (take: "node_modules/**" takes it)`,
    `text: ${join(paths, "src/long.js")} left out as minified: a line of over 1,000 characters, or 100 a line`,
  ]);
  const taken = await read({ paths, format: "code", take: ["src/**", "deep/**"], leave: "**/*.{py,js}" });
  assert.deepEqual(
    taken.map(({ key }) => key),
    ["Java/deep/er/Main.java", "TypeScript/src/a.ts", "other/src/notes.txt"],
  );
  assert.equal((await read({ paths, format: "code", take: "vendor/**" }))[0]!.key, "C/vendor/y.c");
  await refused({ paths, format: "code", take: "**/*.rs" }, /^load: no code in the folder /);
  await refused({ paths, format: "code", key: "id" }, /^load: invalid key for .*: a text file has no fields/);
});

test("a description of a corpus loads as a row does, with its licence, its source and its steps", async () => {
  put("mine/texts/a.jsonl", '{"body":{"t":"one\\r\\n"}}\n{"body":{"t":"two"}}\n{"body":{"t":"three"}}');
  const about = { name: "mine", summary: "a test", licence: "CC0-1.0", source: "made here, version 1" };
  const languages = { en: { paths: "texts/*.jsonl", field: "body.t" } };
  const path = put("mine/mine.json", JSON.stringify({ ...about, languages, clean: ["lines"] }));
  const { name, licence, source, texts, cleaning } = await load({ dataset: path, heldOut: 0 });
  assert.deepEqual([name, licence, source], ["mine", "CC0-1.0", `made here, version 1 (${path})`]);
  assert.deepEqual(texts.en!.train, ["one\n", "two", "three"]);
  assert.equal(cleaning.en![0]!.step, "lines");
  assert.equal((await load({ dataset: path, heldOut: 0, clean: [] })).texts.en!.train[0], "one\r\n");
  for (const [change, line] of [
    [{ licence: undefined }, /^dataset .*bad\.json: missing licence \(/],
    [{ languages: {} }, /^dataset .*bad\.json: invalid languages: \{\} \(name at least one language\)$/],
    [{ languages: { en: { paths: "a", feild: "x" } } }, /^dataset .*bad\.json: .*feild/],
    [{ clean: ["linse"] }, /^dataset .*bad\.json: invalid clean\.0: "linse" \(expected one of lines, /],
  ] as const) {
    const bad = put("mine/bad.json", JSON.stringify({ ...about, languages, ...change }));
    await assert.rejects(
      load({ dataset: bad }),
      ({ message }: Error) => line.test(message) && !message.includes("\n"),
      String(line),
    );
  }
  await assert.rejects(
    load({ dataset: path, files: {} }),
    /^Error: load: invalid options: give either name, dataset or files$/,
  );
});

test("the descriptions in datasets say what is there", async () => {
  for (const name of ["guides", "lab-code"]) {
    const { licence, texts } = await load({ dataset: join("datasets", `${name}.json`), heldOut: 0 });
    assert.equal(licence, "MIT");
    for (const { train } of Object.values(texts)) assert.ok(train.length > 5);
  }
  assert.ok(readFileSync("datasets/README.md", "utf8").includes("guides.json"));
});
