/**
 * Runs a step op by op on a TensorFlow.js backend: `tensorflow-gpu` or `tensorflow` where their packages are installed,
 * else `cpu`, TensorFlow.js's own slow and plain reference. Same functions and results as the compiled engine.
 */
import * as tf from "@tensorflow/tfjs";
import type { Weights } from "../types.js";
import { checkInputs, checkReplaced, checkState, checkWrite, sizeOf } from "./check.js";
import { programCache } from "./programs.js";
import type {
  Device,
  Engine,
  Program,
  Signature,
  Specs,
  State,
  StepFunction,
  Tensors,
  UploadOptions,
} from "./types.js";

// Silences TensorFlow.js's banner about its other packages; `doctor` says what is installed.
tf.enableProdMode();

/** The name under which each device's package registers its TensorFlow.js backend. */
export const EAGER_BACKENDS: Partial<Record<Device, string>> = {
  "tensorflow-gpu": "tensorflow",
  tensorflow: "tensorflow",
  reference: "cpu",
};

interface EagerState extends State {
  readonly tensors: Tensors;
}

export async function eagerEngine(device: Device, reason: string): Promise<Engine> {
  const backend = EAGER_BACKENDS[device];
  if (!backend || !(await tf.setBackend(backend))) throw new Error(`engine: invalid device: ${device} (not installed)`);
  return {
    mode: "eager",
    device,
    reason,
    threads: 1,
    upload: (weights, options) => upload(weights, backend, options),
    compile: programCache(async (fn, signature, forget) => program(fn, signature, backend, forget)),
  };
}

function upload(weights: Weights, backend: string, { adopt = false }: UploadOptions = {}): EagerState {
  void tf.setBackend(backend);
  const tensors: Tensors = {};
  const specs: Specs = {};
  for (const [name, { shape, data }] of Object.entries(weights)) {
    if (data.length !== sizeOf(shape))
      throw new Error(
        `engine: invalid weights: ${name} has ${data.length} values, its shape [${shape}] has ${sizeOf(shape)}`,
      );
    specs[name] = { shape: [...shape], dtype: "float32" };
    tensors[name] = tf.tensor(adopt ? data : data.slice(), shape, "float32");
  }
  return {
    tensors,
    specs,
    async download(names) {
      const now = Object.entries(await this.read(names));
      return Object.fromEntries(now.map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
    },
    async read(names = Object.keys(tensors)) {
      const out: Weights = {};
      for (const name of names) {
        if (!tensors[name]) throw new Error(`engine: invalid state entry: ${name} (not uploaded, or disposed)`);
        const data = (await tensors[name]!.data()) as Float32Array;
        out[name] = { shape: [...tensors[name]!.shape], data };
      }
      return out;
    },
    write(weights) {
      checkWrite(specs, weights);
      void tf.setBackend(backend);
      for (const [name, { shape, data }] of Object.entries(weights)) {
        tensors[name]!.dispose();
        tensors[name] = tf.tensor(data.slice(), shape, "float32");
      }
    },
    dispose() {
      for (const name of Object.keys(specs)) {
        tensors[name]!.dispose();
        delete tensors[name];
        delete specs[name];
      }
    },
  };
}

function program(fn: StepFunction, signature: Signature, backend: string, forget: () => void): Program {
  let disposed = false;
  return {
    async run(state, inputs) {
      if (disposed) throw new Error("engine: invalid program: it was disposed");
      checkInputs(signature, inputs);
      checkState(signature, state.specs);
      void tf.setBackend(backend);
      const { tensors } = state as EagerState;
      const result = tf.tidy(() => {
        const fed: Tensors = {};
        for (const [name, { shape, dtype }] of Object.entries(signature.inputs))
          fed[name] = tf.tensor(inputs[name]!.slice(), shape, dtype);
        const read = Object.fromEntries(Object.keys(signature.state).map((name) => [name, tensors[name]!]));
        const { state: next = {}, outputs } = fn(read, fed);
        checkReplaced(signature, next);
        // A function may hand an entry straight through; a clone keeps the old tensor's disposal from taking it along.
        return {
          next: mapTensors(next, tf.clone),
          outputs: mapTensors(outputs, tf.clone),
        } as unknown as tf.TensorContainer;
      }) as unknown as { next: Tensors; outputs: Tensors };
      for (const [name, tensor] of Object.entries(result.next)) {
        tensors[name]!.dispose();
        tensors[name] = tensor;
      }
      const out: Record<string, Float32Array> = {};
      for (const [name, tensor] of Object.entries(result.outputs)) {
        out[name] = Float32Array.from(await tensor.data());
        tensor.dispose();
      }
      return out;
    },
    async dispose() {
      disposed = true;
      forget();
    },
  };
}

const mapTensors = (tensors: Tensors, map: (tensor: tf.Tensor) => tf.Tensor): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor)]));
