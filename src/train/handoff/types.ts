/** What a recipe comes to for a trainer that is not ours, as JSON and in files. */
import type { TokenFilesWritten, TokenFormatName } from "../../corpus/index.js";
import type { Written } from "../../registry.js";

/** handoff.json: all that the receiving side needs to go on, and to prove that it does. */
export interface Handoff {
  to: string;
  name: string;
  palimpsest: string;
  /** Of the run that the recipe would be here: its identity, the beginning's weights, and the text of each domain. */
  source: { identity: string; model: string; text: Record<string, string> };
  seed: number;
  updates: number;
  /** Windows at once, and batches of them in an update. */
  batch: number;
  accumulate: number;
  /** Tokens predicted per window, which has one more. */
  context: number;
  /** Predicted over all updates. */
  tokens: number;
  /** What was asked for, and the share of all windows that each domain has. */
  mixture: { asked: Written; realised: Record<string, number> };
  /** Where text and schedule begin: of a branch, what it keeps. */
  begins: string;
  /** Rates are in schedule.csv, one for each update. */
  schedule: { asked: Written; highest: number; last: number };
  /** AdamW's fields; matrices alone decay. */
  optimiser: { betas: [number, number]; epsilon: number; weightDecay: number; clip: number | "none" };
  precision: "float32" | "bfloat16";
  /** Whether layers are computed again in the backward pass. */
  recompute: boolean;
  /** The folder "model" beside this file. */
  model: { kind: string; vocabSize: number; endOfText: number };
  /** Windows in order, those of one update one after another; each format in a folder of its own. */
  data: ({ format: TokenFormatName; folder: string } & TokenFilesWritten)[];
  /** Mean nats per token of the first update's windows under the model before any update. */
  firstLoss: number;
}

/** A row of the registry `trainers`. */
export interface Trainer {
  summary: string;
  reference: string;
  /** How it reads tokens. */
  tokens: TokenFormatName;
  /** Kinds of model that it takes, as config.json's model_type has them; defaults to all that transformers knows. */
  kinds?: readonly string[];
  /** What is in the way of this config.json of one of its kinds, as [field, fix]; asked before anything is written. */
  refuses?(config: Record<string, unknown>): readonly [field: string, fix: string] | undefined;
  /** What has to be installed where it runs, and what was seen to work; for the folder's README. */
  needs: string;
  seen: string;
  /** Lines that the sbatch file runs, from the folder. */
  commands: readonly string[];
  /** Files besides those that all trainers get, by name. Each reads handoff.json. */
  files(at: { handoff: Handoff; config: Record<string, unknown> }): Record<string, string>;
}
