/**
 * Unigram language models as a row of `models.ts` (XLM-RoBERTa, T5, mT5, ALBERT, XLNet, and whatever SentencePiece trained by
 * default): every piece has a log probability, and a text is spelled by the most probable pieces. Texts are encoded by
 * Hugging Face's library, whose normaliser may be a compiled table of SentencePiece (`charsmap.ts`).
 */
import { show } from "../foreign.js";
import type { TokenizerJson, UnigramJson } from "./format.js";
import { namesOf } from "./names.js";
import { joinerOf } from "./native.js";
import { byteOfToken, byteTokenOf, plain, underscore } from "./sentencepiece.js";
import type { Checked, ModelRow, Tables } from "./types.js";
import { sequenceAt } from "./utf8.js";
import { bestPath, piecesOf } from "./viterbi.js";

export const unigram: ModelRow = {
  summary: "Unigram: the most probable pieces, each by itself",
  reference: "Kudo 2018, https://arxiv.org/abs/1804.10959",
  check(model, claim) {
    const { vocab, unk_id: unk } = model;
    if (!Array.isArray(vocab))
      throw new Error(`parse: invalid model.vocab: ${show(vocab)} (a list of pieces with scores is expected)`);
    const modelIds = new Map<string, number>();
    vocab.forEach((entry: unknown, id) => {
      const [piece, score] = Array.isArray(entry) && entry.length === 2 ? (entry as unknown[]) : [];
      if (typeof piece !== "string" || !(typeof score === "number" && Number.isFinite(score)))
        throw new Error(`parse: invalid piece: ${show(entry)} at place ${id} (a text and a finite score are expected)`);
      const before = modelIds.get(piece);
      if (before !== undefined)
        throw new Error(`parse: invalid piece: ${show(piece)} is there twice, at places ${before} and ${id}`);
      claim(id, piece);
      modelIds.set(piece, id);
    });
    if (!(typeof unk === "number" && Number.isInteger(unk) && unk >= 0 && unk < vocab.length))
      throw new Error(
        `parse: invalid model.unk_id: ${show(unk)} (the place of a piece from 0 to ${vocab.length - 1}, for text without a piece)`,
      );
    return { modelIds };
  },
  tables: (json, checked) => unigramTables(json as TokenizerJson<UnigramJson>, checked),
  restated(model, vocabulary, { scores }) {
    const { vocab, unk_id: unk, ...others } = model as UnigramJson;
    const known = new Map(vocab);
    const pieces: [string, number][] = [];
    for (const [piece, id] of vocabulary) pieces[id] = [piece, known.get(piece) ?? scores?.get(piece) ?? 0];
    return { ...others, unk_id: vocabulary.get(vocab[unk]![0])!, vocab: pieces };
  },
};

function unigramTables(json: TokenizerJson<UnigramJson>, { modelIds }: Checked): Tables {
  const { vocab, unk_id: unknown } = json.model;
  const names = namesOf(json, modelIds);
  const { tokens, added } = names;
  const fallback = json.model.byte_fallback === true;
  const bytes: (Uint8Array | undefined)[] = [];
  const byteIds = Int32Array.from({ length: 256 }, (_, byte) => byteTokenOf(byte, modelIds, fallback));
  let join: ((tokens: string[]) => string) | undefined;
  let spell: Tables["spell"] | undefined;
  return {
    kind: "Unigram",
    ...names,
    bytesOf(id) {
      const token = tokens[id];
      if (token === undefined) return undefined;
      return (bytes[id] ??= added.has(id) ? utf8.encode(token) : plain(token, fallback));
    },
    byteIds,
    byteOf: (id) => (fallback ? byteOfToken(tokens[id] ?? "") : -1),
    unknown,
    isCharacter: (id) => [...tokens[id]!].length === 1,
    hasCharacters: (id) => [...tokens[id]!].every((character) => modelIds.has(character)),
    byteFallback: fallback,
    encode: () => undefined,
    spell: (raw) => (spell ??= speller(new Map(vocab), modelIds, byteIds))(raw),
    decode: (ids) => (join ??= joinerOf(json))(ids.map((id) => tokens[id]!)),
    misread: (text) =>
      text.includes(underscore) || byteOfToken(text) >= 0 ? "the base reads it as a space or a byte" : undefined,
  };
}

const utf8 = new TextEncoder();
const lossless = new TextDecoder("utf-8", { ignoreBOM: true });

/** The best path over bytes, a space being ▁. What is no text, and a ▁ that is no space, is spelled by its bytes. */
function speller(
  scores: ReadonlyMap<string, number>,
  modelIds: ReadonlyMap<string, number>,
  byteIds: Int32Array,
): Tables["spell"] {
  const pieces = piecesOf(scores);
  const apart = (raw: Uint8Array): number[] =>
    Array.from(raw, (byte) => (byteIds[byte]! < 0 ? -1 - byte : byteIds[byte]!));
  const spelled = (text: string): number[] => {
    const { ends, known } = bestPath(text, pieces);
    return ends.flatMap((end, i) => {
      const part = text.slice(ends[i - 1] ?? 0, end);
      return known[i] ? [modelIds.get(part)!] : apart(utf8.encode(part === underscore ? " " : part));
    });
  };
  return (bytes) => {
    const ids: number[] = [];
    for (let start = 0, end = 0; start < bytes.length; start = end) {
      while (end < bytes.length && isText(bytes, end)) end += sequenceAt(bytes, end);
      if (end > start) ids.push(...spelled(lossless.decode(bytes.subarray(start, end)).replaceAll(" ", underscore)));
      start = end;
      while (end < bytes.length && !isText(bytes, end)) end += Math.max(1, sequenceAt(bytes, end));
      ids.push(...apart(bytes.subarray(start, end)));
    }
    return ids;
  };
}

/** Whether a character begins here, and none that is written as ▁. */
const isText = (bytes: Uint8Array, i: number): boolean =>
  sequenceAt(bytes, i) > 0 && !(bytes[i] === 0xe2 && bytes[i + 1] === 0x96 && bytes[i + 2] === 0x81);
