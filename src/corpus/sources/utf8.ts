/** Bytes of a user's file as text, or one line that says where they stop being UTF-8. Nothing is guessed or replaced. */
import { isUtf8 } from "node:buffer";
import { likelyEncodings } from "./encodings.js";

/** `offset` is where `bytes` begin in the file (`whole`); a byte order mark at the file's start is dropped. */
export function decodeUtf8(bytes: Uint8Array, path: string, offset = 0, whole = bytes): string {
  if (!isUtf8(bytes)) {
    const at = offset + firstInvalid(bytes);
    const byte = bytes[at - offset]!.toString(16).padStart(2, "0");
    const [best, ...others] = likelyEncodings(whole);
    const fix = best
      ? `it reads as ${[best, ...others].join(" or ")}: convert it, e.g. with iconv -f ${best} -t UTF-8`
      : "no encoding is likely; find out what it is and convert it";
    throw new Error(`load: ${path} is not UTF-8: byte 0x${byte} at offset ${at}; ${fix}`);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return offset === 0 && text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** Index of the first byte that no well-formed sequence covers (Unicode 16, table 3-7). */
export function firstInvalid(bytes: Uint8Array): number {
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i]!;
    const length =
      lead < 0x80
        ? 1
        : lead >= 0xc2 && lead < 0xe0
          ? 2
          : lead >= 0xe0 && lead < 0xf0
            ? 3
            : lead >= 0xf0 && lead < 0xf5
              ? 4
              : 0;
    if (length === 0) return i;
    for (let k = 1; k < length; k++) {
      const low = k === 1 ? (lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80) : 0x80;
      const high = k === 1 ? (lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf) : 0xbf;
      const byte = bytes[i + k];
      if (byte === undefined || byte < low || byte > high) return i;
    }
    i += length;
  }
  return -1;
}

/** A file's text in the pieces that its bytes come in, cut between characters. Throws as `decodeUtf8` does. */
export async function* textPieces(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<string> {
  let left = Buffer.alloc(0);
  let offset = 0;
  let head: Buffer | undefined;
  for await (const chunk of chunks) {
    head ??= chunk;
    const bytes = left.length > 0 ? Buffer.concat([left, chunk]) : chunk;
    const end = bytes.length - unfinished(bytes);
    if (end > 0) yield decodeUtf8(bytes.subarray(0, end), path, offset, head);
    offset += end;
    left = Buffer.from(bytes.subarray(end));
  }
  if (left.length > 0) yield decodeUtf8(left, path, offset, head);
}

/** Bytes at the end that begin a character which goes on. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
