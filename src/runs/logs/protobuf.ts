/** The wire format of protocol buffers, as far as logs need it (https://protobuf.dev/programming-guides/encoding/). Writing only. */

/** A field of a message: its number, and a whole number, a text, bytes or a message in it. */
export const field = (number: number, value: number | string | Uint8Array): Buffer => {
  if (typeof value === "number") return Buffer.concat([varint(number * 8), varint(value)]);
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
};

export function double(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(number * 8 + 1), bytes]);
}

export function float(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint(number * 8 + 5), bytes]);
}

export const message = (...fields: Buffer[]): Buffer => Buffer.concat(fields);

/** Of a whole number from 0 that a double holds exactly. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}
