/**
 * Do the intervals keep their promise? Rows are drawn from known constants with noise, fitted, doubted, and it is counted
 * how often the truth lies within the 95 % interval. Unit tests call `recover` with few repetitions; run by hand, this
 * file does 200 per case, prints the table, and exits with 1 where the truth is inside in fewer than 90 or more than 99 of 100
 * repetitions of a constant that is determined:
 *
 *   node -r ./tests/typescript.cjs tests/laws/recovery.ts [--only chinchilla] [--repetitions 200]
 */
import { parseArgs } from "node:util";
import { bootstrap, type BootstrapKind, fit, laws } from "../../src/laws/index.js";
import type { Law } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";
import { cases } from "./recovery-cases.js";

export interface RecoveryCase {
  /** A name in the registry or a law. */
  law: string | Law;
  /** The constants the rows are drawn from, by name. */
  truth: Record<string, number>;
  /** The settings that are run, inputs by name. */
  settings: readonly Record<string, number>[];
  /** Standard deviation of the noise on ln L. */
  sigma: number;
  /** Defaults to "log-huber". */
  objective?: string;
  /** Defaults to what `laws.bootstrap` chooses. */
  kind?: BootstrapKind;
  /** Resamples per repetition; defaults to 300. */
  resamples?: number;
}

export interface Recovered {
  name: string;
  truth: number;
  /** Part of the repetitions whose 95 % interval holds the truth. */
  covered: number;
  /** Median fitted value and median width of the interval. */
  median: number;
  width: number;
  /** Part of the repetitions in which the bootstrap called the constant not determined. */
  undetermined: number;
}

export async function recover(options: RecoveryCase & { repetitions: number; seed: number }): Promise<Recovered[]> {
  const { truth, settings, sigma, objective, kind, resamples = 300, repetitions, seed } = options;
  const law = typeof options.law === "string" ? laws[options.law]! : options.law;
  const constants = law.parameters.map(({ name }) => truth[name]!);
  const seen = law.parameters.map(() => ({
    inside: 0,
    undetermined: 0,
    values: [] as number[],
    widths: [] as number[],
  }));
  for (let i = 0; i < repetitions; i++) {
    const chance = rng(seed).fork(`${law.name} ${i}`);
    const rows = settings.map((setting) => ({
      ...setting,
      loss:
        law.predict(
          constants,
          law.inputs.map(({ name }) => setting[name]!),
        ) * Math.exp(sigma * chance.normal()),
    }));
    const found = fit({ law, rows, objective });
    const doubt = await bootstrap({ fit: found, rng: chance, resamples, kind });
    law.parameters.forEach(({ name }, k) => {
      const [low, high] = doubt.intervals[name]!;
      if (low <= constants[k]! && constants[k]! <= high) seen[k]!.inside++;
      if (doubt.undetermined.includes(name)) seen[k]!.undetermined++;
      seen[k]!.values.push(found.values[k]!);
      seen[k]!.widths.push(high - low);
    });
  }
  return law.parameters.map(({ name }, k) => ({
    name,
    truth: constants[k]!,
    covered: seen[k]!.inside / repetitions,
    median: median(seen[k]!.values),
    width: median(seen[k]!.widths),
    undetermined: seen[k]!.undetermined / repetitions,
  }));
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: "string" }, repetitions: { type: "string", default: "200" } },
  });
  const digits = (value: number): string => String(Number(value.toPrecision(4)));
  for (const [name, each] of Object.entries(cases)) {
    if (values.only !== undefined && !name.startsWith(values.only)) continue;
    for (const row of await recover({ ...each, repetitions: Number(values.repetitions), seed: 1 })) {
      if (Number(values.repetitions) >= 100 && row.undetermined < 0.5 && !(row.covered >= 0.9 && row.covered <= 0.99))
        process.exitCode = 1;
      console.log(
        [
          name.padEnd(24),
          row.name.padEnd(8),
          `truth ${digits(row.truth)}`.padEnd(18),
          `median ${digits(row.median)}`.padEnd(19),
          `width ${digits(row.width)}`.padEnd(18),
          `covered ${(100 * row.covered).toFixed(1)} %`.padEnd(17),
          `not determined ${(100 * row.undetermined).toFixed(0)} %`,
        ].join(" "),
      );
    }
  }
}

if (require.main === module) void main();
