/**
 * Copies tensors between the host and a device. `onnxruntime-node` hands a buffer on a device from one run to the next but
 * cannot read one (its `getData` ends the process), nor make one, so a model of nothing but Identity does both.
 */
import * as ort from "onnxruntime-node";
import { ownerOf } from "./buffers.js";
import { Graph, type Value } from "./graph.js";
import { writeModel } from "./onnx.js";
import type { Device } from "./types.js";

type Tensors = Record<string, ort.Tensor>;

/** The given tensors still belong to the caller, and so do the new ones, who must `drop` those that are on the device. */
export async function transfer(tensors: Tensors, device: Device, to: "cpu" | "gpu-buffer"): Promise<Tensors> {
  const graph = new Graph();
  const outputs: Record<string, Value> = {};
  const feeds: Tensors = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    outputs[name] = graph.input(`from.${name}`, [...tensor.dims], "float32");
    feeds[`from.${name}`] = tensor;
  }
  if (Object.keys(feeds).length === 0) return {};
  const session = await ort.InferenceSession.create(writeModel(graph, outputs), {
    executionProviders: [device],
    preferredOutputLocation: Object.fromEntries(Object.keys(tensors).map((name) => [name, to])),
    logSeverityLevel: 3,
  });
  const owner = ownerOf(session);
  try {
    const copies = (await session.run(feeds)) as Tensors;
    if (to === "gpu-buffer") Object.values(copies).forEach((tensor) => owner.adopt(tensor));
    return copies;
  } finally {
    await owner.release();
  }
}
