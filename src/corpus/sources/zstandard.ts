/**
 * Zstandard unpacked piece by piece, by the reference decoder compiled to WebAssembly (zstddec): a header may promise any size,
 * and windows are up to 128 MB. Checksums are checked. No dictionaries.
 */
import { ZSTDDecoder } from "zstddec/stream";

/** More frames without content in a row than any writer makes. */
const mostIdle = 64;

/** Pieces that are fed may be overwritten once the next is asked for. */
export async function unpackZstandard(packed: Iterable<Uint8Array>): Promise<Generator<Uint8Array>> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return unpacked(decoder, packed);
}

function* unpacked(decoder: ZSTDDecoder, packed: Iterable<Uint8Array>): Generator<Uint8Array> {
  let idle = 0;
  function* fed(): Generator<Uint8Array> {
    for (const bytes of packed) {
      idle = 0;
      yield bytes;
    }
  }
  for (const piece of decoder.decodeStreaming(fed())) {
    // Where the decoder meets an error it hands out nothing, for ever; frames without content do so a few times.
    idle = piece.length > 0 ? 0 : idle + 1;
    if (idle > mostIdle) throw new Error("damaged");
    if (piece.length > 0) yield piece;
  }
}
