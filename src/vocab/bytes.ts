/**
 * The byte alphabet of byte-level BPE: every byte has one printable character, so that a token of any bytes is a string.
 * Printable Latin-1 stands for itself; the other 68 bytes take U+0100 onwards in increasing order (Radford et al. 2019, GPT-2).
 */

const printable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);

/** The character of each byte. */
export const symbolOf: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
})();

/** The byte of each character code, -1 where the character is not of the alphabet. */
const byteOf: Int16Array = (() => {
  const table = new Int16Array(0x144).fill(-1);
  symbolOf.forEach((symbol, byte) => (table[symbol.charCodeAt(0)] = byte));
  return table;
})();

/** The bytes in the order of their characters: how a trained vocabulary numbers them. */
export const alphabet: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte).sort(
  (a, b) => symbolOf[a]!.charCodeAt(0) - symbolOf[b]!.charCodeAt(0),
);

/** Bytes as a string of the alphabet: what a vocabulary key or a pre-token looks like. */
export function toSymbols(bytes: Uint8Array): string {
  let symbols = "";
  for (const byte of bytes) symbols += symbolOf[byte];
  return symbols;
}

/** The bytes that a vocabulary key stands for, or undefined where some character is not of the alphabet. */
export function fromSymbols(symbols: string): Uint8Array | undefined {
  const bytes = new Uint8Array(symbols.length);
  for (let i = 0; i < symbols.length; i++) {
    const byte = byteOf[symbols.charCodeAt(i)] ?? -1;
    if (byte < 0) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}
