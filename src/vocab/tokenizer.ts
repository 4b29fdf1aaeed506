/**
 * The shared `Tokenizer` over a checked tokenizer.json. Encoding is ours where the model's row knows how, else Hugging Face's
 * Rust library, started when first needed. Truncation and padding that the file may ask for are not applied: a lab counts
 * and trains on whole texts.
 */
import { Tokenizer as Native } from "tokenizers";
import { printable } from "../foreign.js";
import { beforeSpace, blocks } from "./blocks.js";
import { breathe } from "../breathe.js";
import { familyOf, leaves, type ModelJson, type TokenizerJson } from "./format.js";
import { tablesOf } from "./tables.js";
import type { Tokenizer, TokensInPlace } from "../types.js";

/** Texts that go to the encoder at once; its encodings hold much more than ids. */
const batch = 256;
/** Characters of a text that it gets in parts, if that changes nothing: its encodings hold a hundred bytes a token. */
const long = 1 << 22;

export function tokenizerOver(json: TokenizerJson<ModelJson>, endOfText: number | undefined): Tokenizer {
  const tables = tablesOf({ json });
  const { size, tokens, ids, encode: quick } = tables;
  const mayCut = isCutAtSpaces(json);
  let native: Native | undefined;
  const encoder = (): Native => (native ??= nativeOf(json));
  const options = { addSpecialTokens: false };
  const bytesAt = (caller: string, id: number): Uint8Array => {
    const found = tables.bytesOf(id);
    if (!found)
      throw new Error(`${caller}: invalid id: ${id} (the tokenizer has ${size} tokens and none with this id)`);
    return found;
  };
  const slow = async (text: string): Promise<number[]> => {
    const ids: number[] = [];
    for (const part of text.length > long && mayCut ? blocks(text, beforeSpace) : [text])
      for (const id of (await encoder().encode(part, null, options)).getIds()) ids.push(id);
    return ids;
  };
  return {
    json,
    size,
    get endOfText(): number {
      if (endOfText === undefined)
        throw new Error(
          "endOfText: invalid tokenizer: none of its tokens ends a document (it was read with endOfText: null)",
        );
      return endOfText;
    },
    encodeNow: quick,
    async encode(text: string): Promise<number[]> {
      return quick(text) ?? slow(text);
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
      for (const place of rest.filter((i) => texts[i]!.length > long)) all[place] = await slow(texts[place]!);
      const short = rest.filter((i) => !all[i]);
      for (let i = 0; i < short.length; i += batch) {
        const places = short.slice(i, i + batch);
        const encodings = await encoder().encodeBatch(
          places.map((place) => texts[place]!),
          options,
        );
        encodings.forEach((encoding, k) => (all[places[k]!] = encoding.getIds()));
      }
      return all as number[][];
    },
    async encodeInPlace(texts: string[]): Promise<TokensInPlace[]> {
      const all: TokensInPlace[] = [];
      for (let i = 0; i < texts.length; i += batch) {
        const some = texts.slice(i, i + batch);
        for (const [k, encoding] of (await encoder().encodeBatch(some, options)).entries())
          all.push({ ids: encoding.getIds(), places: placesIn(some[k]!, encoding.getOffsets()) });
      }
      return all;
    },
    decode(list: ArrayLike<number>): string {
      const each = Array.from(list);
      for (const id of each) bytesAt("decode", id);
      return tables.decode(each);
    },
    bytesOf: (id: number): Uint8Array => bytesAt("bytesOf", id).slice(),
    idOf: (token: string): number | undefined => ids.get(token),
    tokenOf: (id: number): string | undefined => tokens[id],
  };
}

/** Throws one line where Hugging Face's library wants more of a stage than this room looks at. */
function nativeOf(json: TokenizerJson<ModelJson>): Native {
  try {
    return Native.fromString(JSON.stringify({ ...json, truncation: null, padding: null }));
  } catch (error) {
    throw new Error(`encode: invalid tokenizer.json: ${printable((error as Error).message)}`, { cause: error });
  }
}

/** The library counts characters; the text is UTF-16. */
function placesIn(text: string, offsets: number[][]): Int32Array {
  const places = Int32Array.from(offsets.flat());
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return places;
  const units = [0];
  for (const character of text) units.push(units.at(-1)! + character.length);
  return places.map((at) => units[at]!);
}

/** Whether a text can be parted before a space between words: no stage joins over it, puts a space in front or has a token with a space in it. */
function isCutAtSpaces(json: TokenizerJson<ModelJson>): boolean {
  if (familyOf(json) !== "byte-level") return false;
  const prefixed = leaves(json.pre_tokenizer).some((stage) => stage["add_prefix_space"] === true);
  return !prefixed && !json.added_tokens.some(({ content }) => /\S\s/.test(content));
}
