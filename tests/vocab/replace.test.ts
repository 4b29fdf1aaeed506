/** New tokens at the ids of the least used old ones: constant size, and everything else where it was. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { grow } from "../../src/embed/index.js";
import { replace, train, unreachable } from "../../src/vocab/index.js";
import type { Tokenizer } from "../../src/types.js";
import { model as modelOf } from "../embed/support.js";
import { diagnostics } from "./support.js";

const es = diagnostics("es").slice(0, 600);
const ko = diagnostics("ko").slice(0, 600);
let base: Tokenizer;
before(async () => {
  base = await train({ texts: es, size: 800 });
});

test("constant size; the ids given are all that changed, and every token can be reached", async () => {
  const { tokenizer, ids } = await replace({ base, texts: ko, tokens: 100, used: es });
  assert.equal(tokenizer.size, base.size);
  assert.ok(ids.length > 90 && ids.length <= 100);
  const changed = new Set(ids);
  for (let id = 0; id < base.size; id++)
    assert.equal(tokenizer.tokenOf(id) === base.tokenOf(id), !changed.has(id), `${id}: ${tokenizer.tokenOf(id)}`);
  assert.deepEqual(
    ids,
    [...ids].sort((a, b) => a - b),
  );
  assert.deepEqual(unreachable(tokenizer), []);
  const count = async (of: Tokenizer, texts: string[]): Promise<number> => (await of.encodeBatch(texts)).flat().length;
  const [oldKo, newKo] = [await count(base, ko), await count(tokenizer, ko)];
  assert.ok(newKo < 0.75 * oldKo, `${newKo} of ${oldKo}`);
  const [oldEs, newEs] = [await count(base, es), await count(tokenizer, es)];
  assert.ok(newEs >= oldEs && newEs < 1.2 * oldEs, `${newEs} of ${oldEs}`);
  assert.equal(tokenizer.decode((await tokenizer.encodeBatch(ko)).flat()), ko.join(""));
});

test("embed.grow writes the rows that changed hands, and no other", async () => {
  const { tokenizer, ids } = await replace({ base, texts: ko, tokens: 100, used: es });
  const old = modelOf({ tokenizer: base });
  const { weights, config } = await grow({ base: old, tokenizer, rows: ids, init: "subword-mean" });
  assert.deepEqual(config, old.config);
  const [before, after] = [old.weights, weights].map((each) => each["model.embed_tokens.weight"]!);
  const width = before!.shape[1]!;
  const row = (table: typeof before, id: number): Float32Array => table!.data.slice(id * width, (id + 1) * width);
  const changed = Array.from({ length: base.size }, (_, id) => id).filter(
    (id) => Buffer.compare(Buffer.from(row(before, id).buffer), Buffer.from(row(after, id).buffer)) !== 0,
  );
  assert.deepEqual(changed, ids);
});

test("a token that the new texts ask for again keeps its id and its row", async () => {
  const { tokenizer, ids } = await replace({ base, texts: es, tokens: 50, used: ko });
  for (let id = 0; id < base.size; id++) {
    const token = tokenizer.tokenOf(id)!;
    const before = base.idOf(token);
    if (before !== undefined) assert.equal(before, id, token);
  }
  assert.ok(ids.length < 50);
});

test("what is kept is kept, and a number that cannot be is refused", async () => {
  const free = await replace({ base, texts: ko, tokens: 20, used: es });
  const keep = free.ids.slice(0, 5);
  const { ids } = await replace({ base, texts: ko, tokens: 20, used: es, keep });
  assert.ok(keep.every((id) => !ids.includes(id)));
  await assert.rejects(replace({ base, texts: ko, tokens: 0, used: es }), /^RangeError: replace: invalid tokens: 0/);
  await assert.rejects(replace({ base, texts: ko, tokens: 700, used: es }), /^RangeError: trim: invalid size: 100/);
});
