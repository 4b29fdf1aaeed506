/** The leaves of a Parquet schema: the columns that hold values, how deep each lies, and whether its type can be read. */
import type { ParquetType, SchemaElement } from "hyparquet";

export interface Leaf {
  path: string[];
  element: SchemaElement & { type: ParquetType };
  /** The highest definition level: how many steps of the path may be absent. */
  definition: number;
  /** The highest repetition level: how many steps of the path are lists. */
  repetition: number;
}

const deepest = 16;
const mostElements = 100_000;

export function leavesOf(schema: readonly SchemaElement[]): Leaf[] {
  if (schema.length > mostElements) throw new Error(`a schema of ${schema.length} elements`);
  const leaves: Leaf[] = [];
  let next = 1;
  const walk = (children: number, above: Omit<Leaf, "element">): void => {
    const names = new Set<string>();
    for (let i = 0; i < children; i++) {
      const element = schema[next++];
      if (!element) throw new Error("a schema that promises more columns than it has");
      if (typeof element.name !== "string") throw new Error("a schema with a column without a name");
      if (names.has(element.name) || element.name === "__proto__")
        throw new Error(
          `a schema with the column ${JSON.stringify(element.name)}${names.has(element.name) ? " twice" : ""}`,
        );
      names.add(element.name);
      if (!["REQUIRED", "OPTIONAL", "REPEATED"].includes(element.repetition_type!))
        throw new Error(
          `a schema with a column ${JSON.stringify(element.name)} that may neither be absent nor present`,
        );
      const here = {
        path: [...above.path, element.name],
        definition: above.definition + Number(element.repetition_type !== "REQUIRED"),
        repetition: above.repetition + Number(element.repetition_type === "REPEATED"),
      };
      if (here.path.length > deepest) throw new Error(`a schema nested more than ${deepest} deep`);
      if (element.num_children) walk(childrenOf(element), here);
      else if (element.type) leaves.push({ ...here, element: { ...element, type: element.type } });
      else throw new Error(`a schema with a column ${JSON.stringify(element.name)} without a type`);
    }
  };
  walk(childrenOf(schema[0]), { path: [], definition: 0, repetition: 0 });
  if (next !== schema.length) throw new Error("a schema with columns that belong nowhere");
  return leaves;
}

function childrenOf(element: SchemaElement | undefined): number {
  const children = element?.num_children ?? 0;
  if (!(children > 0) || element?.type) throw new Error("a schema without columns");
  return children;
}

/** What each meaning is stored as; a meaning without a row is not read. */
const stored: Record<string, readonly ParquetType[]> = {
  ...over(["UTF8", "ENUM", "JSON", "STRING"], "BYTE_ARRAY"),
  ...over(["DATE", "TIME_MILLIS", "UINT_8", "UINT_16", "UINT_32", "INT_8", "INT_16", "INT_32"], "INT32"),
  ...over(["TIME_MICROS", "TIMESTAMP_MILLIS", "TIMESTAMP_MICROS", "TIMESTAMP", "UINT_64", "INT_64"], "INT64"),
  ...over(["TIME", "INTEGER"], "INT32", "INT64"),
  ...over(["FLOAT16", "UUID"], "FIXED_LEN_BYTE_ARRAY"),
  DECIMAL: ["INT32", "INT64", "FIXED_LEN_BYTE_ARRAY"],
  NULL: ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"],
};

function over(meanings: readonly string[], ...types: ParquetType[]): Record<string, ParquetType[]> {
  return Object.fromEntries(meanings.map((meaning) => [meaning, types]));
}

/** Lists and maps are marked on the groups, and dates and decimals on the leaves: a mark that does not fit its bytes is refused. */
export function checkType({ path, element }: Leaf): void {
  const column = JSON.stringify(path.join("."));
  const { type, type_length: length, converted_type, logical_type } = element;
  for (const meaning of [converted_type, logical_type?.type])
    if (meaning !== undefined && !(Object.hasOwn(stored, meaning) && stored[meaning]!.includes(type)))
      throw new Error(`${column} holds ${meaning} as ${type}, which is not read`);
  if (type !== "FIXED_LEN_BYTE_ARRAY") return;
  const meaning = converted_type ?? logical_type?.type;
  const most = meaning === "DECIMAL" ? 32 : meaning === "UUID" ? 16 : meaning === "FLOAT16" ? 2 : 2 ** 20;
  if (!(length! > 0 && length! <= most)) throw new Error(`${column} holds ${meaning ?? type} of ${length} bytes`);
}
