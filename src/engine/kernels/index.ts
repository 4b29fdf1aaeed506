/** Every TensorFlow.js kernel that can be compiled, by its registered name. One file for each family. */
import type { Emitter } from "./types.js";
import { elementwise } from "./elementwise.js";
import { gather } from "./gather.js";
import { matmul } from "./matmul.js";
import { reduce } from "./reduce.js";
import { shape } from "./shape.js";

export const kernels: Record<string, Emitter> = { ...elementwise, ...shape, ...reduce, ...matmul, ...gather };
