/**
 * LZ4 unpacked: blocks, as Parquet's LZ4_RAW has them, and frames, as Arrow has them
 * (https://github.com/lz4/lz4/blob/dev/doc, Block Format and Frame Format 1.6). Frames' checksums are passed over.
 */

/** One byte of a block makes at most so many. */
const most = 255;

/** A block of exactly `length` bytes unpacked. */
export function lz4Block(input: Uint8Array, length: number): Uint8Array {
  const output = room(input, length);
  return output.subarray(0, unpack(input, output, 0));
}

/** A frame of exactly `length` bytes unpacked. */
export function lz4Frame(input: Uint8Array, length: number): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error("a buffer that is no LZ4 frame");
  const output = room(input, length);
  const flags = view.getUint8(4);
  const [checked, sized, named] = [flags & 16, flags & 8, flags & 1];
  let from = 7 + (sized ? 8 : 0) + (named ? 4 : 0);
  let to = 0;
  for (let size; (size = view.getUint32(from, true)) !== 0;) {
    const plain = size >= 2 ** 31;
    const end = from + 4 + (plain ? size - 2 ** 31 : size);
    if (end > input.length) throw new Error("an LZ4 block that ends outside its frame");
    const block = input.subarray(from + 4, end);
    if (plain) {
      output.set(block, to);
      to += block.length;
    } else to = unpack(block, output, to);
    from = end + (checked ? 4 : 0);
  }
  return output.subarray(0, to);
}

function room(input: Uint8Array, length: number): Uint8Array {
  if (length > most * input.length) throw new Error(`a page of ${input.length} bytes that says it holds ${length}`);
  return new Uint8Array(length);
}

/** Writes behind `to`, from where matches may reach back, and says where it ends. */
function unpack(input: Uint8Array, output: Uint8Array, to: number): number {
  let from = 0;
  const byte = (): number => {
    if (from >= input.length) throw new Error("an LZ4 block that ends too early");
    return input[from++]!;
  };
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15)
      for (let more = 255; more === 255;) {
        more = byte();
        length += more;
      }
    return length;
  };
  while (from < input.length) {
    const token = byte();
    const literals = lengthOf(token >> 4);
    if (from + literals > input.length || to + literals > output.length)
      throw new Error("an LZ4 block that ends outside its page");
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === input.length) break;
    const back = byte() | (byte() << 8);
    const length = 4 + lengthOf(token & 15);
    if (back === 0 || back > to || to + length > output.length)
      throw new Error("an LZ4 block that ends outside its page");
    // What is copied may begin with what is being written.
    for (let i = 0; i < length; i++) output[to + i] = output[to - back + i]!;
    to += length;
  }
  return to;
}
