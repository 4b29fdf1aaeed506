/** Which language is written: by layer after prompts, and line by line after the beginnings of texts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../src/corpus/index.js";
import { countsOf, idsByLanguage } from "../../src/measure/index.js";
import { fixed } from "../../src/mixture/index.js";
import { rng } from "../../src/rng.js";
import { fresh } from "../../src/train/pretrain.js";
import * as train from "../../src/train/index.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";
import { folder } from "./tiny.js";

folder();

const languages = ["en", "ko"] as const;
const told = (language: (typeof languages)[number]): string[] =>
  corpus.facts({ subjects: 30, relations: 3, languages: [language] }).generate({ rng: rng(1) }).documents;

test("a model of two languages goes on in that of the text, and the last layer has the mass on its ids", async () => {
  const text = { en: told("en"), ko: told("ko") };
  const tokenizer = await trainTokenizer({ texts: [...text.en, ...text.ko], size: 500 });
  const config = { width: 32, layers: 2, heads: 4, kvHeads: 4, ffn: 64, context: 64 };
  const counts = Object.fromEntries(
    await Promise.all(
      languages.map(
        async (language) => [language, countsOf((await tokenizer.encodeBatch(text[language])).flat())] as const,
      ),
    ),
  );
  const { ids, shared } = idsByLanguage({ counts });
  assert.ok(ids.en!.length > 50 && ids.ko!.length > 50 && shared.length > 10);
  const on = Object.fromEntries(
    languages.map((name) => [name, { name, train: text[name], heldOut: text[name].slice(0, 12) }]),
  );
  const { model } = await train.continue(fresh({ size: "nano", tokenizer, seed: 1, config }), {
    on,
    mixture: fixed({ en: 0.5, ko: 0.5 }),
    schedule: train.rewarm({ peak: 1e-2, warmup: 0.05 }),
    steps: 150,
    batch: 8,
  });
  const confused = async (said?: Record<string, string>): Promise<Record<string, number>> => {
    const probes = [train.languageConfusion({ documents: 6, prompt: 8, tokens: 32, ...(said && { languages: said }) })];
    const { scores } = await train.ask(model, { probes, on });
    return Object.fromEntries(scores.map(({ metric, domain, value }) => [`${metric} ${domain}`, value]));
  };
  const { "skipped en": en, "skipped ko": ko, ...right } = await confused();
  assert.ok(en! < 1 && ko! < 1);
  const names = ["lpr en", "accuracy en", "lpr ko", "accuracy ko", "wpr ko", "lcpr ko"];
  assert.deepEqual(right, Object.fromEntries(names.map((name) => [name, 1])));
  // Held against each other's language every line is an error.
  const wrong = await confused({ en: "ko", ko: "en" });
  assert.deepEqual([wrong["lpr en"], wrong["lpr ko"], wrong["accuracy ko"]], [0, 0, 0]);
  await assert.rejects(confused({ en: "fi", ko: "fi" }), /invalid text: held out in 1 languages \(two or more\)$/);

  const prompts = Object.fromEntries(
    languages.map((language) => [
      language,
      corpus
        .facts({ subjects: 30, relations: 3, askIn: [language] })
        .generate({ rng: rng(1) })
        .questions.filter(({ group }) => group === "seen")
        .map(({ context }) => `${context} `),
    ]),
  );
  const groups = { ...ids, shared };
  const rows = await train.languageByLayer(model, { prompts, ids: groups, batch: 5 });
  assert.equal(rows.length, 2 * 3 * 3);
  for (const { prompts: asked, layer, written, mass } of rows)
    if (layer === 2) assert.ok(asked === written ? mass > 0.8 : mass < 0.1, `${written} after ${asked}: ${mass}`);
  // The lens over all positions, with and without the last: what is between them is the last position's.
  const one = prompts.ko![0]!;
  const own = await train.languageByLayer(model, { prompts: { ko: [one] }, ids: groups });
  const over = async (end: string): Promise<{ mass: Record<string, number>; positions: number }[]> =>
    train.logitLens(model, { texts: [one + end], groups });
  const [without, withLast] = [await over(""), await over("은")];
  for (const { layer, written, mass } of own) {
    const sum = ({ mass, positions }: (typeof without)[number]): number => mass[written]! * positions;
    assert.equal(withLast[layer]!.positions, without[layer]!.positions + 1);
    assert.ok(Math.abs(sum(withLast[layer]!) - sum(without[layer]!) - mass) < 1e-4, `${layer} ${written}`);
  }
  await assert.rejects(
    train.languageByLayer(model, { prompts: { en: ["a".repeat(200)] }, ids }),
    /invalid prompts: 1 in en are longer than the model's context/,
  );
});
