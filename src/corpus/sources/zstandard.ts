/**
 * Zstandard unpacked within bounds, by the reference decoder compiled to WebAssembly (zstddec): piece by piece, for a header may
 * promise any size, and with windows of up to 128 MB. Checksums are checked. No dictionaries.
 */
import { ZSTDDecoder } from "zstddec/stream";

/** Throws a RangeError when there would be more than `most` bytes. */
export async function unpackZstandard(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  const pieces: Uint8Array[] = [];
  let total = 0;
  let idle = 0;
  function* fed(): Generator<Uint8Array> {
    const step = 1 << 16;
    for (let at = 0; at < bytes.length; at += step) {
      idle = 0;
      yield bytes.subarray(at, at + step);
    }
  }
  for (const piece of decoder.decodeStreaming(fed())) {
    // Where the decoder meets an error it hands out nothing, for ever; frames without content do so a few times.
    idle = piece.length > 0 ? 0 : idle + 1;
    if (idle > mostIdle) throw new Error("damaged");
    total += piece.length;
    if (total > most) throw new RangeError(`more than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, total);
}

/** More frames without content in a row than any writer makes. */
const mostIdle = 64;
