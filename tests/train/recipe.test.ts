import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { initialisers, type Initialiser } from "../../src/embed/index.js";
import { load, roundedTo, save } from "../../src/model/index.js";
import { evidenceFiles, ingredientsOf } from "../../src/train/evidence.js";
import * as train from "../../src/train/index.js";
import { ggufBytes, tinyQuantised } from "../model/gguf-file.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const good = {
  corpus: { name: "npm", languages: ["en", "ko"] },
  model: { size: "nano" },
  mixture: { ko: 0.75, en: 0.25 },
  schedule: { name: "rewarm", peak: 1e-3 },
  steps: 10,
};

test("a good recipe is given back as it is", () => {
  assert.deepEqual(train.parseRecipe(good), good);
  const slices = { early: { of: "en", to: "1899" }, late: { of: "en", from: "1900" } };
  const dated = { ...good, corpus: { ...good.corpus, until: "1949-05", slices }, mixture: { early: 0.5, late: 0.5 } };
  assert.deepEqual(train.parseRecipe(dated), dated);
});

test("a bad recipe is one line that names the field", () => {
  const cases: [object | null, string][] = [
    [{ ...good, stepz: 1 }, "recipe: unknown field: stepz"],
    [{ ...good, extend: { on: "ko", newToken: 5 } }, "recipe: unknown field: extend.newToken"],
    [{ ...good, steps: undefined }, "recipe: missing field: steps (expected number)"],
    [{ ...good, steps: "ten" }, 'recipe: invalid steps: "ten" (expected number)'],
    [{ ...good, steps: NaN }, "recipe: invalid steps: NaN (expected number)"],
    [{ ...good, steps: 1.5 }, "recipe: invalid steps: 1.5 (expected a whole number)"],
    [
      { ...good, schedule: { name: "rewarm", peak: Infinity } },
      "recipe: invalid schedule.peak: Infinity (expected number)",
    ],
    [
      { ...good, schedule: { name: "rewarm", peak: -1 } },
      "recipe: invalid schedule.peak: -1 (expected number to be >0)",
    ],
    [{ ...good, mixture: { ko: 0.7, en: 0.2 } }, "recipe: fixed: invalid shares: ko 0.7, en 0.2 add up to"],
    [{ ...good, mixture: { fi: 1 } }, 'recipe: invalid mixture: "fi" (one of en, ko)'],
    [{ ...good, model: {} }, 'recipe: invalid model: {} (give either "folder", "size" or "run")'],
    [{ ...good, model: { size: "huge" } }, 'recipe: invalid model.size: "huge" (expected one of "nano"'],
    [{ ...good, corpus: undefined }, "recipe: invalid corpus: undefined"],
    [{ ...good, corpus: { name: "npm" } }, 'recipe: invalid corpus: {"name":"npm"} (name its "languages")'],
    [
      { ...good, corpus: { ...good.corpus, slices: { late: { of: "fi" } } } },
      'recipe: invalid corpus.slices: "fi" (one of en, ko)',
    ],
    [{ ...good, extend: { on: "fi", newTokens: 5 } }, 'recipe: invalid extend.on: "fi" (one of en, ko)'],
    [
      { ...good, extend: { on: "ko", newTokens: 5, init: "foucs" } },
      'recipe: invalid extend.init: "foucs" (one of random, mean,',
    ],
    [
      { ...good, extend: { on: "ko", newTokens: 5, init: "wechsel" } },
      'recipe: invalid extend.init: "wechsel" (it needs "extend.vectors")',
    ],
    [
      { ...good, model: { size: "nano", expandBlocks: {} } },
      'recipe: invalid model.expandBlocks: {} (give either "every" or "after")',
    ],
    [
      { ...good, model: { run: "x", expandBlocks: { every: 2 } } },
      'recipe: invalid model.expandBlocks: {"every":2} (a branch goes on',
    ],
    [{ ...good, evaluate: { at: [11] } }, "recipe: invalid evaluate.at: 11 (at most steps, 10)"],
    [
      { ...good, evaluate: { even: 1e9 } },
      "recipe: invalid evaluate.even: 1000000000 (expected number to be <=100000)",
    ],
    [{ ...good, optimiser: { clip: 0 } }, "recipe: invalid optimiser.clip: 0 (expected number to be >0)"],
    [null, "recipe: invalid recipe: null (expected object)"],
    [
      {
        ...good,
        corpus: { files: { en: { paths: "en.jsonl", form: { name: "weighted", pattern: "(", weight: 2 } } } },
      },
      "recipe: weighted: invalid pattern: (",
    ],
    // Of alternatives the message says each.
    [
      { ...good, optimiser: "lion" },
      'recipe: invalid optimiser: "lion" (expected fields, or a name, one of adamw, lion,',
    ],
    [{ ...good, mixture: { en: "half" } }, 'recipe: invalid mixture.en: "half" (expected number)'],
  ];
  for (const [recipe, line] of cases)
    assert.throws(
      () => train.parseRecipe(recipe),
      ({ message }: Error) => {
        assert.ok(message.startsWith(line) && !message.includes("\n"), `${message}\nis not\n${line}`);
        return true;
      },
    );
});

