/**
 * The losses of a model on fixed held-out windows, domain by domain. Sums run on the host in double precision over losses
 * per token, so they depend neither on how windows were batched nor on the padding of the last batch.
 */
import { type EvalWindow, evalWindows } from "../../corpus/index.js";
import type { Program, State } from "../../engine/index.js";
import { bitsPerByte as bitsOf } from "../../measure/index.js";
import { made } from "../../registry.js";
import { domainFeeds } from "../step/domains.js";
import { evaluationStep } from "../step/step.js";
import type { Evaluator } from "./types.js";

/** Rows: `loss` in nats per token and `bitsPerByte`, of every domain that has a held-out part. */
export function bitsPerByte(): Evaluator {
  return made({
    name: "bits-per-byte",
    options: {},
    begin({ engine, model: { config }, leaves, shards, batch, context }) {
      const { fn, signature } = evaluationStep({ config, batch, context, leaves });
      const domains = Object.entries(shards).flatMap(([domain, { heldOut: shard }]) =>
        shard ? [{ domain, windows: evalWindows({ shard, context }) }] : [],
      );
      let program: Program | undefined;

      async function nats(state: State, domain: string, windows: EvalWindow[]): Promise<number> {
        program ??= await engine.compile(fn, signature);
        const own = domainFeeds(leaves, Array<string>(batch).fill(domain));
        let sum = 0;
        for (let at = 0; at < windows.length; at += batch) {
          const some = windows.slice(at, at + batch);
          const tokens = new Int32Array(batch * (context + 1));
          some.forEach((window, row) => tokens.set(window.tokens, row * (context + 1)));
          const { perToken } = await program.run(state, { tokens, ...own });
          some.forEach(({ targets }, row) => {
            for (let i = 0; i < targets; i++) sum += perToken![row * context + i]!;
          });
        }
        return sum;
      }

      return {
        async evaluate(state) {
          const rows = [];
          for (const { domain, windows } of domains) {
            const sum = await nats(state, domain, windows);
            const tokens = windows.reduce((total, { targets }) => total + targets, 0);
            const bytes = windows.reduce((total, window) => total + window.bytes, 0);
            // A diverged model has no loss to speak of; the loop says so, and the row keeps it.
            const bits = Number.isFinite(sum) ? bitsOf({ nats: sum, bytes }) : NaN;
            rows.push({ domain, loss: sum / tokens, bitsPerByte: bits });
          }
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
