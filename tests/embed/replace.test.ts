/** Another vocabulary: what is copied, what is made, and what is refused. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { grow, overlap, replace } from "../../src/embed/index.js";
import { rng } from "../../src/rng.js";
import { parse, segment, train } from "../../src/vocab/index.js";
import type { Tokenizer } from "../../src/types.js";
import { diagnostics, pieceToy, toy } from "../vocab/support.js";
import { close, embedding, head, meanRow, mixed, model, row } from "./support.js";

let base: Tokenizer;
let other: Tokenizer;
before(async () => {
  base = await train({ texts: diagnostics("fr"), size: 900, specials: ["<pad>", "<|endoftext|>", "<s>"] });
  other = await train({ texts: diagnostics("es"), size: 800, specials: ["<|endoftext|>", "<begin>"] });
});

test("replace: tokens of both keep their rows bit for bit at their new ids, in both tables; the rest is new", async () => {
  const before = model({ tokenizer: base, tied: false, rows: 950 });
  const after = await replace({ base: before, tokenizer: other, init: "subword-mean", padTo: 64 });
  assert.equal(after.config.vocabSize, 832);
  const { newIds, copied, padding } = after.report;
  assert.equal(newIds.length + copied, 800);
  assert.equal(padding, 32);
  assert.ok(copied > 400, `${copied} tokens in common`);
  const news = new Set(newIds);
  for (const name of [embedding, head]) {
    const [old, now] = [before.weights[name]!, after.weights[name]!];
    for (let id = 0; id < other.size; id++) {
      const same = base.idOf(other.tokenOf(id)!);
      if (same !== undefined) assert.deepEqual(row(now, id), row(old, same), other.tokenOf(id)!);
      else {
        assert.ok(news.has(id));
        close(row(now, id), meanRow(old, segment(base, other.bytesOf(id))));
      }
    }
    for (let id = 800; id < 832; id++) close(row(now, id), meanRow(old, [...Array(900).keys()]));
  }
});

test("replace: specials are matched by name, named pairs explicitly, the end of a document always", async () => {
  const before = model({ tokenizer: base });
  const table = before.weights[embedding]!;
  const begin = other.idOf("<begin>")!;
  const plain = await replace({ base: before, tokenizer: other, init: "mean" });
  assert.ok(plain.report.newIds.includes(begin));
  const named = await replace({ base: before, tokenizer: other, init: "mean", specials: { "<begin>": "<s>" } });
  assert.deepEqual(row(named.weights[embedding]!, begin), row(table, base.idOf("<s>")!));
  const only = await replace({ base: before, tokenizer: other, init: "mean", copy: "specials" });
  assert.equal(only.report.copied, 1);
  assert.deepEqual(row(only.weights[embedding]!, other.endOfText), row(table, base.endOfText));
  const json = JSON.stringify(other.json).replaceAll("<|endoftext|>", "<|im_end|>");
  const renamed = await replace({ base: before, tokenizer: parse(json), init: "mean" });
  assert.deepEqual(row(renamed.weights[embedding]!, other.endOfText), row(table, base.endOfText));
});

test("overlap: half a character is a token like any other, and a special is not the text that spells it", () => {
  const halves: [string, string][] = [["à", "¤"]];
  const left = toy([["a", "b"], ...halves]);
  const right = toy([...halves, ["b", "a"]]);
  const { base: from, target } = overlap({ base: left, tokenizer: right });
  const names = [...target].map((id) => right.tokenOf(id));
  assert.ok(names.includes("à¤") && !names.includes("ba"));
  from.forEach((id, n) => assert.equal(left.tokenOf(id), names[n]));
  const speaks = toy([], {}, ["<|endoftext|>x"]);
  assert.equal(overlap({ base: speaks, tokenizer: left, of: "specials" }).target.length, 1);
});

test("overlap across families: Ġa is ▁a, a byte is its <0x..>, and text is spelled by the ordinary token", async () => {
  const pieces = pieceToy("▁ab", [
    ["▁", "a"],
    ["▁a", "b"],
  ]);
  const bytes = toy([
    ["Ġ", "a"],
    ["a", "b"],
  ]);
  const twin = (from: Tokenizer, to: Tokenizer, token: string): string | undefined => {
    const shared = overlap({ base: from, tokenizer: to });
    const at = shared.target.indexOf(to.idOf(token)!);
    return at < 0 ? undefined : from.tokenOf(shared.base[at]!);
  };
  const toPieces: Record<string, string | undefined> = {
    "▁a": "Ġa",
    "▁": "Ġ",
    a: "a",
    "<0xE4>": "ä",
    "▁ab": undefined,
  };
  for (const [token, same] of Object.entries(toPieces)) assert.equal(twin(bytes, pieces, token), same, token);
  const toBytes: Record<string, string | undefined> = {
    Ġa: "▁a",
    a: "a",
    b: "b",
    z: "<0x7A>",
    ä: "<0xE4>",
    ab: undefined,
  };
  for (const [token, same] of Object.entries(toBytes)) assert.equal(twin(pieces, bytes, token), same, token);
  const { weights } = await replace({ base: model({ tokenizer: bytes }), tokenizer: pieces, init: "subword-mean" });
  const table = model({ tokenizer: bytes }).weights[embedding]!;
  const spelled = segment(bytes, new TextEncoder().encode(" ab"));
  close(row(weights[embedding]!, pieces.idOf("▁ab")!), meanRow(table, spelled));
});

test("refuses what does not fit, in one line", async () => {
  const fits = { base: model({ tokenizer: base }), tokenizer: other, init: "mean" as const };
  await assert.rejects(replace({ ...fits, init: "zero" as never }), /^Error: replace: invalid init: "zero"/);
  await assert.rejects(replace({ ...fits, init: "gaussian" }), /^Error: replace: invalid rng: undefined/);
  await assert.rejects(replace({ ...fits, padTo: NaN }), /^RangeError: replace: invalid padTo: NaN/);
  await assert.rejects(replace({ ...fits, copy: "none" as never }), /^Error: replace: invalid copy: "none"/);
  await assert.rejects(
    replace({ ...fits, specials: { "<begin>": "<nothing>" } }),
    /^Error: overlap: invalid specials: "<nothing>" \(not in the base\)$/,
  );
  const holed = model({ tokenizer: base });
  row(holed.weights[embedding]!, 17)[2] = NaN;
  await assert.rejects(
    replace({ ...fits, base: holed }),
    /^Error: replace: invalid base: model\.embed_tokens\.weight has NaN in row 17/,
  );
});

test("grow: old ids that are named get rows afresh, and may hold another token", async () => {
  const [small, swapped] = [
    toy([
      ["a", "b"],
      ["b", "c"],
    ]),
    toy([
      ["a", "b"],
      ["c", "d"],
    ]),
  ];
  const before = model({ tokenizer: small });
  const table = before.weights[embedding]!;
  await assert.rejects(
    grow({ base: before, tokenizer: swapped, init: "subword-mean" }),
    /invalid tokenizer: "bc" has id 258/,
  );
  const { weights, report } = await grow({ base: before, tokenizer: swapped, init: "subword-mean", rows: [258] });
  assert.deepEqual([...report.newIds], [258]);
  close(row(weights[embedding]!, 258), meanRow(table, [small.idOf("c")!, small.idOf("d")!]));
  assert.deepEqual(row(weights[embedding]!, 257), row(table, 257));
  await assert.rejects(
    grow({ base: before, tokenizer: swapped, init: "mean", rows: [300] }),
    /^RangeError: grow: invalid rows: 300 \(the tokenizer has no token of this id\)$/,
  );
});

test("grow: reserved tokens, rows of zeros and ids named untrained enter no statistic, and keep their rows", async () => {
  const small = toy([], {}, ["<|reserved_special_token_7|>", "zero", "rare"]);
  const wide = toy(
    [["a", "b"]].map(([a, b]) => [a!, b!]),
    {},
    ["<|reserved_special_token_7|>", "zero", "rare"],
  );
  const before = model({ tokenizer: small });
  const table = before.weights[embedding]!;
  row(table, 257).fill(1e5);
  row(table, 258).fill(0);
  row(table, 259).fill(-1e5);
  const { weights } = await grow({ base: before, tokenizer: wide, init: "mean", untrained: [259], rng: rng(1) });
  const ids = [...Array(257).keys()];
  close(
    row(weights[embedding]!, 260),
    mixed(
      table,
      ids.map((id) => [id, 1 / 257]),
    ),
  );
  for (const id of [257, 258, 259]) assert.deepEqual(row(weights[embedding]!, id), row(table, id));
});

test("an initialiser of one's own: misses go to its fallback, counted by reason", async () => {
  const [small, wide] = [
    toy([]),
    toy([
      ["a", "b"],
      ["b", "c"],
      ["c", "d"],
    ]),
  ];
  const before = model({ tokenizer: small });
  const { weights, report } = await grow({
    base: before,
    tokenizer: wide,
    init: {
      summary: "ones, where the token has an a",
      reference: "none",
      convex: false,
      initialise({ newIds, tokenizer, miss }, rows) {
        newIds.forEach((id, n) => {
          if (tokenizer.tokenOf(id)!.includes("a")) rows.fill(1, n * 12, (n + 1) * 12);
          else miss(n, "no a");
        });
      },
    },
  });
  assert.deepEqual([...row(weights[embedding]!, 257)], Array<number>(12).fill(1));
  for (const id of [258, 259])
    close(row(weights[embedding]!, id), meanRow(before.weights[embedding]!, [...Array(257).keys()]));
  assert.equal(report.init, "custom");
  assert.deepEqual(report.tables, [{ table: embedding, fallbacks: { "no a": 2 } }]);
});
