/**
 * How a SentencePiece-style BPE of Hugging Face's tokenizer.json treats spaces and unknown characters (Kudo and Richardson
 * 2018; Llama 2, TinyLlama, Mistral 7B, Gemma). A space is written ▁ (U+2581) in tokens; a character without a token is
 * spelled by tokens <0x00> to <0xFF>, one per byte. Bytes of a token have the space, and the byte.
 */
import { leaves, type ModelJson, type TokenizerJson } from "./format.js";

export const underscore = "\u2581";

/** When a text gets a space in front: always, only if it has none, only at the very beginning, or never. */
export interface Spaces {
  prefix: "always" | "missing" | "first" | "never";
  /** Whether every space begins a new word, also one that follows a space. */
  split: boolean;
}

/** What the normaliser and the pre-tokeniser do, undefined where they do more than this room knows. */
export function spacesOf({ normalizer, pre_tokenizer: pre }: TokenizerJson<ModelJson>): Spaces | undefined {
  const spaces: Spaces = { prefix: "never", split: false };
  let replaced = false;
  for (const stage of leaves(normalizer)) {
    const { pattern } = stage as { pattern?: { String?: string } };
    if (stage.type === "Prepend" && stage["prepend"] === underscore && !replaced) spaces.prefix = "always";
    else if (stage.type === "Replace" && pattern?.String === " " && stage["content"] === underscore) replaced = true;
    else return undefined;
  }
  const [last, ...more] = leaves(pre);
  if (more.length > 0) return undefined;
  if (last?.type === "Metaspace") {
    if (last["replacement"] !== underscore || spaces.prefix !== "never") return undefined;
    const scheme = last["prepend_scheme"] ?? (last["add_prefix_space"] === false ? "never" : "always");
    return { prefix: scheme === "always" ? "missing" : (scheme as "first" | "never"), split: last["split"] !== false };
  }
  // A split at spaces finds none once they are written ▁ (Gemma 3).
  const idle = last?.type === "Split" && (last["pattern"] as { String?: string } | undefined)?.String === " ";
  return replaced && (!last || idle) ? spaces : undefined;
}

/** What keeps a tokenizer's words from being counted, naming its stages. */
export function strangeStages({ normalizer, pre_tokenizer: pre }: TokenizerJson): string {
  const types = [...leaves(normalizer), ...leaves(pre)].map(({ type }) => type);
  const strange = types.filter((type) => !["Prepend", "Replace", "Metaspace", "Split"].includes(type));
  const names = (strange.length > 0 ? strange : types).join(", ");
  return `its normalizer and pre_tokenizer do more than write spaces as ▁: ${names} (its words cannot be counted; encoding works)`;
}

/** The byte that a token like <0x0A> stands for, or -1. */
export function byteOfToken(token: string): number {
  return /^<0x[0-9A-F]{2}>$/.test(token) ? Number.parseInt(token.slice(3, 5), 16) : -1;
}

/** The token of a byte, e.g. <0x0A>. */
export const byteToken = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;

const utf8 = new TextEncoder();

/** The bytes of a token. */
export function plain(token: string, fallback: boolean): Uint8Array {
  const byte = fallback ? byteOfToken(token) : -1;
  return byte >= 0 ? Uint8Array.of(byte) : utf8.encode(token.replaceAll(underscore, " "));
}

/** The id of a byte's token, or -1. Gemma has no <0x09>, but a token for the tab itself. */
export function byteTokenOf(byte: number, modelIds: ReadonlyMap<string, number>, fallback: boolean): number {
  const named = fallback ? modelIds.get(byteToken(byte)) : undefined;
  if (named !== undefined || byte > 0x7f) return named ?? -1;
  return modelIds.get(byte === 0x20 ? underscore : String.fromCharCode(byte)) ?? -1;
}
