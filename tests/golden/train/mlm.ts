/**
 * Makes mlm.json beside this file, what `transformers` makes of 20 updates of a BERT on hidden words (mlm.py):
 * `node -r ./tests/typescript.cjs tests/golden/train/mlm.ts`, with torch and transformers on PATH. tests/train/masked.test.ts
 * trains the same model on the same batches.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { save } from "../../../src/model/index.js";
import { rng } from "../../../src/rng.js";
import * as train from "../../../src/train/index.js";
import { fresh } from "../../../src/train/pretrain.js";
import type { LanguageModel } from "../../../src/types.js";
import { train as trainTokenizer } from "../../../src/vocab/index.js";
import type { Job } from "../../engine/step-jobs.js";

const [batch, context, steps] = [4, 24, 20];
const syllables = ["ba", "de", "gi", "lo", "mu", "na", "re"];

/** A model, and what it is fed: words hidden whole, in the shares that training draws. */
export async function mlm(): Promise<{ model: LanguageModel; job: Job }> {
  const random = rng(5);
  const word = (): string => Array.from({ length: 1 + random.int(4) }, () => syllables[random.int(7)]!).join("");
  const text = Array.from({ length: 2000 }, word).join(" ");
  const specials = ["<|endoftext|>", "<pad>", "<mask>"];
  const tokenizer = await trainTokenizer({ texts: [text], size: 290, specials });
  const config = { architecture: "bert", width: 16, layers: 2, heads: 2, kvHeads: 2, ffn: 32, context };
  const model = fresh({ size: "nano", tokenizer, seed: 2, config });
  const ids = Int32Array.from(await tokenizer.encode(text));
  const objective = train.masked({ words: true });
  const feeds = Array.from({ length: steps }, (_, step) => {
    const tokens = new Int32Array(batch * (context + 1));
    for (let row = 0; row < batch; row++)
      tokens.set(ids.subarray((step * batch + row) * 16, (step * batch + row) * 16 + context + 1), row * (context + 1));
    return objective.feeds!({ drawn: { tokens }, domains: [], context, tokenizer, rng: rng(100 + step), progress: 0 });
  });
  const rates = feeds.map((_, step) => 0.002 * Math.min(1, (step + 1) / 5));
  return { model, job: { config: model.config, weights: model.weights, batch, batches: [], rates, objective, feeds } };
}

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-mlm-"));
  try {
    const { model, job } = await mlm();
    save({ dir: join(dir, "model"), model });
    const fed = job.feeds!.map(({ tokens, at, targets, counted }, step) => {
      const labels = new Array<number>(tokens!.length).fill(-100);
      at!.forEach((place, i) => void (counted![i]! > 0 && (labels[place] = targets![i]!)));
      const rows = (flat: ArrayLike<number>): number[][] =>
        Array.from({ length: batch }, (_, row) => Array.from(flat).slice(row * context, (row + 1) * context));
      return { ids: rows(tokens!), labels: rows(labels), rate: job.rates[step] };
    });
    writeFileSync(join(dir, "feeds.json"), JSON.stringify(fed));
    const out = execFileSync("python3", [join(__dirname, "mlm.py"), join(dir, "model"), join(dir, "feeds.json")]);
    writeFileSync(join(__dirname, "mlm.json"), `${String(out)}\n`);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
if (require.main === module) void main();
