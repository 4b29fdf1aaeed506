/** Rows of the embedding table for tokens that a model has never seen. */
export { spellings, type SpellingsOptions } from "./align.js";
export { canonicalKey, overlap, type OverlapOptions } from "./canonical.js";
export type { Evidence, Spellings, WordVectors } from "./evidence.js";
export { grow, type GrowOptions } from "./grow.js";
export { initialisers, type InitialiserName } from "./initialisers.js";
export { multivariate } from "./multivariate.js";
export { replace, type ReplaceOptions } from "./replace.js";
export type { ChangeOptions } from "./tables.js";
export type { Grown, Growing, GrowReport, Initialise, Initialiser, Shared, TableReport } from "./types.js";
