/** Weights in, weights out: models made of other models, without training. */
export { baseOf } from "./align.js";
export { merge, type MergeOptions } from "./merge.js";
export { type Merged, type MergedTensor, mergedTensors } from "./pieces.js";
export { type MethodName, methods } from "./registry.js";
export type { MergeMethod, Numbers, Source } from "./types.js";
export { chatVector, type ChatVectorOptions } from "./chat-vector.js";
export { dareLinear, type DareOptions, dareTies } from "./dare.js";
export { elchat, type ElChatOptions } from "./elchat.js";
export { linear, type LinearOptions } from "./linear.js";
export { modelStock } from "./model-stock.js";
export { slerp, type SlerpOptions } from "./slerp.js";
export { taskArithmetic } from "./task-arithmetic.js";
export { ties, type TiesOptions } from "./ties.js";
