/** Traces a step once, hands the graph to ONNX Runtime and runs that. Where the state lives between runs is `compiled-state.ts`. */
import * as ort from "onnxruntime-node";
import { aliasable } from "./aliasable.js";
import { drop, ownerOf } from "./buffers.js";
import { checkInputs, checkReplaced, checkState, sizeOf } from "./check.js";
import { type CompiledState, staysOnDevice, upload } from "./compiled-state.js";
import { asMade, type Value } from "./graph.js";
import { writeModel } from "./onnx.js";
import { bytesOf, closed, emptyOf, ortType } from "./kept.js";
import { programCache } from "./programs.js";
import { spinning } from "./spinning.js";
import { trace } from "./trace.js";
import type { Device, Engine, Kept, Program, Signature, StepFunction } from "./types.js";
import { firstOutput, runInPlace } from "./uncopied.js";

type Tensors = Record<string, ort.Tensor>;

export function compiledEngine(device: Device, threads: number, reason: string): Engine {
  const spins = spinning(threads);
  const build = async (fn: StepFunction, signature: Signature, forget: () => void): Promise<Program> =>
    compile({ fn, signature, device, threads, spins, forget });
  return {
    mode: "compiled",
    device,
    reason,
    threads,
    upload: (arrays, options) => upload(arrays, device, options),
    compile: programCache(build),
  };
}

interface Compile {
  fn: StepFunction;
  signature: Signature;
  device: Device;
  threads: number;
  /** Whether threads that wait are to spin. */
  spins(): boolean;
  /** Called when the program is disposed. */
  forget(): void;
}

async function compile({ fn, signature, device, threads, spins, forget }: Compile): Promise<Program> {
  const traced = trace(fn, signature, device);
  checkReplaced(signature, traced.state);
  const { graph } = traced;
  const replaced = Object.keys(traced.state);
  const outputs = Object.keys(traced.outputs);
  const onDevice = staysOnDevice(device);
  const keptOf = (name: string): Kept => signature.state[name]!.dtype as Kept;
  /** On the host a buffer is a buffer, so that nothing is copied for its shape. */
  const nextOf = (name: string): Value => {
    const value = closed(graph, traced.state[name]!, keptOf(name));
    return onDevice ? value : asMade(value);
  };
  const made: Record<string, Value> = {
    ...(onDevice ? {} : firstOutput(graph)),
    ...Object.fromEntries(replaced.map((name) => [`next.${name}`, nextOf(name)])),
    ...Object.fromEntries(outputs.map((name) => [`out.${name}`, graph.cast(traced.outputs[name]!, "float32")])),
  };
  const model = writeModel(graph, made);
  const inPlace = device === "cpu" ? aliasable(graph, made) : new Set<string>();
  const large = bytesOf(signature.state) >= LARGE;
  const options = sessionOptions({ device, threads, large, spin: spins(), replaced, outputs });
  const session = await ort.InferenceSession.create(model, options).catch((error: unknown) =>
    fail(`cannot compile for ${device}`, error),
  );
  const owner = ownerOf(session);
  const used = new Set(session.inputNames);
  const reads = Object.keys(signature.state).filter((name) => used.has(`state.${name}`));
  let disposed = false;

  async function step(
    state: CompiledState,
    inputs: Record<string, Float32Array | Int32Array>,
  ): Promise<Record<string, Float32Array>> {
    await state.place(reads);
    const feeds: Record<string, ort.Tensor> = {};
    for (const name of reads) feeds[`state.${name}`] = state.current[name]!;
    for (const [name, { shape, dtype }] of Object.entries(signature.inputs))
      if (used.has(`input.${name}`))
        feeds[`input.${name}`] = new ort.Tensor(dtype as "float32" | "int32", inputs[name]!, shape);
    const results = await (onDevice ? runOnDevice : runOnHost)(state, feeds).catch((error: unknown) => {
      if (inPlace.size > 0) state.spoil();
      return fail(`the step failed on ${device}`, error);
    });
    return Object.fromEntries(outputs.map((name) => [name, results[`out.${name}`]!.data as Float32Array]));
  }

  /** Entries are written where they were read; what some of them were becomes the place of what they will be after the next run. */
  async function runOnHost({ current, spare }: CompiledState, feeds: Tensors): Promise<Tensors> {
    const places: Tensors = {};
    const swapped = replaced.filter((name) => !inPlace.has(name));
    const shaped = (name: string, { type, data }: ort.Tensor): ort.Tensor =>
      new ort.Tensor(type as "float32", data as Float32Array, made[`next.${name}`]!.shape);
    for (const name of inPlace) places[`next.${name}`] = shaped(name, current[name]!);
    for (const name of swapped)
      places[`next.${name}`] = shaped(name, (spare[name] ??= room(signature.state[name]!.shape, keptOf(name))));
    for (const name of outputs) places[`out.${name}`] = room(traced.outputs[name]!.shape);
    await runInPlace(session, feeds, places);
    for (const name of swapped) [current[name], spare[name]] = [spare[name]!, current[name]!];
    return places;
  }

  async function runOnDevice({ current }: CompiledState, feeds: Tensors): Promise<Tensors> {
    const results = (await session.run(feeds)) as Tensors;
    for (const name of replaced) {
      const made = results[`next.${name}`]!;
      owner.adopt(made);
      drop(current[name]!);
      current[name] = made;
    }
    return results;
  }

  return {
    async run(state, inputs) {
      if (disposed) throw new Error("engine: invalid program: it was disposed");
      checkInputs(signature, inputs);
      const ours = state as CompiledState;
      return ours.alone(() => {
        checkState(signature, ours.specs);
        return step(ours, inputs);
      });
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      forget();
      await owner.release();
    },
  };
}

