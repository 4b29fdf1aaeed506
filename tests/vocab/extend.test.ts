import assert from "node:assert/strict";
import { test } from "node:test";
import { rng } from "../../src/rng.js";
import { extend, parse, stringify, train, unreachable } from "../../src/vocab/index.js";
import type { Tokenizer } from "../../src/types.js";
import { lackingBytes, diagnostics, mergesOf, tangled, toy } from "./support.js";

const times = (word: string, n: number): string[] => Array.from({ length: n }, () => word);

test("the toy of the sheet: tokens grow from the old segmentation, in order of count", async () => {
  const base = toy([
    ["a", "b"],
    ["c", "d"],
  ]);
  const texts = [...times("abc", 5), ...times("abcd", 3), ...times("bc", 2)];
  const wide = await extend({ base, texts, newTokens: 3 });
  assert.deepEqual(mergesOf(wide), ["a b", "c d", "ab c", "ab cd", "b c"]);
  for (const [i, word] of ["abc", "abcd", "bc"].entries()) assert.deepEqual(await wide.encode(word), [base.size + i]);
});

test("appended without regard to the old segmentation, tokens are dead: the naive toy", () => {
  const naive = toy([
    ["a", "b"],
    ["c", "d"],
    ["b", "c"],
    ["a", "bc"],
    ["abc", "d"],
  ]);
  assert.deepEqual(
    unreachable(naive).map((id) => naive.tokenOf(id)),
    ["abc", "abcd"],
  );
});

