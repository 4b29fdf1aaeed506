/** Trimmed vocabularies: the paper's toy, Python's orders, and what must survive: bytes, reachability, ids in every place. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { before, test } from "node:test";
import { extend, parse, pruneOrders, stringify, train, trim, unreachable } from "../../src/vocab/index.js";
import type { PruneOrderName, Trimmed } from "../../src/vocab/index.js";
import type { Tokenizer } from "../../src/types.js";
import { diagnostics, noPython, pieceToy, tangled, toy } from "./support.js";

function python<T>(mode: "orders" | "encode", request: object): T {
  const script = path.join(__dirname, "../golden/vocab-trim/trim.py");
  const { stdout, stderr } = spawnSync("python3", [script, mode], {
    input: JSON.stringify(request),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  assert.equal(stderr, "");
  return JSON.parse(stdout) as T;
}

const names = Object.keys(pruneOrders) as PruneOrderName[];
const byCount = names.filter((name) => name !== "script");
const es = diagnostics("es").slice(0, 600);
const ko = diagnostics("ko").slice(0, 600);
let tokenizer: Tokenizer;
before(async () => {
  tokenizer = await extend({ base: await train({ texts: es, size: 700 }), texts: ko, newTokens: 300 });
});

test("leaves first, by frequency: abcd, cd, abc, ab", async () => {
  const merges: [string, string][] = [
    ["a", "b"],
    ["c", "d"],
    ["ab", "c"],
    ["abc", "d"],
  ];
  const base = toy(merges);
  const texts = [...Array.from({ length: 5 }, () => "abc"), "cd", "cd", "ab"];
  const { removed, tokenizer: least } = await trim({ tokenizer: base, size: base.size - 4, texts });
  assert.deepEqual(
    removed.map((id) => base.tokenOf(id)),
    ["abcd", "cd", "abc", "ab"],
  );
  assert.deepEqual((least.json as { model: { merges: unknown[] } }).model.merges, []);
  const { tokenizer: some, newIds, oldIds } = await trim({ tokenizer: base, size: base.size - 2, texts });
  assert.deepEqual([...oldIds].length, base.size - 2);
  assert.equal(newIds[base.idOf("abc")!], some.idOf("abc"));
  assert.deepEqual(
    (await some.encode("abcd")).map((id) => some.tokenOf(id)),
    ["abc", "d"],
  );
});

test("every order is Python's", { skip: noPython }, async () => {
  const toys = await Promise.all([1, 2, 3].map((seed) => train({ texts: tangled(seed, 30), size: 330 })));
  const cases = [
    ...toys.map((each, i) => ({ each, texts: tangled(i + 7) })),
    { each: tokenizer, texts: [...es, ...ko] },
  ];
  for (const { each, texts } of cases) {
    const theirs = python<Record<string, number[]>>("orders", { json: stringify(each), texts });
    for (const order of byCount) {
      const most = theirs[order]!.length;
      const { removed } = await trim({ tokenizer: each, order, texts, size: each.size - most });
      assert.deepEqual(removed, theirs[order], order);
    }
  }
});

/** What holds of any trimmed tokenizer. */
async function checkTrimmed({ tokenizer: small, oldIds, newIds, removed }: Trimmed, old: Tokenizer): Promise<void> {
  assert.equal(small.size, oldIds.length);
  assert.equal(oldIds.length + removed.length, old.size);
  oldIds.forEach((before, id) => {
    assert.equal(newIds[before], id);
    assert.equal(small.tokenOf(id), old.tokenOf(before));
    assert.deepEqual(small.bytesOf(id), old.bytesOf(before));
  });
  for (const id of removed) assert.equal(newIds[id], -1);
  assert.equal(small.tokenOf(small.endOfText), old.tokenOf(old.endOfText));
  const texts = [...es.slice(0, 100), ...ko.slice(0, 100), "漢字 ñ 👩‍👩‍👧 <|endoftext|> x"];
  const encoded = await small.encodeBatch(texts);
  assert.deepEqual(
    encoded.map((ids) => small.decode(ids)),
    texts,
  );
}

test("whatever the order: dense ids, the same bytes, every text still spelled", async () => {
  for (const order of byCount) await checkTrimmed(await trim({ tokenizer, order, texts: ko, size: 500 }), tokenizer);
});

test("leaves first: nothing that is left gets lost, and text without the removed tokens is cut as before", async () => {
  assert.deepEqual(unreachable(tokenizer), []);
  const texts = [...es, ...ko];
  const old = await tokenizer.encodeBatch(texts);
  for (const order of ["leaf-frequency", "leaf-last-n"] as const) {
    const { tokenizer: small, newIds } = await trim({ tokenizer, order, texts: es, size: 600 });
    assert.deepEqual(unreachable(small), []);
    const now = await small.encodeBatch(texts);
    let same = 0;
    old.forEach((ids, i) => {
      const moved = ids.map((id) => newIds[id]!);
      if (moved.includes(-1)) return;
      assert.deepEqual(now[i], moved);
      same++;
    });
    assert.ok(same > 5 && same < texts.length, `${order}: ${same}`);
  }
  const careless = (await trim({ tokenizer, order: "frequency", texts: es, size: 600 })).tokenizer;
  assert.ok(unreachable(careless).length > 0, "the plain order by frequency leaves dead tokens");
});

