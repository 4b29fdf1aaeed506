/**
 * The shared `Tokenizer` over a checked tokenizer.json. Encoding is ours where `encoder.ts` knows how, else Hugging Face's
 * Rust library, started when first needed; decoding is done here, on bytes. Truncation and padding that the file may ask for are not applied: a lab counts
 * and trains on whole texts.
 */
import { Tokenizer as Native } from "tokenizers";
import { bpeOf } from "./bpe.js";
import { breathe } from "./breathe.js";
import { decoded } from "./decode.js";
import { encoderOf } from "./encoder.js";
import type { TokenizerJson } from "./format.js";
import type { Tokenizer } from "../types.js";

/** Texts that go to the encoder at once; its encodings hold much more than ids. */
const batch = 256;

export function tokenizerOver(json: TokenizerJson, endOfText: number): Tokenizer {
  const bpe = bpeOf({ json });
  const { size, tokens, ids } = bpe;
  const quick = encoderOf(json, bpe);
  let native: Native | undefined;
  const encoder = (): Native =>
    (native ??= Native.fromString(JSON.stringify({ ...json, truncation: null, padding: null })));
  const options = { addSpecialTokens: false };
  const bytesAt = (caller: string, id: number): Uint8Array => {
    const found = bpe.bytesOf(id);
    if (!found)
      throw new Error(`${caller}: invalid id: ${id} (the tokenizer has ${size} tokens and none with this id)`);
    return found;
  };
  return {
    json,
    size,
    endOfText,
    async encode(text: string): Promise<number[]> {
      return quick(text) ?? (await encoder().encode(text, null, options)).getIds();
    },
    async encodeBatch(texts: string[]): Promise<number[][]> {
      const all: (number[] | undefined)[] = [];
      let pending = 0;
      for (const text of texts) {
        all.push(quick(text));
        pending += text.length;
        if (pending < 1 << 20) continue;
        pending = 0;
        await breathe();
      }
      const rest = texts.flatMap((_, i) => (all[i] ? [] : [i]));
      for (let i = 0; i < rest.length; i += batch) {
        const places = rest.slice(i, i + batch);
        const encodings = await encoder().encodeBatch(
          places.map((place) => texts[place]!),
          options,
        );
        encodings.forEach((encoding, k) => (all[places[k]!] = encoding.getIds()));
      }
      return all as number[][];
    },
    decode(list: ArrayLike<number>): string {
      return decoded(list, bpe, json, (id) => bytesAt("decode", id));
    },
    bytesOf: (id: number): Uint8Array => bytesAt("bytesOf", id).slice(),
    idOf: (token: string): number | undefined => ids.get(token),
    tokenOf: (id: number): string | undefined => tokens[id],
  };
}
