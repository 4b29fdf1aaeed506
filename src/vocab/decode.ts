/**
 * Ids back to text. Bytes that are no UTF-8 become U+FFFD: in byte-level BPE one for each unfinished character, in
 * SentencePiece-style BPE one for each byte token of a run that is not all text, as in Hugging Face's decoders.
 */
import type { Bpe } from "./types.js";
import { leaves, type TokenizerJson } from "./format.js";
import { byteOfToken } from "./sentencepiece.js";

/** Keeps a byte order mark. */
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

export function decoded(list: number[], { family, tokens, bytesOf: find }: Bpe, json: TokenizerJson): string {
  const bytesOf = (id: number): Uint8Array => find(id)!;
  if (family === "byte-level") return lossy.decode(joinBytes(list, bytesOf));
  const fallback = json.model.byte_fallback === true;
  const isByte = (id: number): boolean => fallback && byteOfToken(tokens[id] ?? "") >= 0;
  let text = "";
  for (let i = 0; i < list.length;) {
    const start = i;
    while (i < list.length && isByte(list[i]!)) i++;
    if (i > start) text += textOfBytes(joinBytes(list.slice(start, i), bytesOf));
    else text += lossy.decode(bytesOf(list[i++]!));
  }
  return text.slice(Math.min(spacesInFront(json), /^ */.exec(text)![0].length));
}

function textOfBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return "\ufffd".repeat(bytes.length);
  }
}

/** How many spaces the decoder takes from the front: those that encoding has put there. */
function spacesInFront({ decoder }: TokenizerJson): number {
  for (const stage of leaves(decoder)) {
    if (stage.type === "Strip" && stage["content"] === " ") return Number(stage["start"]);
    if (stage.type === "Metaspace") return stage["prepend_scheme"] === "never" ? 0 : 1;
  }
  return 0;
}

export function joinBytes(ids: ArrayLike<number>, bytesOf: (id: number) => Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let i = 0; i < ids.length; i++) {
    const part = bytesOf(ids[i]!);
    parts.push(part);
    length += part.length;
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
