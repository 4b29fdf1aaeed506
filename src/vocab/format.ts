/** The parts of Hugging Face's `tokenizer.json` (version 1.0) that this room reads or writes. Unknown fields are kept as they are. */

export interface AddedTokenJson {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

/** A normaliser, pre-tokeniser, post-processor or decoder: a type and its settings. */
export interface StageJson {
  type: string;
  [setting: string]: unknown;
}

/** `["a", "b"]`, or `"a b"` in files written before tokenizers 0.20. */
export type MergeJson = [string, string] | string;

export interface BpeJson {
  type: "BPE";
  dropout?: number | null;
  unk_token?: string | null;
  continuing_subword_prefix?: string | null;
  end_of_word_suffix?: string | null;
  fuse_unk?: boolean;
  byte_fallback?: boolean;
  ignore_merges?: boolean;
  vocab: Record<string, number>;
  merges: MergeJson[];
}

/** Greedy longest match within a word; what goes on in a word is written with a prefix. */
export interface WordPieceJson {
  type: "WordPiece";
  unk_token: string;
  continuing_subword_prefix: string;
  max_input_chars_per_word: number;
  vocab: Record<string, number>;
}

/** Pieces with their log probabilities; an id is the place in the list. */
export interface UnigramJson {
  type: "Unigram";
  unk_id: number;
  byte_fallback?: boolean;
  vocab: [string, number][];
}

export type ModelJson = BpeJson | WordPieceJson | UnigramJson;

/** Most of this room is about BPE; what is for every kind says `TokenizerJson<ModelJson>`. */
export interface TokenizerJson<Model extends ModelJson = BpeJson> {
  version: string;
  truncation: object | null;
  padding: object | null;
  added_tokens: AddedTokenJson[];
  normalizer: StageJson | null;
  pre_tokenizer: StageJson | null;
  post_processor: StageJson | null;
  decoder: StageJson | null;
  model: Model;
}

/** Left and right part of a merge in either spelling. */
export function partsOf(merge: MergeJson): [string, string] {
  if (typeof merge !== "string") return merge;
  const space = merge.indexOf(" ");
  return [merge.slice(0, space), merge.slice(space + 1)];
}

/** Where a stage of several keeps them. */
export const innerStages = ["pretokenizers", "normalizers", "decoders"] as const;

/** The stages inside a pipeline stage, itself included. */
export function stages(stage: StageJson | null | undefined): StageJson[] {
  if (!stage) return [];
  const inner = innerStages.flatMap((key) => (stage[key] as StageJson[] | null | undefined) ?? []);
  return [stage, ...inner.flatMap(stages)];
}

/** The innermost stages in order: those that do something. */
export function leaves(stage: StageJson | null | undefined): StageJson[] {
  return stages(stage).filter(({ type }) => type !== "Sequence");
}

/** The two kinds of BPE in this format: over bytes written as printable characters, or over characters with bytes to fall back on. */
export type Family = "byte-level" | "sentencepiece";

/** Which kind a file is, undefined for neither. */
export function familyOf({ normalizer, pre_tokenizer: pre }: TokenizerJson<ModelJson>): Family | undefined {
  const all = [...leaves(normalizer), ...leaves(pre)];
  if (all.some(({ type }) => type === "ByteLevel")) return "byte-level";
  const spaces = all.some((stage) => stage.type === "Metaspace" || stage["content"] === "\u2581");
  return spaces ? "sentencepiece" : undefined;
}
