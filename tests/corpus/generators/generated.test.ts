/** Domains that generators make: in `corpus.load`, in recipes, and as files. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { rng } from "../../../src/rng.js";
import * as train from "../../../src/train/index.js";
import { palimpsests, type Ran } from "../../cli/palimpsest.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-generated-"));
after(() => rmSync(root, { recursive: true }));

const dyck = { name: "dyck", brackets: 2, documents: 200 } as const;
const rows = (path: string): unknown[] =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

test("a generator is a domain, alone or beside files: split, or all of it to train on, with what is known of it", async () => {
  const made = await corpus.load({ generated: { brackets: { generator: dyck, seed: 3 } }, heldOut: 0.1 });
  const { documents, truth } = corpus.dyck({ brackets: 2, documents: 200 }).generate({ rng: rng(3) });
  const { train, heldOut } = made.texts.brackets!;
  assert.ok(heldOut.length > 8 && heldOut.length < 35);
  assert.deepEqual([...train, ...heldOut].sort(), documents.sort());
  assert.deepEqual(made.truth, { brackets: truth });
  assert.deepEqual([made.name, made.source, made.languages], ["generated", "dyck with seed 3", ["brackets"]]);
  writeFileSync(join(root, "a.txt"), "one\ftwo\fthree");
  const generator = corpus.facts({ subjects: 30, relations: 1, copies: 2 });
  const both = await corpus.load({
    files: { en: join(root, "a.txt") },
    generated: { facts: { generator, trainOnAll: true } },
    clean: ["nfc"],
  });
  assert.deepEqual(both.languages, ["en", "facts"]);
  assert.equal(both.texts.facts!.train.length, 60);
  assert.ok(both.texts.facts!.heldOut.every((text) => both.texts.facts!.train.includes(text)));
  assert.equal(both.texts.facts!.heldOut.length, 3);
  await assert.rejects(
    corpus.load({ files: { en: join(root, "a.txt") }, generated: { en: { generator: dyck } } }),
    /^Error: load: invalid generated: en \(it is a language; name the domain otherwise\)$/,
  );
  const none = corpus.load({ generated: { none: { generator: { ...dyck, documents: 0 } } } });
  await assert.rejects(none, /^Error: load: invalid generator of none: dyck makes no documents$/);
});

test("a recipe names generators beside files, or alone, and mixes them by their domains", () => {
  const recipe = {
    corpus: { generated: { brackets: { generator: dyck }, chain: { generator: { name: "markov" }, seed: 2 } } },
    model: { size: "nano" },
    mixture: { brackets: 0.5, chain: 0.5 },
    schedule: { name: "rewarm", peak: 1e-3 },
    steps: 10,
  };
  const read = (change: object): unknown => train.parseRecipe({ ...recipe, ...change });
  assert.ok(read({}));
  assert.ok(read({ corpus: { ...recipe.corpus, files: { en: "a.txt" } }, mixture: { en: 0.5, chain: 0.5 } }));
  assert.throws(() => read({ corpus: {} }), /give either "name", .*or "generated"/);
  assert.throws(() => read({ mixture: { en: 1 } }), /mixture.*one of brackets, chain/);
  const wrong = { generated: { brackets: { generator: { ...dyck, brackets: 1 } } } };
  assert.throws(() => read({ corpus: wrong }), /corpus\.generated\.brackets\.generator\.brackets/);
});

test("probes of what is told ask about the documents of their seed, those of puzzles what no document of it has", async () => {
  const probe = async (made: train.Probe): Promise<corpus.Question[]> => {
    const { tasks } = await made.begin({} as never);
    return [...(tasks[0]!.items as corpus.Question[])];
  };
  const of = (made: corpus.Generator): corpus.Question[] => made.generate({ rng: rng(3) }).questions;
  const seed = 3;
  const told = { entities: 20, relations: 2 };
  const pairs: [train.Probe, corpus.Generator][] = [
    [train.graph({ ...told, seed }), corpus.graph({ ...told, arm: "pairs", characters: 5000 })],
    [
      train.instructions({ ...told, seed }),
      corpus.instructions({ ...told, arm: "shuffled", together: 2, characters: 5000 }),
    ],
    [train.markov({ states: 5, seed }), corpus.markov({ states: 5, documents: 9 })],
    [train.lano({ levels: 2, seed }), corpus.lano({ levels: 2, documents: 9 })],
    [train.clone({ overlap: 0.3, seed }), corpus.clone({ overlap: 0.3, documents: 9, sentences: 2 })],
  ];
  for (const [asks, tells] of pairs) assert.deepEqual(await probe(asks), of(tells));
  const { documents } = corpus.wordProblems({ documents: 2000 }).generate({ rng: rng(3) });
  const asked = await probe(train.wordProblems({ seed }));
  assert.ok(asked.every(({ context }) => documents.every((text) => !text.startsWith(context))));
});

test("generate writes documents and questions, the same again; what it cannot mean is exit code 2", () => {
  const [out, questions] = [join(root, "dyck.jsonl"), join(root, "asked.jsonl")];
  const asked = ["--set", "brackets=2", "--set", "documents=50", "--seed", "5", "--out", out, "--questions", questions];
  const lines = [
    ["dyck", ...asked],
    ["--json"],
    ["markov"],
    ["dyck", "--set", "brackets=1"],
    ["biographies", "--set", "languages=de,fi"],
  ];
  const [wrote, list, look, wrong, lists] = palimpsests(lines.map((line) => ["corpus", "generate", ...line])) as Ran[];
  assert.equal(wrote!.status, 0, wrote!.stderr);
  const made = corpus.dyck({ brackets: 2, documents: 50 }).generate({ rng: rng(5) });
  assert.deepEqual(
    rows(out),
    made.documents.map((text) => ({ text })),
  );
  assert.deepEqual(rows(questions), made.questions);
  assert.match(
    wrote!.stdout,
    /^50 documents, .* 32 questions in .*\nentropy: .* nats a symbol .*\nfloor: .* bits a byte$/m,
  );
  const { generators } = JSON.parse(list!.stdout) as { generators: { name: string }[] };
  assert.deepEqual(
    generators.map(({ name }) => name),
    Object.keys(corpus.generators),
  );
  assert.match(look!.stdout, / → [a-h] \(not [a-h], [a-h], [a-h]\)$/m);
  assert.match(lists!.stdout, /^Frage: /m);
  assert.equal(wrong!.status, 2);
  assert.match(wrong!.stderr, /^palimpsest corpus generate: invalid --set: brackets: .*; dyck takes brackets, depth, /);
});