/** Two languages as files of documents, a line each. */
function files(dir: string): Record<string, string> {
  mkdirSync(dir, { recursive: true });
  for (const name of ["old", "new"] as const) {
    const { train: documents } = language(name);
    const rows = documents.map((text) => JSON.stringify({ text }));
    writeFileSync(join(dir, `${name}.jsonl`), rows.join("\n") + "\n");
  }
  return { old: "old.jsonl", new: "new.jsonl" };
}

test("from files to a base, a wider tokenizer and a continued model", async () => {
  const from = join(root, "files");
  const corpus = { files: files(from), heldOut: 0.2 };
  const shared = { corpus, steps: 4, batch: 2, context: 16, schedule: { name: "cosine", peak: 1e-3 } };
  const base = await train.runRecipe({
    recipe: train.parseRecipe({ ...shared, model: { size: "nano", vocabSize: 270 }, mixture: { old: 1 } }),
    from,
    dir: join(from, "base"),
    threads: 1,
  });
  assert.equal(base.model.tokenizer.size, 270);
  assert.deepEqual([...new Set(base.evaluations.map(({ domain }) => domain))], ["old", "new"]);
  const recipe = train.parseRecipe({
    ...shared,
    name: "wide",
    model: { folder: "base/model" },
    extend: { on: "new", newTokens: 30, init: "mean" },
    mixture: { old: 0.5, new: 0.5 },
    labels: { share: 0.5 },
  });
  const wide = await train.runRecipe({ recipe, from, dir: join(from, "wide"), threads: 1 });
  assert.equal(wide.model.tokenizer.size, 300);
  assert.equal(wide.model.weights["model.embed_tokens.weight"]!.shape[0], 300);
  assert.deepEqual(wide.record.labels, { share: 0.5 });
  // Bits per byte compare the same held-out bytes under both tokenizers; with fewer tokens the text is as long.
  const scored = (run: train.Run, domain: string) => run.evaluations.find((row) => row.domain === domain)!;
  assert.ok(
    scored(wide, "new").loss / scored(wide, "new").bitsPerByte >
      scored(base, "new").loss / scored(base, "new").bitsPerByte,
  );
});

test("a recipe's corpus may be the description of one: it is written out, and its domains are checked when it is followed", async () => {
  const about = { name: "a", summary: "b", licence: "CC0-1.0", source: "d", clean: ["lines"] };
  writeFileSync(join(root, "described.json"), JSON.stringify({ ...about, languages: { en: "en.txt", ko: "ko.txt" } }));
  const recipe = train.parseRecipe({ ...good, corpus: { dataset: "described.json" } });
  assert.deepEqual(train.writtenOut(recipe, root).corpus, {
    files: { en: join(root, "en.txt"), ko: join(root, "ko.txt") },
    clean: ["lines"],
  });
  assert.equal(train.mapPaths(recipe, (path) => `x/${path}`).corpus!.dataset, "x/described.json");
  await assert.rejects(
    train.runRecipe({ recipe: { ...recipe, mixture: { fi: 1 } }, dir: join(root, "undescribed"), from: root }),
    /^Error: recipe: invalid mixture: "fi" \(one of en, ko\)$/,
  );
  const both = { ...good, corpus: { dataset: "described.json", name: "npm", languages: ["en"] } };
  assert.throws(() => train.parseRecipe(both), /give either "name", "dataset" or "files", or "generated"/);
});