test("by script: Hangul goes, decoded from its bytes; pieces of characters and what is kept stay", async () => {
  const latin = await trim({ tokenizer, order: "script", scripts: ["Latin"] });
  await checkTrimmed(latin, tokenizer);
  const text = (id: number): string => new TextDecoder().decode(tokenizer.bytesOf(id));
  assert.ok(latin.removed.length > 100);
  for (const id of latin.removed) assert.match(text(id), /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u);
  for (const id of latin.oldIds) assert.doesNotMatch(text(id), /\p{Script=Hangul}/u);
  const both = await trim({ tokenizer, order: "script", scripts: ["Latin", "Hangul"] });
  assert.deepEqual(both.removed, []);
  const [first] = latin.removed;
  const kept = await trim({ tokenizer, order: "script", scripts: ["Latin"], keep: [first!] });
  assert.deepEqual(kept.removed, latin.removed.slice(1));
  assert.deepEqual(unreachable(latin.tokenizer), []);
});

test(
  "Hugging Face reads the trimmed file, and special tokens have their new ids everywhere",
  { skip: noPython },
  async () => {
    const json = structuredClone(tokenizer.json) as Record<string, unknown> & {
      added_tokens: { id: number; content: string; special: boolean }[];
    };
    const size = tokenizer.size;
    // As Llama 3 has them, behind the vocabulary and not in it, and with a gap, which is closed on reading.
    json.added_tokens.push({ ...json.added_tokens[0]!, id: size, content: "<s>" });
    json.added_tokens.push({ ...json.added_tokens[0]!, id: size + 3, content: "</s>" });
    json["padding"] = {
      strategy: "BatchLongest",
      direction: "Right",
      pad_to_multiple_of: null,
      pad_id: size + 3,
      pad_type_id: 0,
      pad_token: "</s>",
    };
    const piece = (id: string, at: number): object => ({ id, ids: [at], tokens: [id] });
    json["post_processor"] = {
      type: "Sequence",
      processors: [
        { type: "ByteLevel", add_prefix_space: true, trim_offsets: false, use_regex: true },
        {
          type: "TemplateProcessing",
          single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
          pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
          special_tokens: { "<s>": piece("<s>", size), "</s>": piece("</s>", size + 3) },
        },
      ],
    };
    const base = parse(json, { endOfText: "</s>" });
    const { tokenizer: small, newIds } = await trim({ tokenizer: base, size: 600, texts: es });
    assert.deepEqual([small.idOf("<s>"), small.idOf("</s>")], [newIds[size], newIds[size + 1]]);
    assert.equal(small.endOfText, 599);
    const texts = [...es.slice(0, 50), ...ko.slice(0, 50), "<s>hola</s>"];
    const ours = await small.encodeBatch(texts);
    const theirs = python<{ ids: number[][]; decoded: string[] }>("encode", { json: stringify(small), texts });
    assert.deepEqual(ours, theirs.ids);
    assert.deepEqual(theirs.decoded, texts);
    const special = python<{ ids: number[][] }>("encode", { json: stringify(small), texts: ["hola"], special: true });
    assert.equal(special.ids[0]![0], small.idOf("<s>"));
    assert.equal((small.json as { padding: { pad_id: number } }).padding.pad_id, small.idOf("</s>"));
  },
);

test("SentencePiece: characters stay but for their script, and then bytes spell them", async () => {
  const base = pieceToy("▁ab한국", [
    ["▁", "a"],
    ["한", "국"],
    ["▁a", "b"],
  ]);
  const least = await trim({ tokenizer: base, order: "last-n", size: base.size - 3 });
  assert.deepEqual(
    least.removed.map((id) => base.tokenOf(id)),
    ["▁ab", "한국", "▁a"],
  );
  await assert.rejects(trim({ tokenizer: base, order: "last-n", size: base.size - 4 }), /invalid size/);
  const { tokenizer: latin, removed } = await trim({ tokenizer: base, order: "script", scripts: ["Latin"] });
  assert.deepEqual(
    removed.map((id) => base.tokenOf(id)),
    ["한국", "국", "한"],
  );
  assert.deepEqual(
    (await latin.encode("ab한")).map((id) => latin.tokenOf(id)),
    ["▁ab", "<0xED>", "<0x95>", "<0x9C>"],
  );
  assert.equal(latin.tokenOf((latin.json as { added_tokens: { id: number }[] }).added_tokens[0]!.id), "<unk>");
});

test("older post-processors name their tokens in pairs", async () => {
  const json = structuredClone(tokenizer.json) as Record<string, unknown>;
  json["post_processor"] = {
    type: "RobertaProcessing",
    sep: ["Ġde", tokenizer.idOf("Ġde")],
    cls: ["<|endoftext|>", 0],
  };
  const keep = [tokenizer.idOf("Ġde")!];
  const { tokenizer: small } = await trim({ tokenizer: parse(json), order: "frequency", texts: ko, size: 500, keep });
  const { post_processor: post } = small.json as { post_processor: object };
  assert.deepEqual(post, { type: "RobertaProcessing", sep: ["Ġde", small.idOf("Ġde")], cls: ["<|endoftext|>", 0] });
});

test("what cannot be done is refused in one line", async () => {
  const refuse = (options: object, line: RegExp): Promise<void> =>
    assert.rejects(trim({ tokenizer, ...options }), line);
  await refuse({ size: 500 }, /^Error: trim: invalid texts: undefined \(the order "leaf-frequency" needs them\)$/);
  await refuse({ texts: es }, /^RangeError: trim: invalid size: undefined/);
  await refuse({ order: "script" }, /^Error: trim: invalid scripts: undefined/);
  await refuse({ order: "longest", size: 1 }, /^Error: trim: invalid order: longest \(one of last-n, frequency/);
  await refuse({ order: "last-n", size: 256 }, /^RangeError: trim: invalid size: 256 \(from 257, .* to 1000\)$/);
  await refuse({ order: "last-n", size: NaN }, /invalid size: NaN/);
  const signal = AbortSignal.abort(new Error("no"));
  await refuse({ size: 500, texts: es, signal }, /^Error: no$/);
});
