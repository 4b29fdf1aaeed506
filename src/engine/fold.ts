/**
 * Sums that a matrix product can make by itself: ONNX's Gemm adds a third matrix to what it multiplies, in less time than an
 * Add that reads the product again. Looks at the nodes of a model; what leaves the model keeps its own node, which may then
 * write where it read.
 */
import { type GraphNode, readBy } from "./graph.js";

export interface FoldOptions {
  nodes: GraphNode[];
  /** Of every value that a node makes or reads. */
  shapeOf(name: string): readonly number[] | undefined;
  /** Values that leave the model. */
  leaving: ReadonlySet<string>;
}

/** Adds of a product that nothing else reads become part of it, where they stand; the other nodes are as they were. */
export function foldSums({ nodes, shapeOf, leaving }: FoldOptions): GraphNode[] {
  const reads = new Map<string, number>();
  for (const name of nodes.flatMap(readBy)) reads.set(name, (reads.get(name) ?? 0) + 1);
  const products = new Map<string, GraphNode>();
  const folded = new Set<GraphNode>();
  const result = nodes.map((node) => {
    const own = fold(node);
    if (own.op === "Gemm" && own.inputs.length === 2) products.set(own.outputs[0]!, own);
    return own;
  });
  return result.filter((node) => !folded.has(node));

  function fold(node: GraphNode): GraphNode {
    if (node.op !== "Add" || leaving.has(node.outputs[0]!)) return node;
    const [term, other] = [1, 0].map((at) => [node.inputs[at]!, node.inputs[1 - at]!] as const).find(takes) ?? [];
    if (term === undefined) return node;
    const product = products.get(term)!;
    folded.add(product);
    return { ...product, inputs: [...product.inputs, other!], outputs: node.outputs };
  }

  function takes([term, other]: readonly [string, string]): boolean {
    if (!products.has(term) || reads.get(term) !== 1 || leaving.has(term)) return false;
    const [rows, columns] = shapeOf(term)!;
    const added = shapeOf(other) ?? [];
    const fits = (size: number | undefined, whole: number): boolean =>
      size === undefined || size === 1 || size === whole;
    return added.length <= 2 && fits(added.at(-1), columns!) && fits(added.at(-2), rows!);
  }
}
