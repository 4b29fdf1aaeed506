/**
 * What is where in a GGUF file of version 2 or 3: named values, and for each tensor its type, shape and bytes. Believed only
 * as far as the file's size bears it out, before anything is allocated. Follows github.com/ggml-org/ggml, docs/gguf.md.
 */
import { show } from "../../foreign.js";
import { isReserved } from "../../names.js";
import { called, type Fail, sizeOf } from "../safetensors-header.js";
import { type BlockType, blockTypes, otherTypes, readTypes } from "./blocks.js";
import { Cursor } from "./cursor.js";

export type Value = number | boolean | string | Value[];

export interface Tensor {
  name: string;
  /** Outermost dimension first, as everywhere else; the file has them the other way round. */
  shape: number[];
  type: BlockType;
  /** Where it begins in the file. */
  start: number;
  bytes: number;
}

export interface Layout {
  values: ReadonlyMap<string, Value>;
  tensors: Tensor[];
}

/** Above every file there is: tokens of a vocabulary, values and tensors of a file, lists in lists. */
const most = { elements: 2 ** 24, values: 2 ** 16, tensors: 2 ** 16, depth: 4 };
/** Bytes that the shortest value, and the shortest tensor's description, take. */
const least = { value: 13, tensor: 24 };

export function readLayout(fd: number, fail: Fail): Layout {
  const cursor = new Cursor(fd, fail);
  const magic = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()];
  const head = String.fromCharCode(...magic);
  if (head === "vers") fail("it is a Git LFS pointer; fetch the file it stands for");
  if (head !== "GGUF") fail("it does not begin with GGUF");
  const version = cursor.u32();
  if (version !== 0 && (version & 0xffff) === 0) fail("it is big-endian; convert it on a little-endian machine");
  if (version !== 2 && version !== 3) fail(`version ${version}; 2 and 3 are read, convert the model anew`);
  const [tensors, values] = [cursor.u64(), cursor.u64()];
  if (!(values <= most.values && values * least.value <= cursor.left)) fail(`it claims ${values} values`);
  if (!(tensors <= most.tensors && tensors * least.tensor <= cursor.left)) fail(`it claims ${tensors} tensors`);
  const map = new Map<string, Value>();
  for (let i = 0; i < values; i++) {
    const key = cursor.text("a key", 2 ** 16);
    if (map.has(key)) fail(`${called(key)} is there twice`);
    map.set(key, valueOf(cursor, cursor.u32(), called(key)));
  }
  return { values: map, tensors: tensorsOf(cursor, tensors, alignmentOf(map, fail)) };
}

/** Readers by the number that the format gives a type, and the bytes that the shortest value takes. */
const scalars: Record<number, [(cursor: Cursor, what: string) => Value, number]> = {
  0: [(cursor) => cursor.u8(), 1],
  1: [(cursor) => cursor.i8(), 1],
  2: [(cursor) => cursor.u16(), 2],
  3: [(cursor) => cursor.i16(), 2],
  4: [(cursor) => cursor.u32(), 4],
  5: [(cursor) => cursor.i32(), 4],
  6: [(cursor) => shortest(cursor.f32()), 4],
  7: [(cursor) => cursor.u8() !== 0, 1],
  8: [(cursor, what) => cursor.text(what), 8],
  10: [(cursor) => cursor.u64(), 8],
  11: [(cursor) => cursor.i64(), 8],
  12: [(cursor) => cursor.f64(), 8],
};
/** The shortest decimal that is this float32, as the config.json that it came from had it: 1e-5, not 0.0000099999997. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
}

const listType = 9;
const listHead = 12;

function valueOf(cursor: Cursor, type: number, what: string, depth = 0): Value {
  const scalar = scalars[type];
  if (scalar) return scalar[0](cursor, what);
  if (type !== listType) return cursor.fail(`${what} is of type ${type}, which the format does not have`);
  if (depth === most.depth) return cursor.fail(`${what} has lists deeper than ${most.depth} in others`);
  const inner = cursor.u32();
  const count = cursor.u64();
  const bytes = scalars[inner]?.[1] ?? listHead;
  if (!(count <= most.elements && count * bytes <= cursor.left))
    return cursor.fail(`${what} claims ${count} elements, ${cursor.left} bytes are left`);
  const list: Value[] = [];
  for (let i = 0; i < count; i++) list.push(valueOf(cursor, inner, what, depth + 1));
  return list;
}

function alignmentOf(values: Layout["values"], fail: Fail): number {
  const alignment = values.get("general.alignment") ?? 32;
  if (!(
    typeof alignment === "number" &&
    alignment >= 1 &&
    alignment <= 2 ** 20 &&
    Number.isInteger(Math.log2(alignment))
  ))
    return fail(`general.alignment is ${show(alignment)}; a power of two is expected`);
  return alignment;
}

/** As the format demands, tensors follow each other in the order of their descriptions, each at the next aligned byte. */
function tensorsOf(cursor: Cursor, count: number, alignment: number): Tensor[] {
  const { fail, size } = cursor;
  const aligned = (at: number): number => Math.ceil(at / alignment) * alignment;
  const described = Array.from({ length: count }, () => describedTensor(cursor));
  const begin = aligned(cursor.position);
  const names = new Set<string>();
  let at = 0;
  return described.map(({ offset, ...tensor }) => {
    const name = called(tensor.name);
    if (names.size === names.add(tensor.name).size) fail(`${name} is there twice`);
    if (offset !== at) fail(`${name} begins at byte ${offset} of the data, the tensor before it ends at ${at}`);
    const end = begin + at + tensor.bytes;
    if (end > size) fail(`${name} ends at byte ${end} of ${size}: truncated`);
    at = aligned(at + tensor.bytes);
    return { ...tensor, start: begin + offset };
  });
}

function describedTensor(cursor: Cursor): Omit<Tensor, "start"> & { offset: number } {
  const { fail } = cursor;
  const name = cursor.text("a tensor's name", 64);
  if (name === "" || isReserved(name)) fail(`a tensor is called ${show(name)}`);
  const rank = cursor.u32();
  if (rank > 4) fail(`${called(name)} has ${rank} dimensions; at most 4 are read`);
  const shape = Array.from({ length: rank }, cursor.u64).reverse();
  const number = cursor.u32();
  const type = Object.hasOwn(blockTypes, number) ? blockTypes[number]! : undefined;
  if (!type)
    return fail(
      `${called(name)} is ${otherTypes[number] ?? `of type ${number}`}; ${readTypes} are read, quantise the model anew`,
    );
  const row = shape.at(-1) ?? 1;
  if (!Number.isSafeInteger(sizeOf(shape)) || row % type.values !== 0)
    fail(`${called(name)} is [${shape}], which ${type.name} cannot hold`);
  return { name, shape, type, bytes: (sizeOf(shape) / type.values) * type.bytes, offset: cursor.u64() };
}
