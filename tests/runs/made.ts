/** Runs that nobody trained: folders as a run leaves them, in two arms and several seeds. */
import { join } from "node:path";
import { create } from "../../src/runs/index.js";

export interface MadeOptions {
  dir: string;
  arm: string;
  seed: number;
  /** Bits per byte of "ko" at the end. */
  ko: number;
}

export function makeRun({ dir, arm, seed, ko }: MadeOptions): string {
  const run = create({
    dir: join(dir, `${arm}-${seed}`),
    record: {
      name: `${arm}, "${seed}"`,
      recipe: { steps: 2, schedule: { name: "wsd", peak: 1e-3 }, domains: ["en", "ko"], hash: `${arm}${seed}` },
      seed,
      engine: { mode: "compiled", device: "cpu", reason: "made", threads: 1 },
      parameters: { total: 10, withoutEmbeddings: 6 },
      labels: { arm, long: seed > 1 },
      shares: { asked: { en: 0.25, ko: 0.75 }, realised: { en: 0.26, ko: 0.74 } },
      notes: { recipe: { steps: 2, text: { ko: "ko.txt" } } },
    },
  });
  for (const step of [1, 2]) {
    const at = { step, tokens: 64 * step };
    run.append({ ...at, loss: 1 / 3, learningRate: 1e-3, gradientNorm: 1, tokensPerSecond: 9, kl: 0.5 });
    run.append({ ...at, domain: "ko", loss: ko + 2 - step, bitsPerByte: ko + 2 - step });
    run.append({ ...at, metric: "cka", value: 0.9, domain: "en" });
  }
  run.finish();
  return run.dir;
}
