/**
 * The nouns every room shares, as plain data: no tensors of an engine, no files, no behaviour.
 * A room's own types live in that room; a type is here only because rooms on different floors exchange it.
 */

/** A dense row-major array. `data.length` is the product of `shape`. */
export interface NdArray<Data = Float32Array> {
  shape: number[];
  data: Data;
}

/** Parameters by the names and in the shapes of their files, e.g. `model.layers.0.mlp.up_proj.weight` ([out, in]). */
export type Weights = Record<string, NdArray>;

/** What a run keeps between updates: float32, the bits of bfloat16, or codes from 0 to 255. */
export type StateArrays = Record<string, NdArray<Float32Array | Uint16Array | Uint8Array>>;

/**
 * The shape of a transformer, as JSON: what its forward computes and not what its files call things. Field names follow the
 * literature. What is optional is absent in a model of Llama's kind.
 */
export interface ModelConfig {
  /** The kind of model whose names its files use: a row of `architectures`. Absent: Llama's, where that has this shape. */
  architecture?: string;
  /** Rows of the embedding table, padding rows included; at least the tokenizer's size. */
  vocabSize: number;
  width: number;
  layers: number;
  heads: number;
  /** Key-value heads; fewer than `heads` is grouped-query attention. Divides `heads`. */
  kvHeads: number;
  /** Width of the feed-forward layer. */
  ffn: number;
  /** Longest window in tokens. */
  context: number;
  norm: "rms" | "layer";
  positions: "rotary" | "learned";
  /** The gated ones multiply by a second projection: SiLU in swiglu, GELU's tanh form in geglu. */
  activation: "swiglu" | "geglu" | "gelu" | "gelu-tanh" | "relu";
  /** Whether the output head is the embedding table itself. */
  tied: boolean;
  ropeTheta: number;
  normEps: number;
  /** Of a head; width / heads where absent. */
  headWidth?: number;
  /** The gain of a norm is 1 + weight. */
  onePlusGain?: true;
  /** Norms before each half of a layer ("pre", where absent), after it and before the sum ("post"), both, or after the sum ("sum", and none at the end). */
  normAt?: "post" | "both" | "sum";
  /** Attention and feed-forward read the same residual stream. */
  parallel?: true;
  /** Norms of queries and keys, by head or over all heads at once, before they are turned. */
  qkNorm?: "head" | "row";
  /** Linear layers with a bias, where the kind of model leaves that open. */
  biases?: ("q" | "k" | "v" | "o" | "gate" | "up" | "down")[];
  /** Share of a head that rotary positions turn. */
  ropeFraction?: number;
  /** As config.json spells it. */
  ropeScaling?: RopeScaling;
  /** Tokens that a query sees, itself included. */
  window?: number;
  /** Where layers differ: for each its window and how positions turn; then `window` is absent. */
  layerKinds?: LayerKind[];
  /** Factor of the scores; 1/√headWidth where absent. */
  scoreScale?: number;
  /** cap · tanh(x / cap) of the scores before the mask, and of the logits. */
  scoreCap?: number;
  logitCap?: number;
  /** Factor of the embeddings. */
  embeddingScale?: number;
  /** Width of the table, where a projection leads from it to `width` and back. */
  embeddingWidth?: number;
  /** Rows of the position table before that of the first token. */
  positionOffset?: number;
  /** Every token sees every other: an encoder, whose head predicts masked tokens. */
  encoder?: { types: number; headActivation: "gelu" | "gelu-tanh" | "relu" };
}

export interface LayerKind {
  window?: number;
  /** Where they are not the model's. */
  ropeTheta?: number;
  /** null: none, though the model has one. */
  ropeScaling?: null;
  /** Positions do not turn here. */
  unturned?: true;
  scoreScale?: number;
}

/** A scaling of rotary positions; `architecture/rope.ts` has the fields of each. */
export type RopeScaling = { rope_type: string } & Record<string, unknown>;

/** What `vocab` hands to every other room. Ids are contiguous from 0 unless the tokenizer.json says otherwise. */
export interface Tokenizer {
  /** The parsed `tokenizer.json`: what is saved is exactly this. */
  readonly json: object;
  /** One more than the largest id, added tokens included. */
  readonly size: number;
  /** Id that ends a document. */
  readonly endOfText: number;
  /** Ids of a text, without special tokens. */
  encode(text: string): Promise<number[]>;
  encodeBatch(texts: string[]): Promise<number[][]>;
  /** The same, and where in its text each token stands. Absent where tokens are known by their bytes alone. */
  encodeInPlace?(texts: string[]): Promise<TokensInPlace[]>;
  /** The same at once; undefined where that takes Hugging Face's library. */
  encodeNow(text: string): number[] | undefined;
  decode(ids: ArrayLike<number>): string;
  /** The raw bytes a token stands for; may be part of a character. */
  bytesOf(id: number): Uint8Array;
  idOf(token: string): number | undefined;
  tokenOf(id: number): string | undefined;
}

