/**
 * Which entries of the state a step may write where it read them: `next.x` into the buffer that is fed as `state.x`. ONNX
 * Runtime orders nodes as it likes, as long as each comes after those it reads from; so this is safe where all that read
 * `state.x` come, in any such order, before the one that writes `next.x`. Steps that clip by the global norm are of this
 * kind: an update waits for the norm, the norm for every gradient, and the gradients for all that read the weights.
 * Nodes run one at a time, on one device. Only looks; `compiled.ts` binds the buffers.
 */
import { type Graph, type GraphNode, readBy, type Value } from "./graph.js";
import { namedNodes } from "./onnx.js";

/** Their output is another look at their first input's buffer. */
const VIEWS = new Set(["Reshape", "Identity", "BitCast"]);
/** They read each element of their first inputs before they write it, and no later: an output in place of an input is no danger. */
const IN_PLACE: Record<string, number> = { Add: 2, Sub: 2, Mul: 2, Div: 2, ScatterElements: 1, ScatterND: 1 };

/** `outputs` as they are given to `writeModel`; names come back without `next.`. */
export function aliasable(graph: Graph, outputs: Record<string, Value>): Set<string> {
  const late = writtenLast(namedNodes(graph, outputs));
  const names = Object.keys(outputs).flatMap((name) => (name.startsWith("next.") ? [name.slice("next.".length)] : []));
  return new Set(names.filter((name) => late(`state.${name}`, `next.${name}`)));
}

/** Whether all that read `input` come before `output` is written, or read each element before it is. */
function writtenLast(nodes: GraphNode[]): (input: string, output: string) => boolean {
  const writers = new Map(nodes.flatMap(({ outputs: made }, at) => made.map((name) => [name, at] as const)));
  const before = ancestors(nodes, writers);
  const { readers, sourceOf } = readersOf(nodes);
  return (input, output) => {
    const writer = writers.get(output)!;
    const reads = (name: string): boolean => sourceOf(name) === input;
    const early = (reader: number): boolean =>
      reader === writer ? readsInPlace(nodes[writer]!, output, reads) : before.has(writer, reader);
    return (readers.get(input) ?? []).every(early);
  };
}

function readsInPlace(node: GraphNode, output: string, reads: (name: string) => boolean): boolean {
  const { op, inputs, outputs, body } = node;
  if (body) {
    const rows = body.inputs.filter((_, i) => reads(inputs[i]!));
    if (rows.length !== readBy(node).filter(reads).length) return false;
    const made = body.outputs[outputs.indexOf(output)]!.name;
    return rows.every(({ name }) => writtenLast(body.nodes)(name, made));
  }
  const first = inputs.slice(0, IN_PLACE[op] ?? 0);
  return first.some(reads) && !inputs.slice(first.length).some(reads);
}

/** For each input of the graph the nodes that read it, directly or as a view. */
function readersOf(nodes: GraphNode[]): { readers: Map<string, number[]>; sourceOf(name: string): string } {
  const readers = new Map<string, number[]>();
  const sources = new Map<string, string>();
  const sourceOf = (name: string): string => sources.get(name) ?? name;
  for (const [at, node] of nodes.entries()) {
    for (const name of readBy(node)) {
      const source = sourceOf(name);
      readers.set(source, [...(readers.get(source) ?? []), at]);
    }
    if (VIEWS.has(node.op)) sources.set(node.outputs[0]!, sourceOf(node.inputs[0]!));
  }
  return { readers, sourceOf };
}

/** A row of bits for each node: which nodes it comes after. */
function ancestors(nodes: GraphNode[], writers: Map<string, number>): { has(node: number, ancestor: number): boolean } {
  const words = Math.ceil(nodes.length / 32);
  const bits = new Uint32Array(nodes.length * words);
  for (const [at, node] of nodes.entries()) {
    for (const parent of new Set(readBy(node).flatMap((name) => writers.get(name) ?? []))) {
      for (let word = 0; word <= parent >> 5; word++) bits[at * words + word]! |= bits[parent * words + word]!;
      bits[at * words + (parent >> 5)]! |= 1 << (parent & 31);
    }
  }
  return { has: (node, ancestor) => ((bits[node * words + (ancestor >> 5)]! >>> (ancestor & 31)) & 1) === 1 };
}
