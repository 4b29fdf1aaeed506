/**
 * Which of two answers a model takes for likelier, of held-out pairs (`corpus.preferences`): documents 2i and 2i + 1 of a text whose
 * answers are marked. Each document is read by itself, from its first token, and cut where the context ends; a pair of which an
 * answer is cut off whole counts nothing. No reference is asked: what the base says at step 0 is what to compare with.
 */
import { documentPlaces, type Shard } from "../../corpus/index.js";
import type { Program, State } from "../../engine/index.js";
import { meanOf } from "../../measure/index.js";
import { made } from "../../registry.js";
import type { Measurement } from "../../types.js";
import { domainFeeds } from "../step/domains.js";
import { evaluationStep } from "../step/step.js";
import type { Evaluator } from "./types.js";

export interface PreferredOptions {
  /** Domains of pairs; defaults to all whose held-out text has marks and an even number of documents. */
  on?: string[];
}

/** What an answer's tokens weigh, and their log-probability. */
interface Answer {
  sum: number;
  count: number;
}

/**
 * Rows: metrics `preference-accuracy`, the share of pairs whose chosen answer is likelier as a whole, `preference-accuracy-by-token`, the
 * same by the mean over an answer's tokens, and `preference-margin`, by how many nats the chosen one is; each with a standard error.
 */
export function preferred({ on }: PreferredOptions = {}): Evaluator {
  return made({
    name: "preferred",
    options: { on },
    begin({ engine, model: { config }, leaves, shards, batch, context, onProgress }) {
      if (config.encoder) throw new Error("preferred: invalid model: an encoder (it has no next tokens)");
      const { fn, signature } = evaluationStep({ config, batch, context, leaves });
      const wanted = on ?? Object.keys(shards);
      const domains = wanted.flatMap((domain) => {
        const shard = shards[domain]?.heldOut;
        const pairs = shard?.counts && (shard.starts.length - 1) % 2 === 0;
        if (on && !pairs)
          throw new Error(`preferred: invalid domain: ${domain} (its held-out text is no pairs of marked answers)`);
        return shard && pairs ? [{ domain, shard }] : [];
      });
      const none = "note: preferred measures nothing: no domain's held-out text is pairs of marked answers";
      if (domains.length === 0) onProgress?.({ label: none, done: 0, total: 0, notice: true });
      let program: Program | undefined;

      async function answersOf(state: State, domain: string, shard: Shard): Promise<Answer[]> {
        program ??= await engine.compile(fn, signature);
        const own = domainFeeds(leaves, Array<string>(batch).fill(domain));
        const answers: Answer[] = [];
        const documents = documentPlaces(shard).map(({ start, length }) => ({
          start,
          length: Math.min(context + 1, length),
        }));
        for (let at = 0; at < documents.length; at += batch) {
          const tokens = new Int32Array(batch * (context + 1)).fill(shard.endOfText);
          const some = documents.slice(at, at + batch);
          some.forEach(({ start, length }, row) => tokens.set(shard.read(start, length), row * (context + 1)));
          const { perToken } = await program.run(state, { tokens, ...own });
          some.forEach(({ start, length }, row) => {
            const weights = shard.weights(start + 1, length - 1);
            const answer = { sum: 0, count: 0 };
            weights.forEach((weight, i) => {
              answer.sum -= weight * perToken![row * context + i]!;
              answer.count += weight;
            });
            answers.push(answer);
          });
        }
        return answers;
      }

      return {
        async evaluate(state) {
          const rows = [];
          for (const { domain, shard } of domains) rows.push(...rowsOf(domain, await answersOf(state, domain, shard)));
          return rows;
        },
        async dispose() {
          await program?.dispose();
          program = undefined;
        },
      };
    },
  });
}

function rowsOf(domain: string, answers: readonly Answer[]): Omit<Measurement, "step" | "tokens">[] {
  const pairs = Array.from({ length: answers.length / 2 }, (_, i) => [answers[2 * i]!, answers[2 * i + 1]!] as const);
  const whole = pairs.filter(([chosen, rejected]) => chosen.count > 0 && rejected.count > 0);
  if (whole.length === 0) return [];
  const mean = ({ sum, count }: Answer): number => sum / count;
  const of = (metric: string, values: number[]): Omit<Measurement, "step" | "tokens"> => {
    const { value, error } = meanOf(values);
    return { metric, domain, value, ...(values.length > 1 && { error }) };
  };
  return [
    of(
      "preference-accuracy",
      whole.map(([chosen, rejected]) => (chosen.sum > rejected.sum ? 1 : 0)),
    ),
    of(
      "preference-accuracy-by-token",
      whole.map(([chosen, rejected]) => (mean(chosen) > mean(rejected) ? 1 : 0)),
    ),
    of(
      "preference-margin",
      whole.map(([chosen, rejected]) => chosen.sum - rejected.sum),
    ),
  ];
}
