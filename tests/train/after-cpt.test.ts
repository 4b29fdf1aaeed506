/** After continual pre-training on grown rows: a chat vector gives back what was tuned, and tokens that only the chat model has. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { checkpoint, embed, merge, model as models, vocab } from "../../src/index.js";
import { fixed } from "../../src/mixture/index.js";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import type { LanguageModel, Text } from "../../src/types.js";
import { engineOn } from "../engine/support.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const mark = "<|turn|>";
const asking = ["bade", "gilo", "muna", "rebade"].flatMap((word) => [`${word}?`, `gi ${word}?`]);
const answered = asking.map((question) => `${question}${mark}${[...question].reverse().join("")}!`);
const chats: Text = { name: "chats", train: answered.flatMap((chat) => [chat, chat]), heldOut: answered };
const fresh = language("new", 12);

test("base, tuned base, CPT on new rows, and the chat vector on it: tuned again, the new language kept", async () => {
  const engine = await engineOn("cpu");
  const base = await tinyModel();
  const tokenized = vocab.addTokens({ base: base.tokenizer, tokens: [mark], special: true });
  const init = "mean" as const;
  const before = await embed.grow({ base, tokenizer: tokenized, init, rng: rng(1) });
  const common = { schedule: train.constant({ peak: 2e-2 }), batch: 4, engine, evaluateAt: [] };
  const chat = await train.continue(before, { ...common, on: chats, mixture: fixed({ chats: 1 }), steps: 40 });
  const wide = await vocab.extend({ base: base.tokenizer, texts: fresh.train, newTokens: 12 });
  const grown = await embed.grow({ base, tokenizer: wide, init, rng: rng(1) });
  const adapted = await train.continue(grown, { ...common, on: fresh, mixture: fixed({ new: 1 }), steps: 8 });

  const folders: [string, LanguageModel][] = [
    ["chat", chat.model],
    ["before", before],
    ["adapted", adapted.model],
  ];
  for (const [name, each] of folders) models.save({ model: each, dir: join(root, name) });
  const open = (name: string): checkpoint.Folder => checkpoint.open({ dir: join(root, name) });
  const merged = async (scale: number, out: string): Promise<LanguageModel> => {
    const method = merge.chatVector({ scale });
    await checkpoint.merge({
      models: [open("chat"), open("before")],
      base: open("adapted"),
      method,
      tokens: "union",
      out: join(root, out),
    });
    return models.load(join(root, out));
  };
  const [back, still] = [await merged(1, "back"), await merged(0, "still")];
  // The adapted model's ids stay, and the mark has one after them, with the chat model's row.
  const id = back.tokenizer.idOf(mark)!;
  assert.equal(id, wide.size);
  const table = "model.embed_tokens.weight";
  const rowOf = ({ weights, config }: LanguageModel, row: number): number[] => [
    ...weights[table]!.data.subarray(row * config.width, (row + 1) * config.width),
  ];
  assert.deepEqual(rowOf(back, id), rowOf(chat.model, tokenized.idOf(mark)!));
  assert.deepEqual(rowOf(back, wide.size - 1), rowOf(adapted.model, wide.size - 1));
  const { [table]: _, ...layers } = still.weights;
  const { [table]: __, ...same } = adapted.model.weights;
  sameWeights(layers, same);

  const bits = async (of: LanguageModel): Promise<Record<string, number>> => {
    const { evaluations } = await train.evaluate(of, { on: [chats, fresh], engine, batch: 4, heldOutBytes: 1500 });
    return Object.fromEntries(evaluations.map(({ domain, bitsPerByte }) => [domain, bitsPerByte]));
  };
  const [tuned, plain, untrained] = [await bits(back), await bits(still), await bits(grown)];
  assert.ok(tuned.chats! < plain.chats! - 0.3, "what was tuned is back");
  assert.ok(tuned.new! < untrained.new! - 0.3, "and the new language is still known");
});
