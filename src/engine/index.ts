/** Runs a step written in TensorFlow.js ops: compiled into one graph (the default) or eagerly. */
export { choose, survey } from "./choose.js";
export type {
  Device,
  Engine,
  EngineOptions,
  Kept,
  Program,
  Signature,
  Specs,
  State,
  StepFunction,
  Tensors,
  TensorSpec,
  UploadOptions,
} from "./types.js";
export { LARGE } from "./compiled.js";
export { bytesEach, keptIn, zerosOf } from "./kept.js";
export { inPrecision, multiplied, type Precision, precisions } from "./trace.js";
export { numerics } from "./numerics.js";
export type { NumericsOptions } from "./numerics.js";
export { gatedGeluTanh, gatedSilu, gelu, geluTanh, relu } from "./ops/activation.js";
export { attention } from "./ops/attention.js";
export { inBlocks } from "./ops/blocks.js";
export { bothSided, causal, type Sight } from "./ops/sights.js";
export { causalAfter, withinDocuments } from "./ops/sights-by-sequence.js";
export { codesOf, numbersOfCodes } from "./ops/codes.js";
export { detached } from "./ops/detached.js";
export { crossEntropy } from "./ops/cross-entropy.js";
export { fence, inTurn } from "./ops/fence.js";
export { entries, logSoftmax, topK } from "./ops/log-softmax.js";
export { layerNorm, rmsNorm } from "./ops/norm.js";
export { recomputed } from "./ops/recomputed.js";
export { byRows, type ByRows, type RowTensors } from "./ops/rows.js";
export { rotary } from "./ops/rotary.js";
export { lookup, putRows } from "./ops/table.js";
