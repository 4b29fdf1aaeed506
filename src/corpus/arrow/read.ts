/**
 * Arrow IPC, as a stream or as a file (`datasets` of Hugging Face writes the one, Feather is the other), a record batch at a
 * time. Written here because readers of Arrow believe what a file says, and hold all of it. Errors are one bare line, to be put
 * behind the reader's name and the file's.
 */
import { inflaters } from "../parquet/inflate.js";
import { lz4Frame } from "../parquet/lz4.js";
import { type Parts, type Values, valuesIn } from "./batch.js";
import { rootOf, type Table } from "./flatbuffer.js";
import { type Column, columnsOfSchema } from "./schema.js";

export interface ArrowBatch {
  columns: Column[];
  rows: number;
  /** Of the columns that were wanted. */
  values: ReadonlyMap<string, Values>;
}

/** Bytes of the largest head of a message, and of its body. */
const [largestHead, largestBody] = [64 << 20, 2 ** 31 - 1];

/** No schema's head is as short. */
const leastHead = 32;

const [schemaMessage, dictionaryMessage, batchMessage] = [1, 2, 3];

/** `wanted` says which columns are read, of those that there are. */
export async function* arrowBatches(
  chunks: AsyncIterable<Uint8Array>,
  wanted: (columns: string[]) => string[],
): AsyncGenerator<ArrowBatch> {
  let columns: Column[] | undefined;
  let names: string[] = [];
  const dictionaries = new Map<number, Values>();
  /** In a file a batch may come before its dictionaries. */
  let waiting: { content: Table; body: Uint8Array }[] = [];
  const batches = async function* (columns: Column[]): AsyncGenerator<ArrowBatch> {
    for (const { content, body } of waiting) {
      const rows = content.number(0, "int64");
      if (!(rows >= 0 && rows <= 1024 + 8 * body.length))
        throw new Error(`a batch of ${rows} rows in ${body.length} bytes`);
      const next = valuesIn({ ...(await partsOf(content, body)), dictionaries: new Map(dictionaries) });
      const all = columns.map((column) => [column.name, next(column)] as const);
      const short = all.find(([, { length }]) => length !== rows);
      if (short) throw new Error(`${short[1].length} values of ${JSON.stringify(short[0])} in a batch of ${rows} rows`);
      yield { columns, rows, values: new Map(all.filter(([name]) => names.includes(name))) };
    }
    waiting = [];
  };
  for await (const { head, body } of messages(chunks)) {
    const [type, content] = [head.number(1, "int8"), head.table(2)];
    if (!content) throw new Error("a message without content");
    if (type === schemaMessage) {
      columns ??= columnsOfSchema(content);
      names = wanted(columns.map(({ name }) => name));
      continue;
    }
    if (!columns) throw new Error("a batch before its schema");
    if (type === dictionaryMessage) {
      const id = content.number(0, "int64");
      const column = dictionaryColumn(columns, id);
      const batch = content.table(1);
      if (!column || !batch) throw new Error(`a dictionary that no column has (${id})`);
      const values = valuesIn({ ...(await partsOf(batch, body)), dictionaries })(column);
      const before = content.number(2, "int8") === 0 ? undefined : dictionaries.get(id);
      dictionaries.set(id, before ? joined(before, values) : values);
    } else if (type === batchMessage) waiting.push({ content, body });
    else throw new Error(`a message of type ${type}`);
    if (dictionariesOf(columns).every((id) => dictionaries.has(id))) yield* batches(columns);
  }
  if (!columns) throw new Error("no schema");
  yield* batches(columns);
}

const joined = (before: Values, after: Values): Values => ({
  length: before.length + after.length,
  at: (row) => (row < before.length ? before.at(row) : after.at(row - before.length)),
});

const dictionariesOf = (columns: readonly Column[]): number[] =>
  columns.flatMap(({ dictionary, children }) => [...(dictionary ? [dictionary.id] : []), ...dictionariesOf(children)]);

/** The column of that dictionary, as the values in it are. */
function dictionaryColumn(columns: readonly Column[], id: number): Column | undefined {
  for (const column of columns) {
    if (column.dictionary?.id === id) return { name: column.name, kind: column.kind, children: column.children };
    const inner = dictionaryColumn(column.children, id);
    if (inner) return inner;
  }
  return undefined;
}

