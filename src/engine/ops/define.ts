/**
 * An operator of the lab's own: a formula in TensorFlow.js ops that every backend can run, and, where ONNX Runtime has
 * something faster, the nodes that stand for it in a compiled step. Gradients are given by whoever uses it (`tf.customGrad`).
 */
import * as tf from "../../tensors.js";
import type { KernelCall } from "../kernels/types.js";
import { registerEmitter, tracing } from "../trace.js";
import type { Value } from "../graph.js";
import type { Device } from "../types.js";

export interface OpDefinition<Attrs extends object> {
  name: string;
  /** The meaning, in plain ops. Runs on eager devices and on compiled devices that `devices` leaves out. */
  reference: (inputs: tf.Tensor[], attrs: Attrs) => tf.Tensor[];
  emit: (call: Omit<KernelCall, "inputs" | "attrs"> & { inputs: Value[]; attrs: Attrs }) => Value[];
  /** Where `emit` holds. Defaults to every compiled device. */
  devices?: Device[];
}

export function defineOp<Attrs extends object>(definition: OpDefinition<Attrs>) {
  const kernelName = `Palimpsest${definition.name}`;
  registerEmitter(kernelName, ({ inputs, attrs, ...call }) =>
    definition.emit({ ...call, inputs: Object.values(inputs), attrs: attrs as Attrs }),
  );
  return (inputs: tf.Tensor[], attrs: Attrs): tf.Tensor[] => {
    const device = tracing();
    if (!device || (definition.devices && !definition.devices.includes(device)))
      return definition.reference(inputs, attrs);
    const named = Object.fromEntries(inputs.map((tensor, i) => [`${i}`, tensor]));
    return tf.engine().runKernel(kernelName, named, attrs as unknown as tf.NamedAttrMap) as unknown as tf.Tensor[];
  };
}

/** `tf.customGrad` with its types made bearable: the forward result, and what the gradient is given besides `dy`. */
export function withGradient(
  inputs: tf.Tensor[],
  forward: () => { value: tf.Tensor; saved: tf.Tensor[] },
  gradient: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor {
  const custom = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const { value, saved } = forward();
    save(saved);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => gradient(dy, kept) };
  });
  return custom(...inputs);
}
