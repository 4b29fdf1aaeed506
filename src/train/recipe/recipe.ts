/**
 * A recipe: one training run as JSON, complete enough to repeat it. This file is its documentation; `parse.ts` checks that a
 * file is one, `follow.ts` carries it out.
 */
import type { architectures } from "../../architecture/index.js";
import type { FileText, buffers, corpora, generators, orders, PairsOf, renderings, steps } from "../../corpus/index.js";
import type { initialisers } from "../../embed/index.js";
import type { Precision } from "../../engine/index.js";
import type { mixtures } from "../../mixture/index.js";
import type { NameIn, WrittenIn } from "../../registry.js";
import type { Memory, sizes } from "../../model/index.js";
import type { LogName } from "../../runs/index.js";
import type { evaluators } from "../evaluators/registry.js";
import type { EvidenceFiles } from "../evidence.js";
import type { schedules } from "../schedules/registry.js";
import type { ActiveForgettingOptions } from "../step/parts/active-forgetting.js";
import type { objectives } from "../step/objectives/registry.js";
import type { AdamWOptions } from "../step/optimisers/adamw.js";
import type { optimisers } from "../step/optimisers/registry.js";
import type { parameters } from "../step/parameters/registry.js";
import type { parts } from "../step/parts/registry.js";
import type { NewRows, Trainable } from "../step/parameters/trainables.js";

export interface Recipe {
  /** What tables and legends call the run. */
  name?: string;
  /** Of the first weights and of the order of the text. Defaults to 1. */
  seed?: number;
  /** Text by language or by file; either this or `shards`. */
  corpus?: CorpusRecipe;
  /** Text already encoded, by domain: what a notebook hands to other processes. */
  shards?: Record<string, ShardRecipe>;
  /** Where the weights come from. */
  model: ModelRecipe;
  /** New tokens for a language, added to the tokenizer and to the embedding table before training. */
  extend?: ExtendRecipe;
  /** Token shares by domain, e.g. `{ "ko": 0.75, "en": 0.25 }`, which add up to 1; a row of `mixture.mixtures`; "keep" in a branch. */
  mixture: MixtureRecipe | "keep";
  /** A row of `train.schedules`, e.g. `{ "name": "rewarm", "peak": 0.001 }`; "keep" in a branch. */
  schedule: WrittenIn<typeof schedules> | "keep";
  /** Fields of AdamW that differ from its defaults, or a row of `train.optimisers`. */
  optimiser?: OptimiserRecipe;
  /** A row of `train.objectives`. Defaults to `{ "name": "causal" }`. */
  objective?: WrittenIn<typeof objectives>;
  /**
   * A row of `train.parameters`, e.g. `{ "name": "lora", "rank": 8 }`, instead of `trainable`. Low-rank ones train the rows that
   * `newRows` or `extend` name besides; `"newRows": false` in them leaves those frozen.
   */
  parameters?: WrittenIn<typeof parameters>;
  /** Rows of `train.parts`, in the order in which they act. Defaults to none. */
  parts?: WrittenIn<typeof parts>[];
  /** A row of `corpus.orders` for all domains, or one by domain. Defaults to `{ "name": "shuffled" }`. */
  order?: WrittenIn<typeof orders> | Record<string, WrittenIn<typeof orders>>;
  /** A row of `corpus.buffers`, e.g. `{ "name": "class-balanced", "size": 1000, "share": 0.25 }`: replays what was read. Defaults to none. */
  buffer?: WrittenIn<typeof buffers>;
  /**
   * What is trained: "all" (the default), "new-rows", "tables", "body", "2x2LS", "first-and-last", "biases", "attention", or parts, e.g.
   * `{ "embedding": "new", "head": "all", "layers": [0, -1], "norms": true }`. Rows of the two tables are "all", "new",
   * `{ "from": 4096 }` or a list of ids. The rest is frozen.
   */
  trainable?: Trainable;
  /** Which rows "new" means, e.g. `{ "from": 4096 }` or ids. Defaults to those that `extend` adds. */
  newRows?: NewRows;
  /** Stages one after another, each of `steps` updates unless it says otherwise: "eeve", or a list. Instead of `trainable`. */
  stages?: string | StageRecipe[];
  /** Short for the part of that name: draws the token embeddings anew, e.g. `{ "every": 1000 }`. Defaults to never. */
  activeForgetting?: ActiveForgettingOptions;
  /** Updates; where the mixture is a "replay" that makes a run longer, those without replay. */
  steps: number;
  /**
   * Update after which the run is stopped as Ctrl-C would stop it. Resumed with a later one, or without, it goes on to the same
   * bytes: its schedule is that of all `steps` from the first on. No setting of a run; defaults to none.
   */
  stopAt?: number;
  /** Sequences that are trained on at once. Defaults to 16. */
  batch?: number;
  /** Batches per update: the gradient of all of them in the memory of one. Defaults to 1. */
  accumulate?: number;
  /**
   * What a step keeps for its backward pass: "keep" is all that it wants; "layers" is the input of each layer, of which the
   * rest is made again, and logits in blocks: less memory, for the time of another forward pass. Defaults to "keep".
   */
  memory?: Memory;
  /**
   * What products of matrices are made in: "float32", "float16" with loss scaling (on webgpu and cuda) or "bfloat16" (on cuda);
   * all else is float32. Defaults to "float32".
   */
  precision?: Precision;
  /** Tokens per sequence. Defaults to the model's own. */
  context?: number;
  evaluate?: EvaluateRecipe;
  /** Updates between checkpoints. Defaults to a tenth of `steps`. */
  checkpointEvery?: number;
  /**
   * Leaves the optimiser's slots out of the last checkpoint, which then stays alone besides those of `snapshots`: of AdamW two
   * thirds of its size. A branch from the run's end needs `"moments": "new"`. Defaults to false.
   */
  dropOptimiser?: boolean;
  /** Logs in the run's folder that other tools read: `tensorboard`, `wandb`. Defaults to none. */
  logs?: LogName[];
  /** Steps kept as model folders in the run's `snapshots`: `every` so many, `log` for 1, 2, 4, ..., `at` a list. */
  snapshots?: { every?: number; log?: boolean; at?: number[] };
  engine?: EngineRecipe;
  /** Columns that tables over many runs get, e.g. `{ "share": 0.25 }`. */
  labels?: Record<string, string | number | boolean>;
}