const room = (shape: number[], kept: Kept = "float32"): ort.Tensor =>
  new ort.Tensor(ortType[kept], emptyOf(kept, sizeOf(shape)), shape);

/** Bytes of state from which memory counts more than speed: AdamW on 11 M parameters. */
export const LARGE = 2 ** 27;

interface Session {
  device: Device;
  threads: number;
  large: boolean;
  spin: boolean;
  replaced: string[];
  outputs: string[];
}

function sessionOptions(session: Session): ort.InferenceSession.SessionOptions {
  const { device, threads, large, spin, replaced, outputs } = session;
  const onDevice = !staysOnDevice(device)
    ? {}
    : {
        preferredOutputLocation: Object.fromEntries([
          ...replaced.map((name) => [`next.${name}`, "gpu-buffer"]),
          ...outputs.map((name) => [`out.${name}`, "cpu"]),
        ]) as Record<string, "cpu" | "gpu-buffer">,
      };
  return {
    executionProviders: device === "cpu" ? ["cpu"] : [device, "cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // A pattern is one block for all of a run's values, beside what the run before left: up to 8 % faster, in twice the memory.
    enableMemPattern: !large,
    logSeverityLevel: 3,
    extra: {
      session: {
        // Adam's moments decay into denormal numbers, which some processors handle a hundred times more slowly. The first session decides
        // it for its thread and for good: what JavaScript computes there after it takes numbers below 2.2e-308 for zero too.
        set_denormal_as_zero: "1",
        "intra_op.allow_spinning": spin ? "1" : "0",
      },
    },
    ...onDevice,
  };
}

/** ONNX Runtime's messages span lines and begin with a source position; ours do neither. */
function fail(what: string, error: unknown): never {
  const message = String((error as Error).message ?? error)
    .replace(/\s+/g, " ")
    .replace(/^\S*onnxruntime\S* .*? was false\. /, "");
  const hint = message.includes("WebGPU adapter")
    ? " (it needs a GPU with Vulkan, Metal or D3D12; on Linux, libvulkan.so.1)"
    : "";
  throw new Error(`engine: ${what}: ${message.trim()}${hint}`, { cause: error });
}
