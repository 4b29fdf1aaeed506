/**
 * The wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/), reading only: the fields of one
 * message as they come, lengths checked against the bytes there are. Groups are refused: nothing we read has them.
 */
export interface Field {
  number: number;
  /** A varint as a bigint, anything else as its bytes (four, eight, or as many as its length says). */
  value: bigint | Uint8Array;
}

export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error("protobuf: message cut off");
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new Error("protobuf: varint longer than ten bytes");
  };
  const take = (count: number): Uint8Array => {
    if (!(count <= bytes.length - at)) throw new Error(`protobuf: ${count} bytes asked of ${bytes.length - at}`);
    return bytes.subarray(at, (at += count));
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const number = Math.floor(key / 8);
    if (key % 8 === 0) yield { number, value: varint() };
    else if (key % 8 === 1) yield { number, value: take(8) };
    else if (key % 8 === 2) yield { number, value: take(Number(varint())) };
    else if (key % 8 === 5) yield { number, value: take(4) };
    else throw new Error(`protobuf: wire type ${key % 8}`);
  }
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
export const float32 = (bytes: Uint8Array): number => view(bytes).getFloat32(0, true);
export const float64 = (bytes: Uint8Array): number => view(bytes).getFloat64(0, true);