/** What `corpus.load` takes of pairs, as JSON. */
export interface PairsRecipe extends Omit<PairsOf, "of" | "as"> {
  of: [string, string];
  as?: WrittenIn<typeof renderings>;
}

/** What `corpus.load` takes, as JSON. */
export interface CorpusRecipe {
  /** A row of the corpora, e.g. "libreoffice-help"; or else `dataset`, or `files`. */
  name?: NameIn<typeof corpora>;
  /** A JSON file that describes a corpus (`datasets/README.md`), relative to the recipe's own folder. */
  dataset?: string;
  /**
   * Files, folders and globs by domain (txt, jsonl, json, csv, tsv, Parquet, Arrow, folders of code; .gz and .zst too), relative to the recipe's own folder; or an
   * object, e.g. `{ "train": "ko/*.jsonl", "heldOut": "ko-test.jsonl", "field": "body" }`. Text is kept byte for byte. `form`, a row
   * of `corpus.forms`, makes documents of conversations, prompts and the like, e.g. `{ "paths": "chats.jsonl", "form": { "name":
   * "messages", "from": "models/base" } }`: with the objective `answers` only what counts of them is learned.
   */
  files?: Record<string, string | string[] | FileText>;
  /**
   * Domains besides, or alone, that a row of `corpus.generators` makes, e.g. `{ "brackets": { "generator": { "name": "dyck",
   * "documents": 5000 }, "seed": 1 } }`; with `"trainOnAll": true` what is held out is trained on too, so that every fact is told.
   */
  generated?: Record<string, { generator: WrittenIn<typeof generators>; seed?: number; trainOnAll?: boolean }>;
  /** Field or column of the files with the text. Defaults to "text". */
  field?: string;
  /** Rows of `corpus.steps` that the files go through, in this order, e.g. ["lines", "nfc", { "name": "repeats" }]. Defaults to none. */
  clean?: (NameIn<typeof steps> | WrittenIn<typeof steps>)[];
  /** The domains, e.g. ["en", "ko"]. Needed with `name`, defaults to all of `files`. */
  languages?: string[];
  /**
   * Domains of pairs besides, each of two languages whose documents go together by key, e.g. `{ "en-ko": { "of": ["en", "ko"] } }`;
   * with `"by": "line"` line by line; `"as"`, a row of `corpus.renderings`, says what is made of the two, e.g. `{ "name":
   * "interlinear" }`, and where it is absent the order `pairs` reads them. Defaults to none.
   */
  paired?: Record<string, PairsRecipe>;
  /** Share of documents held out, where no held-out files are named. Defaults to 0.05, and to 0 with `until`. */
  heldOut?: number;
  /** Trains on documents dated to it, e.g. "1899" or "2015-03-09", and holds out all later ones. Defaults to a split that knows no time. */
  until?: string;
  /** Domains by date besides, e.g. `{ "late": { "of": "en", "from": "1900", "to": "1949" } }`. Defaults to none. */
  slices?: Record<string, { of?: string; from?: string; to?: string }>;
  /** UTF-8 bytes to keep per domain. Defaults to all. */
  maxBytes?: number;
  /** Decides what is held out. Defaults to 1. */
  seed?: number;
}

