/**
 * Which entries of the state a step may write where it read them: `next.x` into the buffer that is fed as `state.x`. ONNX
 * Runtime orders nodes as it likes, as long as each comes after those it reads from; so this is safe where all that read
 * `state.x` come, in any such order, before the one that writes `next.x`. Steps that clip by the global norm are of this
 * kind: an update waits for the norm, the norm for every gradient, and the gradients for all that read the weights.
 * Nodes run one at a time, on one device. Only looks; `compiled.ts` binds the buffers.
 */
import type { Graph, GraphNode, Value } from "./graph.js";
import { namedNodes } from "./onnx.js";

/** Their output is another look at their first input's buffer. */
const VIEWS = new Set(["Reshape", "Identity", "BitCast"]);
/** They read each element of their first inputs before they write it, and no later: an output in place of an input is no danger. */
const IN_PLACE: Record<string, number> = { Add: 2, Sub: 2, Mul: 2, Div: 2, ScatterElements: 1, ScatterND: 1 };

/** `outputs` as they are given to `writeModel`; names come back without `next.`. */
export function aliasable(graph: Graph, outputs: Record<string, Value>): Set<string> {
  const nodes = namedNodes(graph, outputs);
  const writers = new Map(nodes.flatMap(({ outputs: made }, at) => made.map((name) => [name, at] as const)));
  const before = ancestors(nodes, writers);
  const readers = readersOf(nodes);
  const safe = new Set<string>();
  for (const name of Object.keys(outputs).filter((each) => each.startsWith("next."))) {
    const x = name.slice("next.".length);
    const writer = writers.get(name)!;
    const early = (reader: number): boolean =>
      reader === writer ? readsInPlace(nodes[writer]!, `state.${x}`) : before.has(writer, reader);
    if ((readers.get(`state.${x}`) ?? []).every(early)) safe.add(x);
  }
  return safe;
}

function readsInPlace({ op, inputs }: GraphNode, name: string): boolean {
  const first = inputs.slice(0, IN_PLACE[op] ?? 0);
  return first.includes(name) && !inputs.slice(first.length).includes(name);
}

/** For each input of the graph the nodes that read it, directly or as a view. */
function readersOf(nodes: GraphNode[]): Map<string, number[]> {
  const readers = new Map<string, number[]>();
  const sources = new Map<string, string>();
  for (const [at, { op, inputs, outputs }] of nodes.entries()) {
    for (const name of inputs) {
      const source = sources.get(name) ?? name;
      readers.set(source, [...(readers.get(source) ?? []), at]);
    }
    if (VIEWS.has(op)) sources.set(outputs[0]!, sources.get(inputs[0]!) ?? inputs[0]!);
  }
  return readers;
}

/** A row of bits for each node: which nodes it comes after. */
function ancestors(nodes: GraphNode[], writers: Map<string, number>): { has(node: number, ancestor: number): boolean } {
  const words = Math.ceil(nodes.length / 32);
  const bits = new Uint32Array(nodes.length * words);
  for (const [at, { inputs }] of nodes.entries()) {
    for (const parent of new Set(inputs.flatMap((name) => writers.get(name) ?? []))) {
      for (let word = 0; word <= parent >> 5; word++) bits[at * words + word]! |= bits[parent * words + word]!;
      bits[at * words + (parent >> 5)]! |= 1 << (parent & 31);
    }
  }
  return { has: (node, ancestor) => ((bits[node * words + (ancestor >> 5)]! >>> (ancestor & 31)) & 1) === 1 };
}
