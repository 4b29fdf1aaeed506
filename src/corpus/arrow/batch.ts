/**
 * The columns of one batch as functions from a row to its value. Lengths and offsets are held against the buffers before a value
 * is read, and texts must be UTF-8; a null is null.
 */
import { isUtf8 } from "node:buffer";
import type { Column } from "./schema.js";

export interface Values {
  length: number;
  at(row: number): unknown;
}

/** What a batch is made of, in the order of its columns. */
export interface Parts {
  /** Length and number of nulls of each column. */
  nodes: readonly (readonly number[])[];
  buffers: readonly Uint8Array[];
  /** How many buffers of data each column of views has. */
  variadic: readonly number[];
  dictionaries: ReadonlyMap<number, Values>;
}

/** Values of columns, which are asked for in the schema's order. */
export function valuesIn({ nodes, buffers, variadic, dictionaries }: Parts): (column: Column) => Values {
  const next = { node: 0, buffer: 0, variadic: 0 };
  const buffer = (): Uint8Array => {
    const bytes = buffers[next.buffer++];
    if (!bytes) throw new Error("fewer buffers than its columns have");
    return bytes;
  };
  /** The next buffer, which must have so many bytes. */
  const holding = (bytes: number): DataView => {
    const { buffer: memory, byteOffset, byteLength } = buffer();
    if (!(bytes <= byteLength)) throw new Error(`a buffer of ${byteLength} bytes for ${bytes}`);
    return new DataView(memory, byteOffset, byteLength);
  };
  /** Where the values of each row begin and end among `within`. */
  const offsets = (length: number, bits: 32 | 64): ((i: number) => number) => {
    const view = holding(length === 0 ? 0 : (length + 1) * (bits / 8));
    const at = (i: number): number =>
      bits === 64 ? Number(view.getBigInt64(8 * i, true)) : view.getInt32(4 * i, true);
    return length === 0 ? () => 0 : at;
  };
  const rising = (at: (i: number) => number, length: number, end: number): void => {
    for (let i = 0, before = 0; i <= length; i++) {
      const value = at(i);
      if (!(value >= before && value <= end)) throw new Error("offsets that do not rise, or end outside their values");
      before = value;
    }
  };
  const column = (given: Column): Values => {
    const [length = NaN, nulls = 0] = nodes[next.node++] ?? [];
    if (!(Number.isSafeInteger(length) && length >= 0)) throw new Error(`a column of ${length} values`);
    const { kind, children } = given;
    if (kind.is === "null") return { length, at: () => null };
    const validity = buffer();
    if (nulls > 0 && validity.length > 0 && validity.length < length / 8) throw new Error("too few marks of nulls");
    const present = (row: number): boolean =>
      nulls === 0 || validity.length === 0 || ((validity[row >> 3]! >> (row & 7)) & 1) === 1;
    const read = given.dictionary ? indices(given.dictionary, length) : direct(kind, children, length);
    return { length, at: (row) => (present(row) ? read(row) : null) };
  };
  const indices = ({ id, bits, signed }: NonNullable<Column["dictionary"]>, length: number): Values["at"] => {
    const at = integer(holding((length * bits) / 8), bits, signed);
    const values = dictionaries.get(id);
    return (row) => {
      const index = Number(at(row));
      if (!(values && index >= 0 && index < values.length))
        throw new Error("a value that its dictionary does not have");
      return values.at(index);
    };
  };
  const direct = (kind: Column["kind"], children: Column[], length: number): Values["at"] => {
    switch (kind.is) {
      case "boolean": {
        const view = holding(Math.ceil(length / 8));
        return (row) => ((view.getUint8(row >> 3) >> (row & 7)) & 1) === 1;
      }
      case "integer":
        return integer(holding((length * kind.bits) / 8), kind.bits, kind.signed);
      case "moment": {
        const at = integer(holding((length * kind.bits) / 8), kind.bits, true);
        return (row) => new Date((Number(at(row)) * 1000) / kind.perSecond);
      }
      case "float": {
        const view = holding((length * kind.bits) / 8);
        return (row) =>
          kind.bits === 64
            ? view.getFloat64(8 * row, true)
            : kind.bits === 32
              ? view.getFloat32(4 * row, true)
              : undefined;
      }
      case "text":
      case "bytes": {
        const at = offsets(length, kind.bits);
        const bytes = buffer();
        rising(at, length === 0 ? -1 : length, bytes.length);
        const read = kind.is === "text" ? textOf : textOrBytes;
        return (row) => read(bytes.subarray(at(row), at(row + 1)));
      }
      case "view":
        return views(holding(16 * length), kind.text);
      case "list": {
        const at = offsets(length, kind.bits);
        const values = column(children[0]!);
        rising(at, length === 0 ? -1 : length, values.length);
        return (row) => Array.from({ length: at(row + 1) - at(row) }, (_, i) => values.at(at(row) + i));
      }
      case "fixed list": {
        const { size } = kind;
        const values = column(children[0]!);
        if (!(size >= 0 && size * length <= values.length))
          throw new Error(`lists of ${size} values that are not there`);
        return (row) => Array.from({ length: size }, (_, i) => values.at(row * size + i));
      }
      case "struct": {
        const parts = children.map((child) => [child.name, column(child)] as const);
        if (parts.some(([, values]) => values.length < length))
          throw new Error("a struct of columns that are too short");
        return (row) => Object.fromEntries(parts.map(([name, values]) => [name, values.at(row)]));
      }
      default:
        buffer();
        return () => undefined;
    }
  };
  /** Short texts lie in the view itself, longer ones in a buffer that it names. */
  const views = (view: DataView, text: boolean): Values["at"] => {
    const data = Array.from({ length: Math.min(variadic[next.variadic++] ?? 0, buffers.length) }, buffer);
    const read = text ? textOf : textOrBytes;
    const own = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    return (row) => {
      const [at, size] = [16 * row, view.getInt32(16 * row, true)];
      if (size >= 0 && size <= 12) return read(own.subarray(at + 4, at + 4 + size));
      const bytes = data[view.getInt32(at + 8, true)];
      const start = view.getInt32(at + 12, true);
      if (!(bytes && size >= 0 && start >= 0 && start + size <= bytes.length))
        throw new Error("a text that lies outside its buffer");
      return read(bytes.subarray(start, start + size));
    };
  };
  return column;
}

function integer(view: DataView, bits: number, signed: boolean): (row: number) => number | bigint {
  switch (bits) {
    case 8:
      return (row) => (signed ? view.getInt8(row) : view.getUint8(row));
    case 16:
      return (row) => (signed ? view.getInt16(2 * row, true) : view.getUint16(2 * row, true));
    case 32:
      return (row) => (signed ? view.getInt32(4 * row, true) : view.getUint32(4 * row, true));
    case 64:
      return (row) => {
        const value = signed ? view.getBigInt64(8 * row, true) : view.getBigUint64(8 * row, true);
        return Number.isSafeInteger(Number(value)) ? Number(value) : value;
      };
    default:
      throw new Error(`integers of ${bits} bits`);
  }
}

/** Columns of bytes hold text where their writer had no type for it. */
const textOrBytes = (bytes: Uint8Array): string | Uint8Array => (isUtf8(bytes) ? textOf(bytes) : bytes);

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new Error("text that is not UTF-8", { cause: error });
  }
}
