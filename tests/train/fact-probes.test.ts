/** Facts and people that a model was told of: it knows them and no others, and one of random weights is at chance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../src/corpus/index.js";
import { fixed } from "../../src/mixture/index.js";
import { rng } from "../../src/rng.js";
import { fresh } from "../../src/train/pretrain.js";
import * as train from "../../src/train/index.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";
import { folder } from "./tiny.js";

folder();

type Rows = Awaited<ReturnType<typeof train.continue>>["measurements"];
const reader =
  (rows: Rows, step: number, domain: string) =>
  (metric: string): { value: number; error?: number } => {
    const found = rows.filter((row) => row.step === step && row.metric === metric && row.domain === domain);
    assert.equal(found.length, 1, `${metric} of ${domain} at ${step}`);
    return found[0]!;
  };

/** A model of random weights, and after `steps` on the documents; what probes found of both. */
async function told(documents: string[], probes: train.Probe[], steps: number): Promise<Rows> {
  const tokenizer = await trainTokenizer({ texts: documents, size: 420 });
  const config = { width: 32, layers: 2, heads: 4, kvHeads: 4, ffn: 64, context: 32 };
  const { measurements } = await train.continue(fresh({ size: "nano", tokenizer, seed: 1, config }), {
    on: { name: "told", train: documents, heldOut: documents.slice(0, 4) },
    mixture: fixed({ told: 1 }),
    schedule: train.rewarm({ peak: 1e-2, warmup: 0.05 }),
    ...{ steps, batch: 16, evaluateAt: [0, steps], evaluators: [train.probed({ of: probes })] },
  });
  return measurements;
}

test("what is told is known, in the ways and language it was told in; all else, and all before, is at chance", async () => {
  const options = { subjects: 20, relations: 1, askIn: ["en", "de"], asked: 20 } as const;
  const people = { people: 12, asked: 6 };
  const { documents } = corpus.facts({ ...options, copies: 4 }).generate({ rng: rng(5) });
  const lives = corpus.biographies(people).generate({ rng: rng(6) });
  const probes = [train.facts({ ...options, seed: 5 }), train.biographies({ ...people, seed: 6 })];
  const rows = await told([...documents, ...lives.documents], probes, 500);
  const at = (step: number, domain: string) => reader(rows, step, domain);
  const isChance = ({ value, error }: { value: number; error?: number }, chance: number, what: string): void =>
    assert.ok(Math.abs(value - chance) < 3 * error!, `${what}: ${value} ± ${error}, chance is ${chance}`);
  const [before, after, german] = [at(0, "en"), at(500, "en"), at(500, "de")];
  for (const language of ["en", "de"]) isChance(at(0, language)("facts_acc"), 0.1, `${language} before`);
  for (const metric of ["acc", "acc_mutual_info"]) isChance(german(`facts_${metric}`), 0.1, `de ${metric}`);
  for (const group of ["taught", "held-out"]) isChance(before(`biographies_acc.${group}`), 0.1, `${group} before`);
  assert.ok(after("facts_acc.seen").value > 0.95);
  assert.equal(after("facts_adherence").value, 1);
  assert.equal(after("facts_constant").value, 0.1);
  assert.ok(after("biographies_acc.taught").value > 0.95);
  assert.ok(after("biographies_greedy.taught").value > 0.5);
});

test("what asks nothing is no probe", () => {
  assert.throws(() => train.facts({ asked: 0 }), /^Error: facts: invalid asked: 0 \(one or more, to be a probe\)$/);
  assert.throws(() => train.biographies({ asked: 0 }), /invalid asked: 0/);
});
