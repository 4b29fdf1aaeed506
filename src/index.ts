/**
 * Palimpsest: a notebook lab for continual pre-training. This file is the table of contents.
 * @module palimpsest
 */

// From text to tokens.
export * as corpus from "./corpus/index.js";
export * as vocab from "./vocab/index.js";
export * as mixture from "./mixture/index.js";

// From weights to weights.
export * as embed from "./embed/index.js";
export * as engine from "./engine/index.js";
export * as model from "./model/index.js";
export * as checkpoint from "./checkpoint/index.js";
export * as train from "./train/index.js";
export * as merge from "./merge/index.js";
export * as sweep from "./sweep/index.js";

// From runs to conclusions.
export * as runs from "./runs/index.js";
export * as measure from "./measure/index.js";
export * as laws from "./laws/index.js";
export * as charts from "./charts/index.js";

// In a notebook.
export * as lab from "./lab/index.js";
export { show } from "./lab/index.js";

export { rng, type Rng, type RngState } from "./rng.js";
export type * from "./types.js";
