/**
 * Traces a step once, hands the graph to ONNX Runtime and runs that. On `cpu` the state lives in two sets of buffers that
 * swap roles each step, so that a step allocates nothing; on `webgpu` and `cuda` it stays on the device between steps.
 */
import * as ort from "onnxruntime-node";
import type { Weights } from "../types.js";
import { checkInputs, checkWrite, sizeOf } from "./check.js";
import { writeModel } from "./onnx.js";
import { trace } from "./trace.js";
import type { Device, Engine, Program, Signature, Specs, State, StepFunction } from "./types.js";

interface CompiledState extends State {
  readonly current: Record<string, ort.Tensor>;
  readonly spare: Record<string, ort.Tensor>;
}

export function compiledEngine(device: Device, threads: number, reason: string): Engine {
  const cache = new WeakMap<StepFunction, Map<string, Promise<Program>>>();
  return {
    mode: "compiled",
    device,
    reason,
    threads,
    upload: (weights) => upload(weights, device),
    compile(fn, signature) {
      const programs = cache.get(fn) ?? new Map<string, Promise<Program>>();
      cache.set(fn, programs);
      const key = JSON.stringify(signature);
      const known = programs.get(key);
      if (known) return known;
      const program = build(fn, signature, device, threads, () => programs.delete(key));
      programs.set(key, program);
      program.catch(() => programs.delete(key));
      return program;
    },
  };
}

function upload(weights: Weights, device: Device): CompiledState {
  const current: Record<string, ort.Tensor> = {};
  const spare: Record<string, ort.Tensor> = {};
  const specs: Specs = {};
  for (const [name, { shape, data }] of Object.entries(weights)) {
    if (data.length !== sizeOf(shape)) throw new Error(`engine: invalid weights: ${name} has ${data.length} values for shape [${shape}]`);
    specs[name] = { shape: [...shape], dtype: "float32" };
    current[name] = new ort.Tensor("float32", data.slice(), shape);
  }
  return {
    specs,
    current,
    spare,
    async download(names = Object.keys(specs)) {
      const out: Weights = {};
      for (const name of names) {
        const tensor = current[name];
        if (!tensor) throw new Error(`engine: invalid state entry: ${name} (not uploaded)`);
        const data = (device === "cpu" ? tensor.data : await tensor.getData()) as Float32Array;
        out[name] = { shape: [...tensor.dims], data: data.slice() };
      }
      return out;
    },
    write(weights) {
      checkWrite(specs, weights);
      for (const [name, { shape, data }] of Object.entries(weights)) {
        current[name]!.dispose();
        current[name] = new ort.Tensor("float32", data.slice(), shape);
      }
    },
    dispose() {
      for (const name of Object.keys(specs)) {
        current[name]?.dispose();
        delete current[name];
        delete spare[name];
      }
    },
  };
}

async function build(fn: StepFunction, signature: Signature, device: Device, threads: number, forget: () => void): Promise<Program> {
  const traced = trace(fn, signature, device);
  const replaced = Object.keys(traced.state);
  const outputs = Object.keys(traced.outputs);
  const model = writeModel(traced.graph, {
    ...Object.fromEntries(replaced.map((name) => [`next.${name}`, traced.state[name]!])),
    ...Object.fromEntries(outputs.map((name) => [`out.${name}`, traced.outputs[name]!])),
  });
  const session = await ort.InferenceSession.create(model, sessionOptions(device, threads, replaced, outputs));
  const used = new Set(session.inputNames);
  return {
    async run(state, inputs) {
      checkInputs(signature, inputs);
      const { current, spare } = state as CompiledState;
      const feeds: Record<string, ort.Tensor> = {};
      for (const name of Object.keys(signature.state)) if (used.has(`state.${name}`)) feeds[`state.${name}`] = current[name]!;
      for (const [name, { shape, dtype }] of Object.entries(signature.inputs))
        if (used.has(`input.${name}`)) feeds[`input.${name}`] = new ort.Tensor(dtype, inputs[name]!, shape);
      const fetches: Record<string, ort.Tensor | null> = {};
      for (const name of replaced) {
        if (device === "cpu") spare[name] ??= new ort.Tensor("float32", new Float32Array(sizeOf(state.specs[name]!.shape)), state.specs[name]!.shape);
        fetches[`next.${name}`] = device === "cpu" ? spare[name]! : null;
      }
      for (const name of outputs) fetches[`out.${name}`] = null;
      const results = await session.run(feeds, fetches);
      for (const name of replaced) {
        const old = current[name]!;
        current[name] = results[`next.${name}`]!;
        if (device === "cpu") spare[name] = old;
        else old.dispose();
      }
      const out: Record<string, Float32Array> = {};
      for (const name of outputs) out[name] = Float32Array.from(results[`out.${name}`]!.data as Float32Array);
      return out;
    },
    async dispose() {
      forget();
      await session.release();
    },
  };
}

function sessionOptions(device: Device, threads: number, replaced: string[], outputs: string[]): ort.InferenceSession.SessionOptions {
  const onDevice = device === "cpu" ? {} : {
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
    logSeverityLevel: 3,
    // Adam's moments decay into denormal numbers, which some processors handle a hundred times more slowly.
    extra: { session: { set_denormal_as_zero: "1" } },
    ...onDevice,
  };
}
