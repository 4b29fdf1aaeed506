/** Lines of a file that is read in pieces, as bytes; one that is longer than a bound is refused before it is held. */
import type { BadRows } from "./bad-rows.js";

export interface Line {
  /** Without the \n that ends it. */
  bytes: Buffer;
  /** Counted from 1. */
  number: number;
  /** Of its first byte in the file, unpacked. */
  offset: number;
  /** The piece of the file that it ends in. */
  around: Buffer;
}

export interface LinesOptions {
  chunks: AsyncIterable<Buffer>;
  path: string;
  /** Bytes of the longest line. */
  longest: number;
  bad: BadRows;
}

export async function* linesOf({ chunks, path, longest, bad }: LinesOptions): AsyncGenerator<Line> {
  let [number, offset, length] = [1, 0, 0];
  let parts: Buffer[] = [];
  let around: Buffer = Buffer.alloc(0);
  const line = (): Line => ({ bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts), number, offset, around });
  for await (const chunk of chunks) {
    around = chunk;
    for (let from = 0; from < chunk.length;) {
      const newline = chunk.indexOf(10, from);
      const end = newline < 0 ? chunk.length : newline;
      const before = length;
      length += end - from;
      if (length <= longest) parts.push(chunk.subarray(from, end));
      else {
        parts = [];
        if (before <= longest)
          bad.met(
            new Error(
              `load: ${path}, line ${number} at offset ${offset} is longer than ${longest} bytes (longest: a larger number of bytes takes it)`,
            ),
          );
      }
      if (newline >= 0) {
        if (length <= longest) yield line();
        number++;
        offset += length + 1;
        length = 0;
        parts = [];
      }
      from = end + 1;
    }
  }
  if (length > 0 && length <= longest) yield line();
}
