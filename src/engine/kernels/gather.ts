/** Kernels that read or write rows by index. */
import * as tf from "../../tensors.js";
import type { Graph, Value, ValueType } from "../graph.js";
import type { Emitter, KernelCall } from "./types.js";

const gatherV2: Emitter = ({ graph, inputs: { x, indices }, attrs }) => {
  if (attrs.batchDims)
    throw new Error(`engine: invalid gather: batchDims ${String(attrs.batchDims)} (only 0 is compiled)`);
  const axis = tf.util.parseAxisParam(attrs.axis as number, x!.shape)[0]!;
  const shape = [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)];
  return graph.node("Gather", { inputs: [x, indices], shape, attributes: { axis } });
};

const gatherNd: Emitter = ({ graph, inputs: { params, indices } }) => {
  const depth = indices!.shape.at(-1)!;
  const shape = [...indices!.shape.slice(0, -1), ...params!.shape.slice(depth)];
  return graph.node("GatherND", { inputs: [params, graph.cast(indices!, "int64")], shape });
};

/**
 * `base` with `rows[i]` added to its row `ids[i]`; equal ids add up. On the CPU not by ScatterND, whose threads lose additions
 * when they meet at one row (https://github.com/microsoft/onnxruntime/issues/23396): ScatterElements goes one by one. On a
 * GPU additions are atomic.
 */
export function scatterAdd(call: Pick<KernelCall, "graph" | "device">, base: Value, ids: Value, rows: Value): Value {
  const { graph, device } = call;
  const column = graph.reshape(ids, [...ids.shape, ...rows.shape.slice(1).map(() => 1)]);
  const sum =
    device === "cpu"
      ? graph.node("ScatterElements", {
          inputs: [base, spread(graph, column, rows.shape), rows],
          shape: base.shape,
          attributes: { axis: 0, reduction: "add" },
        })
      : graph.node("ScatterND", {
          inputs: [base, graph.reshape(graph.cast(ids, "int64"), [...ids.shape, 1]), rows],
          shape: base.shape,
          attributes: { reduction: "add" },
        });
  return base.fill === 0 ? { ...sum, scattered: { ids, rows } } : sum;
}

const spread = (graph: Graph, value: Value, shape: number[]): Value =>
  graph.node("Expand", { inputs: [value, graph.integers(shape)], shape });

const unsortedSegmentSum: Emitter = ({ graph, device, inputs: { x, segmentIds }, attrs }) => {
  const rank = segmentIds!.shape.length;
  if (rank !== 1)
    throw new Error(`engine: invalid unsortedSegmentSum: segment ids of rank ${rank} (only 1 is compiled)`);
  return scatterAdd(
    { graph, device },
    graph.fill(0, [attrs.numSegments as number, ...x!.shape.slice(1)], x!.dtype),
    segmentIds!,
    x!,
  );
};

/** Rows by distinct indices in place of others; equal ones would be written in any order. */
const tensorScatterUpdate: Emitter = ({ graph, inputs: { tensor, indices, updates } }) =>
  graph.node("ScatterND", { inputs: [tensor, graph.cast(indices!, "int64"), updates], shape: tensor!.shape });

const oneHot: Emitter = ({ graph, inputs: { indices }, attrs }) => {
  const {
    depth,
    onValue,
    offValue,
    dtype = "int32",
  } = attrs as { depth: number; onValue: number; offValue: number; dtype?: ValueType };
  // ONNX Runtime writes floats by int32 indices, and no other pair that is wanted here.
  const values = graph.constant([offValue, onValue], [2], "float32");
  const shape = [...indices!.shape, depth];
  const hot = graph.node("OneHot", {
    inputs: [indices, graph.scalar(depth, "int32"), values],
    shape,
    dtype: "float32",
    attributes: { axis: -1 },
  });
  return graph.cast(hot, dtype);
};

export const gather: Record<string, Emitter> = {
  GatherV2: gatherV2,
  GatherNd: gatherNd,
  UnsortedSegmentSum: unsortedSegmentSum,
  TensorScatterUpdate: tensorScatterUpdate,
  OneHot: oneHot,
};