/** A text's tokens. */
export interface TokensInPlace {
  ids: number[];
  /** Two numbers a token, from and to, in UTF-16 units of the text; a token of part of a character has all of it. */
  places: Int32Array;
}

/** How a number is kept in a file, as safetensors names it; in memory all are float32. */
export type Dtype = "F32" | "F16" | "BF16";

/** A tensor that nothing is computed with, of whatever type. */
export interface KeptTensor {
  /** As safetensors names it. */
  dtype: string;
  shape: number[];
  bytes: Uint8Array;
}

/** The files of a folder's weights, by name: the type of each tensor in it, the texts of its header, and what is only kept. */
export type TensorFiles = Record<
  string,
  { dtypes: Record<string, Dtype>; metadata: Record<string, string>; kept?: Record<string, KeptTensor> }
>;

/**
 * The folder that a model was read from, as it was: what `model.save` writes back, changed only where the model was.
 * Whatever makes a model of another hands it on.
 */
export interface Origin {
  /** The object of config.json. */
  config: Record<string, unknown>;
  tokenizer: Tokenizer;
  tensors: TensorFiles;
  /** What the files call parameters, by their names in the model, where those differ. */
  names?: Record<string, string>;
  /** The bytes of every other file, and of config.json and tokenizer.json, by path in the folder. */
  files: Record<string, Uint8Array>;
  /** Files that are not kept, and why: weights in another form, or what is too large. */
  leftOut: Record<string, string>;
}

/** A model on the shelf: what training takes and gives back, and what a checkpoint folder holds. */
export interface LanguageModel {
  config: ModelConfig;
  weights: Weights;
  tokenizer: Tokenizer;
  /** Absent where the model was made here. */
  origin?: Origin | undefined;
}

/** One language (or domain) of a corpus: whole documents, already cleaned and split. */
export interface Text {
  /** The domain's name in mixtures and charts, e.g. "en". */
  name: string;
  train: string[];
  heldOut: string[];
  /** Where its tokens do not all count the same in a loss: a list for each document. */
  marks?: { train: Mark[][]; heldOut: Mark[][] };
  /** Documents 2i and 2i + 1 belong together; what is chosen of them is chosen of pairs. */
  pairs?: true;
}

/**
 * A stretch of a document, from 0 up to `to`, in UTF-16 units: what the tokens that overlap it count for in a loss over answers.
 * What no mark covers counts 0; of marks that overlap, the last listed counts. The end of text counts as the tokens of a mark
 * that reaches the document's end.
 */
export interface Mark {
  from: number;
  to: number;
  /** From 0. */
  weight: number;
}

/** Evaluation of one domain at one step. */
export interface Evaluation {
  step: number;
  /** Tokens seen by training up to this step, all domains. */
  tokens: number;
  domain: string;
  /** Mean next-token loss in nats per token. */
  loss: number;
  /** Bits per UTF-8 byte of the original text. */
  bitsPerByte: number;
}

/** Any other number that was measured at a step, one row each: what a probe gives. */
export interface Measurement {
  step: number;
  tokens: number;
  metric: string;
  value: number;
  /** Where it is of one domain. */
  domain?: string;
  /** Its standard error, where there is one. */
  error?: number;
}

/**
 * One optimiser step. Beside the fields named here, whatever the run's objective, mixture and parts give: `loss_<domain>` (mean
 * training loss of the domain's sequences, nats per token), `share_<domain>` (the token share asked for), and others.
 */
export interface StepRow {
  step: number;
  tokens: number;
  loss: number;
  learningRate: number;
  gradientNorm: number;
  tokensPerSecond: number;
  [metric: string]: number;
}

/** What a long thing reports while it runs; `total` is known at the start. */
export interface Progress {
  label: string;
  done: number;
  total: number;
  /** E.g. tokens per second, already formatted for a person. */
  note?: string;
  /** The label is one line that says what happened, such as a damaged file that is made anew: to be shown as it is. */
  notice?: boolean;
}
export type OnProgress = (progress: Progress) => void;
