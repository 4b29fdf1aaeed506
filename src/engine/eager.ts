/**
 * Runs a step op by op on a TensorFlow.js backend: `tensorflow-gpu` or `tensorflow` where their packages are installed,
 * else `cpu`, TensorFlow.js's own slow and plain reference. Same functions and results as the compiled engine.
 */
import * as tf from "../tensors.js";
import type { StateArrays, Weights } from "../types.js";
import { checkInputs, checkReplaced, checkState, checkUpload, checkWrite } from "./check.js";
import { keptAs, keptIn, numbersOf } from "./kept.js";
import { programCache } from "./programs.js";
import type {
  Device,
  Engine,
  Kept,
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
    upload: (arrays, options) => upload(arrays, backend, options),
    compile: programCache(async (fn, signature, forget) => program(fn, signature, backend, forget)),
  };
}

/** Tensors are float32 whatever they are kept in: rounded as that is, in as much memory as ever. */
function upload(arrays: StateArrays, backend: string, { adopt = false }: UploadOptions = {}): EagerState {
  void tf.setBackend(backend);
  const tensors: Tensors = {};
  const specs: Specs = {};
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    checkUpload(name, shape, data);
    specs[name] = { shape: [...shape], dtype: keptIn(data) };
    tensors[name] = tf.tensor(numbersOf(adopt ? data : data.slice()), shape, "float32");
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
    async readKept(names) {
      const now = Object.entries(await this.read(names));
      return Object.fromEntries(
        now.map(([name, { shape, data }]) => [name, { shape, data: keptAs(specs[name]!.dtype as Kept, data) }]),
      );
    },
    write(arrays) {
      checkWrite(specs, arrays);
      void tf.setBackend(backend);
      for (const [name, { shape, data }] of Object.entries(arrays)) {
        const kept = keptAs(specs[name]!.dtype as Kept, data);
        tensors[name]!.dispose();
        tensors[name] = tf.tensor(numbersOf(kept).slice(), shape, "float32");
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
          fed[name] = tf.tensor(inputs[name]!.slice(), shape, dtype as "float32" | "int32");
        const read = Object.fromEntries(Object.keys(signature.state).map((name) => [name, tensors[name]!]));
        const { state: next = {}, outputs } = fn(read, fed);
        checkReplaced(signature, next);
        for (const name of Object.keys(next)) next[name] = rounded(next[name]!, signature.state[name]!.dtype as Kept);
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

/** To what it is kept in. The bits of bfloat16 are the first 8 of the significand, which Dekker's splitting rounds to. */
function rounded(tensor: tf.Tensor, kept: Kept): tf.Tensor {
  if (kept === "float32") return tensor;
  if (kept === "uint8") return tf.floor(tensor);
  const large = tf.mul(tensor, 2 ** 16 + 1);
  return tf.sub(large, tf.sub(large, tensor));
}