test("every initialiser can be named in a recipe, with the files that it needs and no others", () => {
  const extended = (fields: object): train.Recipe =>
    train.parseRecipe({ ...good, extend: { on: "ko", newTokens: 5, ...fields } });
  for (const [init, row] of Object.entries<Initialiser>(initialisers)) {
    const { needed, used } = ingredientsOf(row);
    const named = Object.fromEntries(needed.flatMap((one) => (one === "texts" ? [] : [[one, `${one}.file`]])));
    assert.deepEqual(extended({ init, ...named }).extend, { on: "ko", newTokens: 5, init, ...named });
    for (const file of evidenceFiles) {
      const { [file]: had, ...without } = named as Record<string, string>;
      if (had !== undefined)
        assert.throws(
          () => extended({ init, ...without }),
          new RegExp(`extend.init: "${init}" .it needs "extend.${file}"`),
        );
      if (!used.has(file))
        assert.throws(
          () => extended({ init, ...named, [file]: "x" }),
          new RegExp(`extend.${file}: "x" .${init} does not use it`),
        );
    }
  }
  assert.throws(
    () => extended({ init: "wechsel", vectors: "a", baseVectors: "b" }),
    /extend.baseVectors: "b" .it needs "extend.dictionary"/,
  );
});

test("initialisers that need a text, a dictionary or a model get it from the recipe's own folder", async () => {
  const from = join(root, "evidence");
  const corpus = { files: files(from), heldOut: 0.2 };
  save({ dir: join(from, "helper"), model: await tinyModel(2) });
  save({ dir: join(from, "base"), model: await tinyModel() });
  writeFileSync(join(from, "pairs.tsv"), "ba de\tšó\ngi lo\tťa\n");
  const asked = { focus: {}, "trans-tokenization": { dictionary: "pairs.tsv" }, clp: { helper: "helper" } };
  for (const [init, given] of Object.entries(asked)) {
    const recipe = train.parseRecipe({
      corpus,
      model: { folder: "base" },
      extend: { on: "new", newTokens: 10, init, ...given },
      mixture: { old: 0.5, new: 0.5 },
      schedule: { name: "cosine", peak: 1e-3 },
      steps: 1,
      batch: 2,
      context: 16,
      evaluate: { at: [1] },
    });
    const { record } = await train.runRecipe({ recipe, from, dir: join(from, init), threads: 1 });
    assert.equal((record.notes!.grown as { init: string }).init, init);
  }
});

test("a recipe's folder may be a GGUF file, and the record says what its weights were rounded to", async () => {
  const from = join(root, "gguf");
  const corpus = { files: files(from), heldOut: 0.2 };
  writeFileSync(join(from, "tiny.gguf"), ggufBytes(tinyQuantised()));
  const recipe = train.parseRecipe({
    corpus,
    model: { folder: "tiny.gguf" },
    mixture: { old: 0.5, new: 0.5 },
    schedule: { name: "cosine", peak: 1e-3 },
    steps: 2,
    batch: 2,
    context: 16,
    evaluate: { at: [2] },
  });
  const notices: string[] = [];
  const run = await train.runRecipe({
    recipe,
    from,
    dir: join(from, "run"),
    threads: 1,
    onProgress: ({ label, notice }) => void (notice && notices.push(label)),
  });
  assert.equal(run.record.notes!.rounded, "Q8_0 (1 tensor)");
  assert.ok(notices.some((line) => line.startsWith("the weights were rounded to Q8_0")));
  assert.equal(roundedTo(load(join(from, "run", "model"))), "Q8_0 (1 tensor)");
});

test("rows that a recipe adds are the new ones", async () => {
  const from = join(root, "rows");
  const corpus = { files: files(from), heldOut: 0.2 };
  const shared = { corpus, batch: 2, context: 16, schedule: { name: "cosine", peak: 1e-2 } };
  const model = { size: "nano", vocabSize: 270, tokenizerOn: ["old"] };
  const recipe = train.parseRecipe({
    ...shared,
    model,
    extend: { on: "new", newTokens: 30 },
    mixture: { new: 1 },
    trainable: "new-rows",
    steps: 2,
  });
  const run = await train.runRecipe({ recipe, from, dir: join(from, "run"), threads: 1 });
  assert.deepEqual((run.record.recipe as { trained: object }).trained, { embedding: [[270, 300]] });
});

