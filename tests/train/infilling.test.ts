/** The probe of infilling: what is asked is the document, and what a model of known answers scores. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import type { Answers } from "../../src/train/ask/asking.js";
import type { IdsTask } from "../../src/train/ask/types.js";
import type { Shard } from "../../src/corpus/index.js";
import { folder, language, tinyModel } from "./tiny.js";

folder();

test("a middle after both sides, after its prefix, and after another's suffix; bits per byte and the gain", async () => {
  const { tokenizer, config } = await tinyModel();
  const end = tokenizer.endOfText;
  const texts = language("new")
    .train.slice(0, 6)
    .map((text) => text.slice(0, 40));
  const ids = (await tokenizer.encodeBatch(texts)).map((own) => [...own, end]);
  const all = Int32Array.from(ids.flat());
  const starts = [0];
  for (const { length } of ids) starts.push(starts.at(-1)! + length);
  const heldOut = { starts, read: (start: number, n: number) => all.slice(start, start + n) } as unknown as Shard;
  const probe = train.infilling({ sentinels: [1, 2, 3] });
  const at = { model: { config, tokenizer }, shards: { new: { heldOut } }, context: 60, prefix: end };
  const running = await probe.begin(at as never);
  assert.deepEqual(running.notes, []);
  const { items, name } = running.tasks[0] as IdsTask;
  const middles: string[] = [];
  for (let i = 0; i < items.length; i += 3) {
    const [both, prefix, other] = items.slice(i, i + 3).map(({ context }) => context.slice(1));
    const { scored } = items[i]!;
    assert.ok(items.slice(i, i + 3).every((item) => item.context[0] === end && item.scored === scored));
    const middle = both!.indexOf(2);
    assert.deepEqual([both![0], both!.at(-1)], [1, 3]);
    assert.deepEqual(both!.slice(1, middle), prefix);
    assert.deepEqual(other!.slice(0, middle + 1), both!.slice(0, middle + 1));
    const whole = tokenizer.decode([...prefix!, ...scored, ...both!.slice(middle + 1, -1)]);
    assert.ok(texts.includes(whole), whole);
    middles.push(tokenizer.decode(scored));
  }
  assert.ok(middles.length >= 3);
  // A byte of a middle costs 1 bit with both sides, 3 with its prefix, 2 with another's suffix, on average.
  const bytes = middles.map((text) => Buffer.byteLength(text));
  const noise = rng(1);
  const answers = items.map((_, i) => ({
    logLikelihoods: [
      -[1, 3, 2][i % 3]! * Math.LN2 * bytes[Math.floor(i / 3)]! + (i % 3 === 0 ? 0 : 1e-9 * noise.normal()),
    ],
  }));
  const scores = running.scores!({ items: { [name]: answers }, scores: [], notes: [] } as unknown as Answers);
  const rounded = scores.map(({ metric, value, domain }) => [metric, domain, Math.round(value * 1e6) / 1e6]);
  assert.deepEqual(rounded, [
    ["both-sides", "new", 1],
    ["prefix-only", "new", 3],
    ["other-suffix", "new", 2],
    ["gain", "new", 2],
  ]);
  assert.throws(() => train.infilling({ documents: 1 }), /^Error: infilling: invalid documents: 1/);
  await assert.rejects(
    async () => train.infilling().begin(at as never),
    /^Error: infilling: invalid sentinels: none \(the tokenizer has not/,
  );
});
