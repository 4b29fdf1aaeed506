/** Weights in, weights out: models made of other models, without training. */
export { chatVector } from "./chat-vector.js";
export type { ChatVectorOptions } from "./chat-vector.js";
export { elchat } from "./elchat.js";
export type { ElChatOptions } from "./elchat.js";
export { interpolate } from "./interpolate.js";
export type { InterpolateOptions } from "./interpolate.js";
export { methods } from "./methods.js";
export type { MethodName } from "./methods.js";
export type { Between, MergeMethod } from "./types.js";
