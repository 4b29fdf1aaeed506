/** A text file line by line in bounded memory: a piece at a time, and never a line longer than what could be a row. */
import { closeSync, openSync, readSync } from "node:fs";
import { refuse } from "./types.js";

const piece = 1 << 20;
const longest = 64 << 20;

/** Every line without its end, with its number from 1; a last line without a newline counts. UTF-8, checked. */
export function* linesOf(path: string): Generator<{ line: string; number: number }> {
  const file = openSync(path, "r");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    const bytes = new Uint8Array(piece);
    let held = "";
    let number = 0;
    for (;;) {
      const read = readSync(file, bytes, 0, piece, null);
      held += decode(decoder, bytes.subarray(0, read), read === 0, path);
      let from = 0;
      for (let end = held.indexOf("\n"); end >= 0; end = held.indexOf("\n", from)) {
        yield { line: held.slice(from, end), number: ++number };
        from = end + 1;
      }
      held = held.slice(from);
      if (held.length > longest) throw refuse(path, `line ${number + 1}: longer than 64 MB`, "is this a text file?");
      if (read === 0) break;
    }
    if (held !== "") yield { line: held, number: ++number };
  } finally {
    closeSync(file);
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array, last: boolean, path: string): string {
  try {
    return decoder.decode(bytes, { stream: !last });
  } catch (error) {
    throw new Error(`runs.rows: invalid text in ${path}: not UTF-8 (save it as UTF-8)`, { cause: error });
  }
}
