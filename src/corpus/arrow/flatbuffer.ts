/**
 * FlatBuffers (https://flatbuffers.dev/internals), in which Arrow writes what its messages hold: read field by field where it is asked
 * for. Whatever points outside the bytes is a RangeError of the view's, and a vector is held against the bytes that are left.
 */
export interface Table {
  number(field: number, kind: "int8" | "int16" | "int32" | "int64", otherwise?: number): number;
  text(field: number): string;
  table(field: number): Table | undefined;
  tables(field: number): Table[];
  /** Vector of structs of 64-bit integers, so many each. */
  integers(field: number, each: number): number[][];
}

/** How many tables one message may hold. */
const most = 100_000;

export function rootOf(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = most;

  const vector = (at: number, size: number): { start: number; length: number } => {
    const base = at + view.getUint32(at, true);
    const length = view.getUint32(base, true);
    if (length * size > view.byteLength - base - 4) throw new RangeError("a vector that ends outside its message");
    return { start: base + 4, length };
  };
  const tableAt = (at: number): Table => {
    if (--left < 0) throw new RangeError("a message of too many tables");
    const place = at + view.getUint32(at, true);
    const vtable = place - view.getInt32(place, true);
    const size = view.getUint16(vtable, true);
    /** Where a field lies; 0 where it is absent. */
    const find = (field: number): number => {
      const offset = 4 + 2 * field < size ? view.getUint16(vtable + 4 + 2 * field, true) : 0;
      return offset === 0 ? 0 : place + offset;
    };
    return {
      number(field, kind, otherwise = 0) {
        const found = find(field);
        if (found === 0) return otherwise;
        if (kind === "int64") return Number(view.getBigInt64(found, true));
        return kind === "int8"
          ? view.getInt8(found)
          : kind === "int16"
            ? view.getInt16(found, true)
            : view.getInt32(found, true);
      },
      text(field) {
        const found = find(field);
        if (found === 0) return "";
        const { start, length } = vector(found, 1);
        return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("utf8");
      },
      table(field) {
        const found = find(field);
        return found === 0 ? undefined : tableAt(found);
      },
      tables(field) {
        const found = find(field);
        if (found === 0) return [];
        const { start, length } = vector(found, 4);
        return Array.from({ length }, (_, i) => tableAt(start + 4 * i));
      },
      integers(field, each) {
        const found = find(field);
        if (found === 0) return [];
        const { start, length } = vector(found, 8 * each);
        return Array.from({ length }, (_, i) =>
          Array.from({ length: each }, (_, k) => Number(view.getBigInt64(start + 8 * (i * each + k), true))),
        );
      },
    };
  };
  return tableAt(0);
}
