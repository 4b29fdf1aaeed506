/** Which engine runs here, and why. Nothing is loaded that is not asked for or found. */
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { setup } from "../commands.js";
import { environment } from "../environment.js";
import type { Device, Engine, EngineOptions } from "./types.js";

/** One row of the survey: a device, whether it can be had, and why or how. */
export interface DeviceReport {
  device: Device;
  available: boolean;
  reason: string;
  /** The command that would bring it, where there is one. */
  fix?: string;
}

const DEVICES: Device[] = ["cpu", "webgpu", "cuda", "tensorflow-gpu", "tensorflow", "reference"];

export async function choose({
  device = "auto",
  threads = availableParallelism(),
}: EngineOptions = {}): Promise<Engine> {
  if (!Number.isInteger(threads) || threads < 1)
    throw new Error(`choose: invalid threads: ${threads} (a whole number from 1)`);
  if (device !== "auto" && !DEVICES.includes(device))
    throw new Error(`choose: invalid device: ${device} (one of auto, ${DEVICES.join(", ")})`);
  const wanted = device === "auto" ? await preferred() : { device, reason: "asked for" };
  const { compiledEngine } = await import("./compiled.js");
  const { eagerEngine } = await import("./eager.js");
  if (wanted.device === "cpu" || wanted.device === "webgpu" || wanted.device === "cuda")
    return compiledEngine(wanted.device, threads, wanted.reason);
  if (wanted.device !== "reference") requireBinding(wanted.device);
  return eagerEngine(wanted.device, wanted.reason);
}

async function preferred(): Promise<{ device: Device; reason: string }> {
  const gpu = tensorflowGpu();
  if (gpu.available) return { device: "tensorflow-gpu", reason: gpu.reason };
  return { device: "cpu", reason: "compiled for ONNX Runtime, the fastest that needs nothing installed" };
}

export async function survey(): Promise<DeviceReport[]> {
  const backends = new Set(await onnxBackends());
  return [
    tensorflowGpu(),
    { device: "cpu", available: backends.has("cpu"), reason: "compiled, ONNX Runtime inside the npm package" },
    {
      device: "webgpu",
      available: backends.has("webgpu"),
      reason: backends.has("webgpu")
        ? 'compiled, for any GPU with Vulkan, Metal or D3D12; ask with device: "webgpu"'
        : "not in this build of onnxruntime-node",
    },
    {
      device: "cuda",
      available: backends.has("cuda") && hasNvidia(),
      reason: hasNvidia() ? "compiled; needs the CUDA files of onnxruntime-node" : "no NVIDIA device answers",
      ...(hasNvidia() && { fix: setup("cuda") }),
    },
    installed("@tensorflow/tfjs-node")
      ? { device: "tensorflow", available: true, reason: "eager, @tensorflow/tfjs-node is installed" }
      : {
          device: "tensorflow",
          available: false,
          reason: "@tensorflow/tfjs-node is not installed",
          fix: setup("tensorflow"),
        },
    { device: "reference", available: true, reason: "eager, TensorFlow.js in plain JavaScript: slow, for checking" },
  ];
}

async function onnxBackends(): Promise<string[]> {
  const { listSupportedBackends } = await import("onnxruntime-node");
  return listSupportedBackends().map(({ name }) => name);
}

function tensorflowGpu(): DeviceReport {
  const device = "tensorflow-gpu" as const;
  if (!installed("@tensorflow/tfjs-node-gpu"))
    return { device, available: false, reason: "@tensorflow/tfjs-node-gpu is not installed", fix: setup("gpu") };
  if (!hasNvidia())
    return { device, available: false, reason: "@tensorflow/tfjs-node-gpu is installed but no NVIDIA device answers" };
  return { device, available: true, reason: "@tensorflow/tfjs-node-gpu is installed and an NVIDIA device answers" };
}

/** By the name that the package gives itself: danfojs is installed over a stand-in that lies where tfjs-node would. */
function installed(name: string): boolean {
  try {
    return (require(`${name}/package.json`) as { name: string }).name === name;
  } catch {
    return false;
  }
}

function hasNvidia(): boolean {
  try {
    return execFileSync("nvidia-smi", ["-L"], {
      encoding: "utf8",
      env: environment(),
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5000,
    }).includes("GPU");
  } catch {
    return false;
  }
}

function requireBinding(device: Device): void {
  const name = device === "tensorflow-gpu" ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
  if (!installed(name)) throw new Error(`choose: invalid device: ${device} (${name} is not installed)`);
  try {
    require(name);
  } catch (error) {
    throw new Error(
      `choose: invalid device: ${device} (${name} does not load: ${String((error as Error).message).split("\n")[0]})`,
      { cause: error },
    );
  }
}
