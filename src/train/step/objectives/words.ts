/**
 * Which tokens are one word: by what a tokenizer marks, a space before a token or `##` of what goes on. Offsets in the text would
 * not tell, for those of byte-level tokenizers touch. Punctuation is a word of its own, as for BERT, and so is each token of the
 * scripts that are written without spaces, where nothing is marked.
 */
import type { Tokenizer } from "../../../types.js";

/** Goes on, begins a word, or is one by itself, so that the next begins one too. */
type Place = 0 | 1 | 2;
const [GOES_ON, BEGINS, ALONE] = [0, 1, 2] as const;

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const unworded = /^[\p{P}\p{S}\s]+$/u;

/** Of each id. */
function placesOf(tokenizer: Tokenizer): Uint8Array {
  const { model } = tokenizer.json as { model?: { type?: string; continuing_subword_prefix?: string } };
  const prefix = model?.type === "WordPiece" ? (model.continuing_subword_prefix ?? "##") : undefined;
  const decoder = new TextDecoder();
  const place = (id: number): Place => {
    if (prefix !== undefined) return tokenizer.tokenOf(id)?.startsWith(prefix) ? GOES_ON : BEGINS;
    const text = decoder.decode(tokenizer.bytesOf(id));
    if (unspaced.test(text) || unworded.test(text)) return ALONE;
    return /^\s/.test(text) ? BEGINS : GOES_ON;
  };
  return Uint8Array.from({ length: tokenizer.size }, (_, id) =>
    tokenizer.tokenOf(id) === undefined ? ALONE : place(id),
  );
}

const known = new WeakMap<Tokenizer, Uint8Array>();

/** Places of a window's first `present` tokens, word by word; ids of `special` are in none. */
export function wordsOf(
  window: Int32Array,
  { present, tokenizer, special }: { present: number; tokenizer: Tokenizer; special: ReadonlySet<number> },
): number[][] {
  let places = known.get(tokenizer);
  if (!places) known.set(tokenizer, (places = placesOf(tokenizer)));
  const words: number[][] = [];
  let open = false;
  for (let i = 0; i < present; i++) {
    const id = window[i]!;
    if (special.has(id)) open = false;
    else {
      if (open && places[id] === GOES_ON) words.at(-1)!.push(i);
      else words.push([i]);
      open = places[id] !== ALONE;
    }
  }
  return words;
}
