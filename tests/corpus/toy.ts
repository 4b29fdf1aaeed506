/** Tokenizers small enough to reason about, for the tests of shards and windows. */
import type { Tokenizer } from "../../src/types.js";

/** Every UTF-8 byte is a token; 256 ends a document; further ids are two-byte tokens for "th", "e " and "한"'s first two bytes. */
export function byteTokenizer(options: { endOfText?: number; size?: number; prefix?: string } = {}): Tokenizer {
  const { endOfText = 256, size = 260, prefix = "" } = options;
  const pairs = new Map<number, number[]>([
    [257, [0x74, 0x68]],
    [258, [0x65, 0x20]],
    [259, [0xed, 0x95]],
  ]);
  const encode = (text: string): number[] => {
    const bytes = [...Buffer.from(prefix + text)];
    const ids: number[] = [];
    for (let i = 0; i < bytes.length; i++) {
      const pair = [...pairs].find(([, [a, b]]) => bytes[i] === a && bytes[i + 1] === b);
      ids.push(pair ? pair[0] : bytes[i]!);
      if (pair) i++;
    }
    return ids;
  };
  const bytesOf = (id: number): Uint8Array => {
    if (id === endOfText) return Buffer.from("<|endoftext|>");
    const bytes = pairs.get(id) ?? (id < 256 ? [id] : undefined);
    if (!bytes) throw new Error(`no token ${id}`);
    return Uint8Array.from(bytes);
  };
  const has = (id: number): boolean => id < 256 || pairs.has(id) || id === endOfText;
  return {
    json: { toy: true, endOfText, size, prefix },
    size,
    endOfText,
    encode: (text) => Promise.resolve(encode(text)),
    encodeBatch: (texts) => Promise.resolve(texts.map(encode)),
    encodeNow: encode,
    decode: (ids) => Buffer.concat(Array.from(ids, bytesOf)).toString(),
    bytesOf,
    idOf: () => undefined,
    tokenOf: (id) => (has(id) ? `t${id}` : undefined),
  };
}