export interface ShardRecipe {
  /** Files made by `corpus.encode`, relative to the recipe's own folder. */
  train: string;
  heldOut: string;
}

/** A model's folder or GGUF file, a run to branch from, or a size to start from random weights. */
export interface ModelRecipe {
  /** A run's folder, relative to the recipe's own: the run goes on from its checkpoint `at`, as `train.branch` does. */
  run?: string;
  /** With `run`: defaults to the newest checkpoint that is kept. */
  at?: number;
  /** With `run`: whether the optimiser's slots go on, "keep" (the default), or begin "new". */
  moments?: "keep" | "new";
  /** With `run`: whether the place in the text goes on, "keep" (the default), or begins "new". */
  data?: "keep" | "new";
  /** Relative to the recipe's own folder. */
  folder?: string;
  size?: NameIn<typeof sizes>;
  /** With `size`: the kind of model, a `model_type` of Hugging Face. Defaults to Llama's. */
  architecture?: NameIn<typeof architectures>;
  /** Tokens of the tokenizer that is trained for `size`. Defaults to 4096. */
  vocabSize?: number;
  /**
   * Copies of layers that go in between and add nothing at first: after every so manieth layer (`every`), or after those listed
   * (`after`). Where nothing says what is trained, the copies are, and they alone (LLaMA Pro).
   */
  expandBlocks?: { every?: number; after?: number[] };
  /** Languages whose train part that tokenizer is trained on. Defaults to those with a share above 0. */
  tokenizerOn?: string[];
}

/** Files that some initialisers need are relative to the recipe's own folder; text they take from `on`. */
export interface ExtendRecipe extends EvidenceFiles {
  /** The language whose train part decides which tokens are added. */
  on: string;
  newTokens: number;
  /** Row of the initialisers. Defaults to "subword-mean". */
  init?: NameIn<typeof initialisers>;
}

/** What differs from the recipe in one stage. */
export interface StageRecipe {
  /** What tables and the stage's folder call it. */
  name: string;
  trainable: Trainable;
  /** Defaults to the recipe's, plus 0 in the first stage, 1 in the second, and so on. */
  seed?: number;
  mixture?: MixtureRecipe;
  schedule?: WrittenIn<typeof schedules>;
  optimiser?: OptimiserRecipe;
  steps?: number;
  /** Tokens per sequence, e.g. short first and long last; the stage's evaluations are at it too. Defaults to the recipe's. */
  context?: number;
  /** Left out where the head is tied to the embedding. Defaults to false. */
  untiedOnly?: boolean;
}

export type MixtureRecipe = Record<string, number> | WrittenIn<typeof mixtures>;
export type OptimiserRecipe = AdamWOptions | WrittenIn<typeof optimisers>;

export interface EvaluateRecipe {
  /** Even parts of the run that end with an evaluation, besides steps 0, 1, 2, 4, 8, … Defaults to 20. */
  even?: number;
  /** Steps to evaluate at, instead of all that. */
  at?: number[];
  /** UTF-8 bytes of held-out documents scored per domain. Defaults to 65536; shards are scored whole. */
  bytes?: number;
  /**
   * Rows of `train.evaluators` besides the objective's own, which is bits per byte as a rule, e.g. `{ "name": "probes", "of": [{ "name":
   * "induction" }], "tasks": ["capitals.yaml"] }`, paths relative to the recipe's own folder. Defaults to none.
   */
  also?: WrittenIn<typeof evaluators>[];
}

export interface EngineRecipe {
  /** Defaults to "auto". */
  device?: string;
  /** Defaults to the number of cores. */
  threads?: number;
}
