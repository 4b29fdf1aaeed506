/**
 * tokenizer.json in and out. Every claim of the file is checked before a table is built from it; what is written is the
 * object that was read. Which models are read says `models.ts`.
 */
import { keep } from "./tables.js";
import { checkModel } from "./check-model.js";
import { isDeeper, isRecord, show } from "../foreign.js";
import { checkCharsmap } from "./charsmap.js";
import { innerStages, type AddedTokenJson, type ModelJson, type StageJson, type TokenizerJson } from "./format.js";
import { moved } from "./renumber.js";
import { specialTokens } from "./tokenizer-config.js";
import { tokenizerOver } from "./tokenizer.js";
import type { Tokenizer } from "../types.js";

/** Real files go to 6; what recurses over a file is safe to this depth. */
const deepest = 64;

export interface ParseOptions {
  /** The token that ends a document; null for a tokenizer that is only measured, and throws where its end is asked for. Defaults to the `eos_token` of `config`, else to the first of the known names that the file has as an added token, else its only special token. */
  endOfText?: string | null;
  /** The object of the tokenizer_config.json beside the file. */
  config?: unknown;
}

/** Reads the text or the object of a tokenizer.json. */
export function parse(json: string | object, options: ParseOptions = {}): Tokenizer {
  const value = typeof json === "string" ? read(json) : json;
  if (isDeeper(value, deepest))
    throw new Error(`parse: invalid tokenizer.json: lists and objects deeper than ${deepest} in others`);
  return accept(typeof json === "string" ? value : structuredClone(json), options);
}

/** Checks a value that nobody else will change, and makes the tokenizer over it. */
export function accept(value: unknown, options: ParseOptions): Tokenizer {
  if (!isRecord(value)) throw new Error(`parse: invalid tokenizer.json: ${show(value)} (an object is expected)`);
  if (value["version"] !== "1.0")
    throw new Error(`parse: invalid version: ${show(value["version"])} (only "1.0" is known)`);
  const added = value["added_tokens"] ?? [];
  if (!Array.isArray(added)) throw new Error(`parse: invalid added_tokens: ${show(added)} (a list is expected)`);
  for (const key of ["normalizer", "pre_tokenizer", "post_processor", "decoder"]) {
    const stage = (value[key] ??= null);
    if (stage !== null) checkStage(stage, key);
  }
  const vocab = checkModel(value["model"], added);
  const model = { type: "BPE", ...(value["model"] as object) };
  const checked = { ...value, added_tokens: vocab.added, model } as unknown as TokenizerJson<ModelJson>;
  const renumbered = new Map(vocab.added.map(({ id }, i) => [(added as AddedTokenJson[])[i]!.id, id]));
  for (const key of ["post_processor", "padding"] as const)
    if (isRecord(checked[key])) checked[key] = moved(checked[key], (id) => renumbered.get(id) ?? id) as StageJson;
  keep(checked, vocab);
  if (options.endOfText === null) return tokenizerOver(checked, undefined);
  const { eos } = specialTokens(options.config);
  const named = checked.added_tokens.some(({ content }) => content === eos) ? eos : undefined;
  return tokenizerOver(checked, endOfTextAmong(checked.added_tokens, options.endOfText ?? named));
}

/** A stage and those in it, as far as this room looks into them. */
function checkStage(stage: unknown, path: string): void {
  if (!(isRecord(stage) && typeof stage["type"] === "string"))
    throw new Error(`parse: invalid ${path}: ${show(stage)} (null or an object with a type is expected)`);
  for (const key of innerStages) {
    const inner = stage[key] ?? [];
    if (!Array.isArray(inner))
      throw new Error(`parse: invalid ${path}.${key}: ${show(inner)} (a list of stages is expected)`);
    for (const each of inner) checkStage(each, `${path}.${key}`);
  }
  if (stage["type"] === "Precompiled") checkCharsmap(stage["precompiled_charsmap"]);
  const pattern = stage["pattern"] ?? {};
  if (!isRecord(pattern))
    throw new Error(`parse: invalid ${path}.pattern: ${show(pattern)} (an object, {"Regex": …} or {"String": …})`);
}

/** The tokenizer as the text of a tokenizer.json, which Hugging Face's library loads. */
export function stringify(tokenizer: Tokenizer): string {
  return JSON.stringify(tokenizer.json);
}

const known = ["<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>", "[SEP]"];

/** The id that ends a document. */
export function endOfTextAmong(added: AddedTokenJson[], wanted: string | undefined): number {
  const idOf = (name: string): number | undefined => added.find((token) => token.content === name)?.id;
  if (wanted !== undefined) {
    const id = idOf(wanted);
    if (id === undefined) throw new Error(`parse: invalid endOfText: ${show(wanted)} (not among the added tokens)`);
    return id;
  }
  for (const name of known) {
    const id = idOf(name);
    if (id !== undefined) return id;
  }
  const special = added.filter((token) => token.special);
  if (special.length === 1) return special[0]!.id;
  throw new Error(
    `parse: invalid tokenizer: none of its ${added.length} added tokens is known to end a document (name it in endOfText)`,
  );
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error("parse: invalid tokenizer.json: it is no JSON (damaged or cut short; copy or fetch it again)", {
      cause: error,
    });
  }
}