test("a recipe adds blocks to a folder's model and trains them alone, unless it says what is trained", async () => {
  const from = join(root, "blocks");
  const model = await tinyModel();
  save({ dir: join(from, "base"), model });
  const recipe = (changes: object = {}): train.Recipe =>
    train.parseRecipe({
      corpus: { files: files(from), heldOut: 0.2 },
      model: { folder: "base", expandBlocks: { every: 1 } },
      mixture: { old: 0.5, new: 0.5 },
      schedule: { name: "constant", peak: 1e-2 },
      ...{ batch: 2, context: 16, evaluate: { at: [0] }, steps: 2 },
      ...changes,
    });
  const run = await train.runRecipe({ recipe: recipe(), from, dir: join(from, "run"), threads: 1 });
  assert.equal(run.model.config.layers, 2);
  assert.deepEqual(run.record.notes!.newLayers, [1]);
  assert.deepEqual((run.record.recipe as { trained: object }).trained, { layers: [1] });
  const { weights } = load(join(from, "run", "model"));
  sameWeights(Object.fromEntries(Object.keys(model.weights).map((name) => [name, weights[name]!])), model.weights);
  const plain = recipe({ model: { folder: "base" }, steps: 1 });
  const before = await train.runRecipe({ recipe: plain, from, dir: join(from, "plain"), threads: 1 });
  assert.deepEqual(run.evaluations, before.evaluations);
  const tables = recipe({ trainable: "tables", steps: 1 });
  const other = await train.runRecipe({ recipe: tables, from, dir: join(from, "tables"), threads: 1 });
  assert.deepEqual((other.record.recipe as { trained: object }).trained, { embedding: "all" });
  assert.ok(train.memoryNeeded(tables, from) > train.memoryNeeded({ ...plain, trainable: "tables" }, from));
});

test("a job says what `continue` does, and gives the same bytes elsewhere", async () => {
  const model = await tinyModel();
  const { fixed } = await import("../../src/mixture/index.js");
  const options = {
    on: { old: language("old"), new: language("new") },
    mixture: fixed({ old: 0.5, new: 0.5 }),
    schedule: train.rewarm({ peak: 1e-2 }),
    steps: 5,
    batch: 2,
    trainable: { embedding: "new", layers: [0] } satisfies train.Trainable,
    newRows: { from: 280 },
    seed: 7,
    name: "here",
    labels: { share: 0.5 },
  };
  const here = await train.continue(model, options);
  const recipe = await train.job(model, options);
  const there = await train.runRecipe({ recipe, dir: join(root, "there") });
  sameWeights(here.model.weights, there.model.weights);
  assert.deepEqual(bare(here), bare(there));
  assert.deepEqual(there.record.recipe, here.record.recipe);
  assert.deepEqual(there.record.labels, { share: 0.5 });
});

test("shards of another tokenizer are refused", async () => {
  const model = await tinyModel();
  const other = await train.pretrain({
    on: language("old"),
    size: "nano",
    vocabSize: 260,
    steps: 1,
    batch: 1,
    cache: false,
  });
  const { fixed } = await import("../../src/mixture/index.js");
  const options = {
    on: language("old"),
    mixture: fixed({ old: 1 }),
    schedule: train.constant({ peak: 1e-3 }),
    steps: 1,
  };
  const recipe = await train.job(model, options);
  const folderOfOther = join(root, "other");
  save({ dir: folderOfOther, model: other.model });
  await assert.rejects(
    train.runRecipe({ recipe: { ...recipe, model: { folder: folderOfOther } }, dir: join(root, "mismatch") }),
    /train: invalid shard of old: .* was encoded by another tokenizer/,
  );
});

test("a recipe branches from a run's checkpoint, and says in its record what it kept", async () => {
  const from = join(root, "branching");
  const corpus = { files: files(from), heldOut: 0.2 };
  const shared = { corpus, batch: 2, context: 16, checkpointEvery: 2, evaluate: { at: [] } };
  const stable = train.parseRecipe({
    ...shared,
    name: "stable",
    model: { size: "nano", vocabSize: 270 },
    mixture: { old: 0.5, new: 0.5 },
    schedule: { name: "cosine", peak: 1e-2 },
    snapshots: { at: [4] },
    steps: 8,
  });
  const whole = await train.runRecipe({ recipe: stable, from, dir: join(from, "stable"), threads: 1 });
  const kept = { ...shared, model: { run: "stable", at: 4 }, mixture: "keep", schedule: "keep", steps: 4 };
  const recipe = train.parseRecipe(kept);
  const again = await train.runRecipe({ recipe, from, dir: join(from, "again"), threads: 1 });
  sameWeights(again.model.weights, whole.model.weights);
  assert.match(String(again.record.notes!.branch), /^branch of stable at step 4: optimiser kept, /);
  const refused: [object, RegExp][] = [
    [{ ...kept, model: { size: "nano" } }, /^Error: recipe: invalid mixture: "keep" \(only a branch has one to keep/],
    [
      { ...kept, model: { size: "nano", at: 3 } },
      /^Error: recipe: invalid model: .*"at", "moments" and "data" go with "run"/,
    ],
    [{ ...kept, model: { run: "stable", folder: "x" } }, /give either "folder", "size" or "run"/],
  ];
  for (const [bad, line] of refused) assert.throws(() => train.parseRecipe(bad), line);
});
