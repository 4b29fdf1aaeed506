/** The columns of an Arrow schema: what their values are, and which buffers of a batch they lie in (Arrow Columnar Format 1.5). */
import type { Table } from "./flatbuffer.js";

/** How a column's values lie in buffers; those of `skipped` kinds are passed by, and are no values here. */
export type Kind =
  | { is: "null" }
  | { is: "boolean" }
  | { is: "integer"; bits: number; signed: boolean }
  | { is: "float"; bits: number }
  /** Of so many a second; days where it is 1 / 86,400. */
  | { is: "moment"; bits: number; perSecond: number }
  | { is: "text" | "bytes"; bits: 32 | 64 }
  | { is: "view"; text: boolean }
  | { is: "list"; bits: 32 | 64 }
  | { is: "fixed list"; size: number }
  | { is: "struct" }
  | { is: "skipped" };

export interface Column {
  name: string;
  kind: Kind;
  children: Column[];
  /** Where its values are numbers of values of a dictionary: which one, and how they are written. */
  dictionary?: { id: number; bits: number; signed: boolean };
}

const deepest = 16;

export function columnsOfSchema(schema: Table): Column[] {
  if (schema.number(0, "int16") !== 0) throw new Error("numbers in big-endian order, which are not read");
  const columns = schema.tables(1).map((field) => columnOf(field, 0));
  const twice = columns.find(({ name }, i) => columns.findIndex((other) => other.name === name) < i);
  if (twice) throw new Error(`the column ${JSON.stringify(twice.name)} twice`);
  return columns;
}

function columnOf(field: Table, depth: number): Column {
  if (depth > deepest) throw new Error(`a schema nested more than ${deepest} deep`);
  const name = field.text(0);
  const children = field.tables(5).map((child) => columnOf(child, depth + 1));
  const kind = kindOf(field.number(2, "int8"), field.table(3), JSON.stringify(name));
  if (children.length !== (childrenOf[kind.is] ?? children.length))
    throw new Error(`the column ${JSON.stringify(name)} with ${children.length} columns in it`);
  const dictionary = field.table(4);
  if (!dictionary) return { name, kind, children };
  const index = dictionary.table(1);
  const bits = index?.number(0, "int32") ?? 32;
  return {
    name,
    kind,
    children,
    dictionary: { id: dictionary.number(0, "int64"), bits, signed: (index?.number(1, "int8") ?? 1) !== 0 },
  };
}

/** How many columns lie within one of a kind; a struct has any number. */
const childrenOf: Partial<Record<Kind["is"], number>> = {
  null: 0,
  boolean: 0,
  integer: 0,
  float: 0,
  moment: 0,
  text: 0,
  bytes: 0,
  view: 0,
  skipped: 0,
  list: 1,
  "fixed list": 1,
};

/** Units of time: seconds, then thousandths of the one before. */
const perSecond = [1, 1e3, 1e6, 1e9];

/** `type` is a number of Arrow's union of types (format/Schema.fbs). */
function kindOf(type: number, of: Table | undefined, column: string): Kind {
  switch (type) {
    case 1:
      return { is: "null" };
    case 2:
      return { is: "integer", bits: of?.number(0, "int32") ?? 0, signed: (of?.number(1, "int8") ?? 0) !== 0 };
    case 3:
      return { is: "float", bits: 16 << (of?.number(0, "int16") ?? 0) };
    case 4:
    case 19:
      return { is: "bytes", bits: type === 4 ? 32 : 64 };
    case 5:
    case 20:
      return { is: "text", bits: type === 5 ? 32 : 64 };
    case 6:
      return { is: "boolean" };
    case 7:
    case 9:
    case 11:
    case 15:
    case 18:
      return { is: "skipped" };
    case 8:
      return of?.number(0, "int16", 1) === 0
        ? { is: "moment", bits: 32, perSecond: 1 / 86_400 }
        : { is: "moment", bits: 64, perSecond: 1000 };
    case 10:
      return { is: "moment", bits: 64, perSecond: perSecond[of?.number(0, "int16") ?? 0] ?? 1 };
    case 12:
    case 17:
    case 21:
      return { is: "list", bits: type === 21 ? 64 : 32 };
    case 13:
      return { is: "struct" };
    case 16:
      return { is: "fixed list", size: of?.number(0, "int32") ?? 0 };
    case 23:
    case 24:
      return { is: "view", text: type === 24 };
    default:
      throw new Error(`the column ${column} of a type that is not read (${type})`);
  }
}