/** Continued BPE as it is defined: segment everything, count, merge the best pair, begin again. */
function naively(
  words: Map<string, number>,
  base: [string, string][],
  known: Set<string>,
  newTokens: number,
): string[] {
  const ranks = base.map((merge) => merge.join(" "));
  const split = (word: string): string[] => {
    const parts = [...word];
    for (;;) {
      const found = parts.slice(1).map((part, i) => ranks.lastIndexOf(`${parts[i]} ${part}`));
      const usable = found.filter((rank) => rank >= 0);
      if (usable.length === 0) return parts;
      const at = found.indexOf(Math.min(...usable));
      parts.splice(at, 2, parts[at]! + parts[at + 1]!);
    }
  };
  const tokens = new Set(known);
  while (tokens.size < known.size + newTokens) {
    const counts = new Map<string, number>();
    for (const [word, count] of words) {
      const parts = split(word);
      for (let i = 1; i < parts.length; i++) {
        const pair = `${parts[i - 1]} ${parts[i]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + count);
      }
    }
    const [best] = [...counts].sort(([p, m], [q, n]) => {
      const [a, b] = p.split(" ") as [string, string];
      const [c, d] = q.split(" ") as [string, string];
      return n - m || (a < c ? -1 : a > c ? 1 : b < d ? -1 : b > d ? 1 : 0);
    });
    if (!best) break;
    ranks.push(best[0]);
    tokens.add(best[0].replace(" ", ""));
  }
  return ranks;
}

test("equals the definition, also where old tokens are out of their own merges' reach", async () => {
  let respelled = 0;
  for (const seed of [...Array(300).keys(), 4432]) {
    const random = rng(seed);
    const parts = ["a", "b", "c"];
    const merges: [string, string][] = [];
    for (let i = random.int(12); i > 0; i--) {
      const merge: [string, string] = [parts[random.int(parts.length)]!, parts[random.int(parts.length)]!];
      if (merges.some(([left, right]) => left === merge[0] && right === merge[1])) continue;
      merges.push(merge);
      if (!parts.includes(merge.join(""))) parts.push(merge.join(""));
    }
    const base = toy(merges);
    const words = new Map<string, number>();
    for (let i = 2 + random.int(10); i > 0; i--) {
      const word = Array.from({ length: 1 + random.int(10) }, () => "abc"[random.int(3)]).join("");
      words.set(word, 1 + random.int(4));
    }
    const texts = [...words].flatMap(([word, count]) => times(word, count));
    const expected = naively(words, merges, new Set(parts), 6);
    const newTokens = new Set(expected.map((merge) => merge.replace(" ", ""))).size - parts.length + 3;
    if (newTokens === 0) continue;
    const wide = await extend({ base, texts, newTokens });
    assert.deepEqual(mergesOf(wide), expected, `seed ${seed}`);
    assert.deepEqual(unreachable(wide, base.size), []);
    if (expected.slice(merges.length).some((merge) => parts.includes(merge.replace(" ", "")))) respelled++;
  }
  assert.ok(respelled > 0, "no case in which a new merge spells an old token");
});

test("old ids, old merges and the text of the old language stay; every new token is reachable", async () => {
  const base = await train({ texts: diagnostics("fr"), size: 1500 });
  const wide = await extend({ base, texts: diagnostics("ko"), newTokens: 1000 });
  assert.equal(wide.size, base.size + 1000);
  assert.equal(wide.endOfText, base.endOfText);
  for (let id = 0; id < base.size; id++) assert.equal(wide.tokenOf(id), base.tokenOf(id));
  assert.deepEqual(mergesOf(wide).slice(0, mergesOf(base).length), mergesOf(base));
  assert.deepEqual(unreachable(wide), []);
  for (const text of diagnostics("fr").slice(0, 50)) {
    const ids = await wide.encode(text);
    assert.equal(wide.decode(ids), text);
    // New merges only join what the old segmentation left apart.
    assert.deepEqual(
      ids.flatMap((id) => (id < base.size ? [id] : respell(base, wide, id))),
      await base.encode(text),
    );
  }
  assert.deepEqual(parse(stringify(wide)).json, wide.json);
});

function respell(base: Tokenizer, wide: Tokenizer, id: number): number[] {
  const merge = mergesOf(wide).find((pair) => pair.replace(" ", "") === wide.tokenOf(id))!;
  return merge.split(" ").flatMap((part) => {
    const partId = wide.idOf(part)!;
    return partId < base.size ? [partId] : respell(base, wide, partId);
  });
}

test("keeps the file's way of writing merges", async () => {
  const json = structuredClone(toy([["a", "b"]]).json) as { model: { merges: unknown[] } };
  json.model.merges = ["a b"];
  const wide = await extend({ base: parse(json), texts: ["abab"], newTokens: 1 });
  assert.deepEqual((wide.json as typeof json).model.merges, ["a b", "ab ab"]);
  const pairs = await extend({ base: toy([["a", "b"]]), texts: ["abab"], newTokens: 1 });
  assert.deepEqual((pairs.json as typeof json).model.merges, [
    ["a", "b"],
    ["ab", "ab"],
  ]);
});

test("a base that ignores merges for whole words is continued from what it really gives", async () => {
  const merges: [string, string][] = [
    ["a", "b"],
    ["c", "d"],
  ];
  const texts = [...times("abcd", 9), ...times("abce", 2)];
  const plain = await extend({ base: toy(merges, {}, ["abcd"]), texts, newTokens: 1 });
  assert.deepEqual(mergesOf(plain).slice(2), ["ab cd", "ab c"], "the dead token is respelled first");
  const whole = await extend({ base: toy(merges, { ignore_merges: true }, ["abcd"]), texts, newTokens: 1 });
  assert.deepEqual(mergesOf(whole).slice(2), ["ab c"], "the whole word is one token already");
});

test("words that the base cannot spell are left out, and said where the texts yield too little", async () => {
  const base = lackingBytes(toy([]), [4]);
  await assert.rejects(
    extend({ base, texts: times("ab \u0004\u0004 ab", 3), newTokens: 5 }),
    /^RangeError: extend: invalid newTokens: 5 \(the texts yield 2, without 3 words that have a byte for which the base has no token; /,
  );
});

test("never makes a merge that spells an added token", async () => {
  const base = parse(
    ((json) => {
      json.added_tokens.push({ ...json.added_tokens[0]!, id: 257, content: "abc" });
      return json;
    })(structuredClone(toy([]).json) as { added_tokens: { id: number; content: string }[] }),
  );
  const wide = await extend({ base, texts: times("abcd", 4), newTokens: 2 });
  assert.deepEqual(mergesOf(wide), ["a b", "c d"]);
  assert.deepEqual(await wide.encode("abcd"), [257, wide.idOf("d")]);
});

test("extending twice equals the definition as well, and asks for what the texts have", async () => {
  const base = await train({ texts: tangled(1), size: 262 });
  const once = await extend({ base, texts: tangled(2), newTokens: 3 });
  const twice = await extend({ base: once, texts: tangled(3), newTokens: 2 });
  assert.deepEqual(unreachable(twice), []);
  await assert.rejects(
    extend({ base, texts: ["ab"], newTokens: 5 }),
    /^RangeError: extend: invalid newTokens: 5 \(the texts yield \d; /,
  );
  await assert.rejects(extend({ base, texts: [], newTokens: 0 }), /^RangeError: extend: invalid newTokens: 0/);
  await assert.rejects(extend({ base, texts: [], newTokens: NaN }), /^RangeError: extend: invalid newTokens: NaN/);
});
