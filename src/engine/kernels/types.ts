/** What a kernel of the tracing backend is: a function that appends the operators of one call to the graph. */
import type { Graph, Value } from "../graph.js";
import type { Device } from "../types.js";

/** What an emitter is given: the graph to append to, and the call as TensorFlow.js made it. */
export interface KernelCall {
  graph: Graph;
  device: Device;
  /** By TensorFlow.js's input names; for Concat, Pack and AddN under "0", "1", … */
  inputs: Record<string, Value>;
  attrs: Record<string, unknown>;
}
export type Emitter = (call: KernelCall) => Value | Value[];
