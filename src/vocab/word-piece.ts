/**
 * WordPiece as a row of `models.ts` (BERT, DistilBERT, ELECTRA, MiniLM): of a word the longest beginning that is a token, and
 * again of what is left, whose tokens are written with a prefix, "##". A word that cannot be spelled to its end is one
 * unknown token. In bytes a token that begins a word has a space in front, as tokens of other models have it, so that "s" and
 * "##s" differ; that text had a space there is not said by it. Texts are encoded by Hugging Face's library, whose normaliser
 * (BertNormalizer) goes by its own version of Unicode.
 */
import { pointAt, widthOf } from "./classes.js";
import { show } from "../foreign.js";
import type { TokenizerJson, WordPieceJson } from "./format.js";
import { claimed } from "./model-ids.js";
import { namesOf } from "./names.js";
import { joinerOf } from "./native.js";
import type { Checked, ModelRow, Tables } from "./types.js";
import { sequenceAt } from "./utf8.js";

export const wordPiece: ModelRow = {
  summary: "WordPiece: of a word the longest token first, then what is left",
  reference: "Devlin et al. 2019 (BERT), https://arxiv.org/abs/1810.04805; Schuster and Nakajima 2012",
  check(model, claim) {
    const { unk_token: unk, continuing_subword_prefix: prefix, max_input_chars_per_word: most } = model;
    const modelIds = claimed(model["vocab"], claim);
    if (typeof prefix !== "string" || prefix === "")
      throw new Error(`parse: invalid model.continuing_subword_prefix: ${show(prefix)} (a text is expected, as "##")`);
    if (!(typeof most === "number" && Number.isInteger(most) && most >= 0 && most <= 2 ** 32 - 1))
      throw new Error(`parse: invalid model.max_input_chars_per_word: ${show(most)} (a whole number, as 100)`);
    if (typeof unk !== "string" || !modelIds.has(unk))
      throw new Error(
        `parse: invalid model.unk_token: ${show(unk)} (it is not in model.vocab, and some word needs it)`,
      );
    return { modelIds };
  },
  tables: (json, checked) => wordPieceTables(json as TokenizerJson<WordPieceJson>, checked),
  restated: (model, vocabulary) => ({ ...(model as WordPieceJson), vocab: Object.fromEntries(vocabulary) }),
};

const utf8 = new TextEncoder();

function wordPieceTables(json: TokenizerJson<WordPieceJson>, { modelIds }: Checked): Tables {
  const { unk_token: unk, continuing_subword_prefix: prefix } = json.model;
  const names = namesOf(json, modelIds);
  const { tokens, added } = names;
  const goesOn = (token: string): boolean => token.startsWith(prefix) && token.length > prefix.length;
  /** As tokens of one character each would be written. */
  const symbols = (token: string): string[] => {
    const [first, ...rest] = goesOn(token) ? token.slice(prefix.length) : token;
    return [goesOn(token) ? prefix + first! : first!, ...rest.map((character) => prefix + character)];
  };
  const bytes: (Uint8Array | undefined)[] = [];
  let join: ((tokens: string[]) => string) | undefined;
  let spell: Tables["spell"] | undefined;
  return {
    kind: "WordPiece",
    ...names,
    bytesOf(id) {
      const token = tokens[id];
      if (token === undefined) return undefined;
      const text = added.has(id) ? token : goesOn(token) ? token.slice(prefix.length) : ` ${token}`;
      return (bytes[id] ??= utf8.encode(text));
    },
    byteIds: new Int32Array(256).fill(-1),
    byteOf: () => -1,
    unknown: modelIds.get(unk),
    isCharacter: (id) => symbols(tokens[id]!).length === 1,
    hasCharacters: (id) => symbols(tokens[id]!).every((symbol) => modelIds.has(symbol)),
    byteFallback: false,
    encode: () => undefined,
    spell: (raw) => (spell ??= speller(modelIds, prefix))(raw),
    decode: (ids) => (join ??= joinerOf(json))(ids.map((id) => tokens[id]!)),
    misread: (text) => (text.startsWith(prefix) ? `the base reads "${prefix}" as what goes on in a word` : undefined),
  };
}

/** Longest tokens first on bytes. A space begins a word; bytes that do not follow one go on in a word. */
function speller(modelIds: ReadonlyMap<string, number>, prefix: string): Tables["spell"] {
  let longest = 0;
  for (const token of modelIds.keys()) longest = Math.max(longest, [...token].length);
  return (bytes) => {
    const ids: number[] = [];
    for (let at = 0; at < bytes.length;) {
      const begins = bytes[at] === 0x20 && at + 1 < bytes.length && bytes[at + 1] !== 0x20;
      const from = begins ? at + 1 : at;
      let [text, found, end] = [begins ? "" : prefix, -1, from];
      for (let i = from, n = 0; i < bytes.length && bytes[i] !== 0x20 && n < longest; n++) {
        if (sequenceAt(bytes, i) === 0) break;
        text += String.fromCodePoint(pointAt(bytes, i));
        i += widthOf(bytes[i]!);
        const id = modelIds.get(text);
        if (id !== undefined) [found, end] = [id, i];
      }
      if (found >= 0) ids.push(found);
      else {
        end = from + Math.max(1, sequenceAt(bytes, from));
        for (let i = at; i < end; i++) ids.push(-1 - bytes[i]!);
      }
      at = end;
    }
    return ids;
  };
}
