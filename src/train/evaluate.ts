/**
 * The losses of a model on fixed held-out windows, domain by domain. Sums run on the host in double precision over losses
 * per token, so they depend neither on how windows were batched nor on the padding of the last batch.
 */
import type { EvalWindow } from "../corpus/index.js";
import type { Engine, Program, State } from "../engine/index.js";
import { bitsPerByte } from "../measure/index.js";
import type { ModelConfig } from "../types.js";
import { evaluationStep } from "./step.js";

/** What one domain is scored on. */
export interface HeldOut {
  domain: string;
  windows: EvalWindow[];
}

export interface DomainLoss {
  domain: string;
  /** Nats per token. */
  loss: number;
  bitsPerByte: number;
}

export interface Evaluator {
  /** Of the weights in `state`, every domain in the order given. */
  evaluate(state: State): Promise<DomainLoss[]>;
  dispose(): Promise<void>;
}

export interface EvaluatorOptions {
  engine: Engine;
  config: ModelConfig;
  heldOut: HeldOut[];
  /** Windows at once. */
  batch: number;
  context: number;
}

export function evaluatorOf(options: EvaluatorOptions): Evaluator {
  const { engine, config, heldOut, batch, context } = options;
  const { fn, signature } = evaluationStep({ config, batch, context });
  let program: Program | undefined;

  async function nats(state: State, windows: EvalWindow[]): Promise<number> {
    program ??= await engine.compile(fn, signature);
    let sum = 0;
    for (let at = 0; at < windows.length; at += batch) {
      const some = windows.slice(at, at + batch);
      const tokens = new Int32Array(batch * (context + 1));
      some.forEach((window, row) => tokens.set(window.tokens, row * (context + 1)));
      const { perToken } = await program.run(state, { tokens });
      some.forEach(({ targets }, row) => {
        for (let i = 0; i < targets; i++) sum += perToken![row * context + i]!;
      });
    }
    return sum;
  }

  return {
    async evaluate(state) {
      const losses: DomainLoss[] = [];
      for (const { domain, windows } of heldOut) {
        const sum = await nats(state, windows);
        const tokens = windows.reduce((total, { targets }) => total + targets, 0);
        const bytes = windows.reduce((total, window) => total + window.bytes, 0);
        // A diverged model has no loss to speak of; the loop says so, and the row keeps it.
        const bits = Number.isFinite(sum) ? bitsPerByte({ nats: sum, bytes }) : NaN;
        losses.push({ domain, loss: sum / tokens, bitsPerByte: bits });
      }
      return losses;
    },
    async dispose() {
      await program?.dispose();
      program = undefined;
    },
  };
}
