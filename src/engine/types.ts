/**
 * What the engine promises to the rooms above it. A step is written once in TensorFlow.js ops; an engine runs it,
 * either eagerly or compiled into one graph. State (weights, optimiser moments) stays where the engine keeps it.
 */
import type * as tf from "@tensorflow/tfjs";
import type { StateArrays, Weights } from "../types.js";

/**
 * How an entry of the state is kept between runs. Functions see and give float32: what is given is rounded to the nearest
 * bfloat16, ties to even; of uint8 it is a number from 0 to 255 whose whole part is kept, a code that the function has a meaning for.
 */
export type Kept = "float32" | "bfloat16" | "uint8";
export interface TensorSpec {
  shape: number[];
  /** Of an input float32 or int32, of the state how it is kept. */
  dtype: Kept | "int32";
}
export type Specs = Record<string, TensorSpec>;
export type Tensors = Record<string, tf.Tensor>;

/**
 * A pure function of named tensors. `state` in the result names the entries of the state that it replaces (any subset);
 * `outputs` come back to the caller. It is called once per signature by the compiled engine (traced), every time by the
 * eager one: it must not read values, draw random numbers or depend on anything but its arguments.
 */
export type StepFunction = (state: Tensors, inputs: Tensors) => { state?: Tensors; outputs: Tensors };

export interface Signature {
  /** Only the entries of the state that the function reads or replaces. */
  state: Specs;
  inputs: Specs;
}

/** Named tensors living in the engine. Owned by whoever called `upload`, who must `dispose` it. */
export interface State {
  readonly specs: Specs;
  /** Copies the named entries (default: all) out of the engine. */
  download(names?: string[]): Promise<Weights>;
  /** The same without the copy where the engine keeps them on the host: right until the state is next run or written. */
  read(names?: string[]): Promise<Weights>;
  /** `read`, in the types that they are kept in. */
  readKept(names?: string[]): Promise<StateArrays>;
  /** Overwrites entries of the same name and shape, kept as they were; adds none. */
  write(arrays: StateArrays): void;
  dispose(): void;
}

export interface UploadOptions {
  /** Takes the arrays over instead of copying them, so that they change under whoever still has them. Defaults to false. */
  adopt?: boolean;
}

export interface Program {
  /** Runs once and replaces what the function said it replaces in `state`. Input lengths must match the signature. */
  run(state: State, inputs: Record<string, Float32Array | Int32Array>): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

export type Device = "cpu" | "webgpu" | "cuda" | "tensorflow" | "tensorflow-gpu" | "reference";

export interface Engine {
  /** "compiled" (ONNX Runtime on cpu, webgpu, cuda) or "eager" (TensorFlow.js on tensorflow-gpu, tensorflow, reference). */
  mode: "compiled" | "eager";
  device: Device;
  /** One line: why this one. */
  reason: string;
  /** Intra-op threads, where the device has such a notion. */
  threads: number;
  /** Each is kept in the type of its array. */
  upload(arrays: StateArrays, options?: UploadOptions): State;
  /** The same function and signature give the same cached program. */
  compile(fn: StepFunction, signature: Signature): Promise<Program>;
}

export interface EngineOptions {
  /** Defaults to "auto": tensorflow-gpu where a CUDA device answers, else cpu (compiled). */
  device?: Device | "auto";
  /** Defaults to the number of cores. */
  threads?: number;
}
