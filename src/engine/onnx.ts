/**
 * Writes a graph as an ONNX model (protocol buffers, onnx.proto of IR version 9). Only the fields the lab needs, only
 * writing: nothing here reads a model.
 */
import type { Attribute, Body, Constant, Graph, GraphNode, Value } from "./graph.js";
import { foldSums } from "./fold.js";
import { ELEMENT, prune } from "./graph.js";

const ATTRIBUTE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 };

/** `outputs` maps the model's output names to the graph's values. */
export function writeModel(graph: Graph, outputs: Record<string, Value>): Uint8Array {
  const names = Object.keys(outputs);
  const { constants } = prune(graph, Object.values(outputs));
  const nodes = namedNodes(graph, outputs);
  // The newest operator decides; the oldest version that has all of them keeps what a model was.
  const opset = nodes.some(({ op }) => op === "BitCast") ? 26 : 18;
  const body = [
    ...nodes.map((node) => message(1, writeNode(node))),
    text(2, "palimpsest"),
    ...constants.map((constant) => message(5, writeTensor(constant))),
    ...graph.inputs.map((value) => message(11, writeValueInfo(value))),
    ...names.map((name) => message(12, writeValueInfo({ ...outputs[name]!, name }))),
  ];
  return join([
    integer(1, 9),
    text(2, "palimpsest"),
    message(7, join(body)),
    message(8, join([text(1, ""), integer(2, opset)])),
    message(8, join([text(1, "com.microsoft"), integer(2, 1)])),
  ]);
}

/** The nodes of the model, under the names that its outputs get. */
export function namedNodes(graph: Graph, outputs: Record<string, Value>): GraphNode[] {
  const values = Object.values(outputs);
  const leaving = new Set(values.map(({ name }) => name));
  const { nodes } = prune(graph, values);
  return nameOutputs(foldSums({ nodes, shapeOf: (name) => graph.shapeOf(name), leaving }), outputs);
}

/**
 * Gives the values that leave the model their output names where they are made, which spares a copy. A value that leaves
 * twice, or that is an input or a constant, is copied under its second name.
 */
function nameOutputs(nodes: GraphNode[], outputs: Record<string, Value>): GraphNode[] {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: GraphNode[] = [];
  for (const [name, value] of Object.entries(outputs)) {
    if (made.has(value.name) && !renamed.has(value.name)) renamed.set(value.name, name);
    else copies.push({ op: "Identity", domain: "", inputs: [value.name], outputs: [name], attributes: {} });
  }
  const rename = (name: string): string => renamed.get(name) ?? name;
  const named = (node: GraphNode): GraphNode => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    ...(node.body && { body: { ...node.body, nodes: node.body.nodes.map(named) } }),
  });
  return [...nodes, ...copies].map(named);
}

const writeNode = (node: GraphNode): Uint8Array =>
  join([
    ...node.inputs.map((name) => text(1, name)),
    ...node.outputs.map((name) => text(2, name)),
    text(4, node.op),
    ...Object.entries(node.attributes).map(([name, value]) => message(5, writeAttribute(name, value))),
    ...(node.body ? [message(5, writeBody(node.body))] : []),
    ...(node.domain ? [text(7, node.domain)] : []),
  ]);

function writeBody({ inputs, nodes, outputs }: Body): Uint8Array {
  const graph = join([
    ...nodes.map((node) => message(1, writeNode(node))),
    text(2, "body"),
    ...inputs.map((value) => message(11, writeValueInfo(value))),
    ...outputs.map((value) => message(12, writeValueInfo(value))),
  ]);
  return join([text(1, "body"), message(6, graph), integer(20, ATTRIBUTE.graph)]);
}

function writeAttribute(name: string, value: Attribute): Uint8Array {
  const head = text(1, name);
  if (Array.isArray(value)) return join([head, ...value.map((item) => integer(8, item)), integer(20, ATTRIBUTE.ints)]);
  if (typeof value === "string") return join([head, text(4, value), integer(20, ATTRIBUTE.string)]);
  if (typeof value === "number") return join([head, integer(3, value), integer(20, ATTRIBUTE.int)]);
  return join([head, float(2, value.float), integer(20, ATTRIBUTE.float)]);
}

const writeTensor = ({ name, shape, dtype, bytes }: Constant): Uint8Array =>
  join([...shape.map((size) => integer(1, size)), integer(2, ELEMENT[dtype]), text(8, name), message(9, bytes)]);

function writeValueInfo({ name, shape, dtype, list }: Value): Uint8Array {
  const dimensions = join(shape.map((size) => message(1, integer(1, size))));
  const tensor = message(1, join([integer(1, ELEMENT[dtype]), message(2, dimensions)]));
  return join([text(1, name), message(2, list ? message(4, message(1, tensor)) : tensor)]);
}

// The wire format: a field is its number and kind, then a varint, four bytes, or a length and that many bytes.
const integer = (field: number, value: number): Uint8Array => join([varint(field << 3), varint(value)]);
const message = (field: number, bytes: Uint8Array): Uint8Array =>
  join([varint((field << 3) | 2), varint(bytes.length), bytes]);
const text = (field: number, value: string): Uint8Array => message(field, new TextEncoder().encode(value));
const float = (field: number, value: number): Uint8Array =>
  join([varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)]);

/** Base-128, least significant group first; a negative number is its 64-bit two's complement. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const group = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? group | 0x80 : group);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function join(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
