/**
 * The state of compiled programs. On `cpu` a step writes most of it where it read it (`aliasable.ts` says which), and the rest
 * into spare buffers that swap roles with it each step, so that the state itself is never allocated anew; on `webgpu` it moves
 * to the device at its first run and stays there. (`cuda` returns it to the host each step: `onnxruntime-node` knows device
 * buffers of WebGPU only.)
 */
import * as ort from "onnxruntime-node";
import type { StateArrays } from "../types.js";
import { drop } from "./buffers.js";
import { checkUpload, checkWrite } from "./check.js";
import { inNumbers, keptAs, keptIn, ortType } from "./kept.js";
import { transfer } from "./transfer.js";
import type { Device, Kept, Specs, State, UploadOptions } from "./types.js";

export interface CompiledState extends State {
  readonly current: Record<string, ort.Tensor>;
  /** Where the next step's values are written that cannot be written in place, on the host. */
  readonly spare: Record<string, ort.Tensor>;
  /** Runs `work` with the state to itself; a second one at the same time is an error, not a race. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** A run that failed half-way left it with old and new values: from now on whoever uses it is told so. */
  spoil(): void;
  /** Brings the named entries to where programs want them. */
  place(names: string[]): Promise<void>;
}

export const staysOnDevice = (device: Device): boolean => device === "webgpu";

export function upload(arrays: StateArrays, device: Device, { adopt = false }: UploadOptions = {}): CompiledState {
  const current: Record<string, ort.Tensor> = {};
  const spare: Record<string, ort.Tensor> = {};
  const specs: Specs = {};
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    checkUpload(name, shape, data);
    const dtype = keptIn(data);
    if (dtype !== "float32" && device !== "cpu") refuse(name, dtype, device);
    specs[name] = { shape: [...shape], dtype };
    current[name] = new ort.Tensor(ortType[dtype], adopt ? data : data.slice(), shape);
  }
  let busy = false;
  let disposed = false;
  let spoilt = false;
  const free = (): void => {
    for (const name of Object.keys(specs)) {
      drop(current[name]!);
      delete current[name];
      delete spare[name];
      delete specs[name];
    }
  };
  const check = (): void => {
    if (disposed) throw new Error("engine: invalid state: it was disposed");
    if (spoilt)
      throw new Error(
        "engine: invalid state: a run on it failed half-way (begin again from what was uploaded or saved)",
      );
    if (busy) throw new Error("engine: invalid state: it is in use by a run that has not ended (await it first)");
  };
  return {
    specs,
    current,
    spare,
    async alone(work) {
      check();
      busy = true;
      try {
        return await work();
      } finally {
        busy = false;
        if (disposed) free();
      }
    },
    spoil() {
      spoilt = true;
    },
    async place(names) {
      if (!staysOnDevice(device)) return;
      const away = names.filter((name) => current[name]!.location === "cpu");
      const placed = await transfer(
        Object.fromEntries(away.map((name) => [name, current[name]!])),
        device,
        "gpu-buffer",
      );
      Object.assign(current, placed);
    },
    async download(names) {
      const now = Object.entries(await this.read(names));
      return Object.fromEntries(now.map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
    },
    async read(names) {
      return inNumbers(await this.readKept(names));
    },
    async readKept(names = Object.keys(specs)) {
      if (!disposed) check();
      const wanted: Record<string, ort.Tensor> = {};
      for (const name of names) {
        const tensor = current[name];
        if (!tensor) throw new Error(`engine: invalid state entry: ${name} (not uploaded, or disposed)`);
        wanted[name] = tensor;
      }
      const away = Object.entries(wanted).filter(([, { location }]) => location !== "cpu");
      if (away.length > 0)
        Object.assign(wanted, await this.alone(() => transfer(Object.fromEntries(away), device, "cpu")));
      return Object.fromEntries(
        Object.entries(wanted).map(([name, { dims, data }]) => [
          name,
          { shape: [...dims], data: data as StateArrays[string]["data"] },
        ]),
      );
    },
    write(arrays) {
      check();
      checkWrite(specs, arrays);
      for (const [name, { shape, data }] of Object.entries(arrays)) {
        const kept = specs[name]!.dtype as Kept;
        drop(current[name]!);
        current[name] = new ort.Tensor(ortType[kept], keptAs(kept, data).slice(), shape);
      }
    },
    dispose() {
      disposed = true;
      if (!busy) free();
    },
  };
}

function refuse(name: string, dtype: Kept, device: Device): never {
  throw new Error(`engine: invalid state: ${name} in ${dtype} on ${device} (only cpu and eager devices keep it so)`);
}