async function partsOf(batch: Table, body: Uint8Array): Promise<Omit<Parts, "dictionaries">> {
  const packed = batch.table(3);
  const { ZSTD } = await inflaters();
  const inflate = packed?.number(0, "int8") === 0 ? lz4Frame : ZSTD!;
  let left = Math.max(64 << 20, 1024 * body.length);
  const buffers = batch.integers(2, 2).map(([offset, length]) => {
    if (!(offset! >= 0 && length! >= 0 && offset! + length! <= body.length))
      throw new Error("a buffer outside its batch");
    const bytes = body.subarray(offset, offset! + length!);
    if (!packed || bytes.length === 0) return bytes;
    if (bytes.length < 8) throw new Error("a packed buffer without its length");
    const size = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true));
    if (size === -1) return bytes.subarray(8);
    if (!(size >= 0 && (left -= size) >= 0))
      throw new Error(`a buffer of ${bytes.length} bytes that says it holds ${size}`);
    const unpacked = inflate(bytes.subarray(8), size);
    if (unpacked.length !== size) throw new Error(`a buffer of ${unpacked.length} bytes unpacked, not ${size}`);
    return unpacked;
  });
  return { nodes: batch.integers(1, 2), buffers, variadic: batch.integers(4, 1).map(([count]) => count!) };
}

/** Heads and bodies of messages, in order; bodies are copies of their own. */
async function* messages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<{ head: Table; body: Uint8Array }> {
  const take = taker(chunks);
  let first = await take(4);
  const file = first?.toString("latin1") === "ARRO";
  if (file) {
    await take(4);
    first = await take(4);
    if (first && first.readInt32LE() >= 0 && first.readInt32LE() < leastHead) {
      const bare = await unmarkedHead(take, first);
      yield { head: rootOf(bare.head), body: Buffer.alloc(0) };
      first = bare.mark;
    }
  }
  for (let mark = first; mark; mark = await take(4)) {
    // Before Arrow 0.15 the length came without the mark.
    const length = mark.readInt32LE() === -1 ? (await must(take, 4)).readInt32LE() : mark.readInt32LE();
    if (length === 0) return;
    if (!(length > 0 && length <= largestHead)) throw new Error(`a message with a head of ${length} bytes`);
    const head = rootOf(await must(take, length));
    const size = head.number(3, "int64");
    if (!(size >= 0 && size <= largestBody)) throw new Error(`a message with a body of ${size} bytes`);
    yield { head, body: await must(take, size) };
  }
  if (file) throw new Error("it ends before its last message");
}

/** Polars writes the schema that a file begins with without mark and length: it goes on to the next message's mark. */
async function unmarkedHead(take: Take, first: Buffer): Promise<{ head: Buffer; mark: Buffer }> {
  const words = [first];
  for (let word = await must(take, 4); words.length < largestHead / 4; word = await must(take, 4)) {
    if (word.readInt32LE() === -1) return { head: Buffer.concat(words), mark: word };
    words.push(word);
  }
  throw new Error(`a schema of more than ${largestHead} bytes`);
}

type Take = (bytes: number) => Promise<Buffer | undefined>;

async function must(take: Take, bytes: number): Promise<Buffer> {
  const taken = bytes === 0 ? Buffer.alloc(0) : await take(bytes);
  if (!taken) throw new Error("it ends inside a message");
  return taken;
}

/** So many bytes at a time, undefined where nothing is left; what is asked for is not allocated before it is there. */
function taker(chunks: AsyncIterable<Uint8Array>): Take {
  const iterator = chunks[Symbol.asyncIterator]();
  let left: Uint8Array = Buffer.alloc(0);
  return async (bytes) => {
    const parts: Uint8Array[] = [];
    for (let missing = bytes; missing > 0;) {
      if (left.length === 0) {
        const { done, value } = await iterator.next();
        if (done && parts.length === 0) return undefined;
        if (done) throw new Error("it ends inside a message");
        left = value;
      }
      const part = left.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      left = left.subarray(part.length);
    }
    return Buffer.concat(parts, bytes);
  };
}
