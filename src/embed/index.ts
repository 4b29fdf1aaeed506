/** Rows of the embedding table for tokens that a model has never seen. */
export { grow, type GrowOptions } from "./grow.js";
export { initialisers, type InitialiserName } from "./initialisers.js";
export type { Growing, Initialise, Initialiser } from "./types.js";
