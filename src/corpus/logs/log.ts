/**
 * What grows and never changes: of numbers, or of lines. Whatever remembers what it has seen in a log is what it was once it is given
 * the log again, so that work which was cut off goes on.
 */
export interface Log {
  /** Bytes. */
  readonly size: number;
  append(data: Uint8Array): void;
  /** What is in it, from byte `from` on (its beginning by default), a piece at a time; each piece holds until the next is asked for. */
  pieces(from?: number): Iterable<Uint8Array>;
}

/** Of one who remembers for himself and is never cut off. */
export const noLog: Log = { size: 0, append: () => undefined, pieces: () => [] };

export function memoryLog(): Log {
  let [bytes, size] = [new Uint8Array(1 << 10), 0];
  return {
    get size() {
      return size;
    },
    append(data) {
      if (size + data.length > bytes.length) {
        const more = new Uint8Array(2 * (size + data.length));
        more.set(bytes.subarray(0, size));
        bytes = more;
      }
      bytes.set(data, size);
      size += data.length;
    },
    pieces: (from = 0) => [bytes.subarray(from, size)],
  };
}

export function appendNumbers(log: Log, numbers: Int32Array | Float64Array): void {
  log.append(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}

/** Records of so many 32-bit numbers, each in the same array. */
export function* records(log: Log, width: number): Generator<Int32Array, void> {
  const record = new Int32Array(width);
  for (const bytes of runs(log, record.byteLength)) {
    new Uint8Array(record.buffer).set(bytes);
    yield record;
  }
}

/** Records of so many doubles, each in the same array. */
export function* doubles(log: Log, width: number): Generator<Float64Array, void> {
  const record = new Float64Array(width);
  for (const bytes of runs(log, record.byteLength)) {
    new Uint8Array(record.buffer).set(bytes);
    yield record;
  }
}

function* runs(log: Log, length: number): Generator<Uint8Array, void> {
  const whole = new Uint8Array(length);
  let held = 0;
  for (const piece of log.pieces()) {
    let at = 0;
    if (held > 0) {
      at = Math.min(length - held, piece.length);
      whole.set(piece.subarray(0, at), held);
      held += at;
      if (held < length) continue;
      yield whole;
    }
    for (; at + length <= piece.length; at += length) yield piece.subarray(at, at + length);
    held = piece.length - at;
    whole.set(piece.subarray(at));
  }
}

/** Lines, which hold no line feed of their own, each with the byte after its end. */
export function* linesOf(log: Log, from = 0): Generator<{ line: string; end: number }, void> {
  let [waiting, end]: [Uint8Array[], number] = [[], from];
  for (const piece of log.pieces(from)) {
    let at = 0;
    for (let to; (to = piece.indexOf(10, at)) >= 0; at = to + 1) {
      const bytes = Buffer.concat([...waiting, piece.subarray(at, to)]);
      waiting = [];
      end += bytes.length + 1;
      yield { line: bytes.toString(), end };
    }
    // A copy: a Buffer's own slice is a view of what the next piece is read into.
    waiting.push(Uint8Array.from(piece.subarray(at)));
  }
}
