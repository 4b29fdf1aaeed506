/** Rows of the embedding table for tokens that a model has never seen. */
export { spellings, type SpellingsOptions } from "./align.js";
export { canonicalKey, overlap, type OverlapOptions } from "./canonical.js";
export type { Evidence, Spellings, WordVectors } from "./evidence.js";
export { partsOf, type Grams } from "./grams.js";
export { grow, type GrowOptions } from "./grow.js";
export { initialisers, type InitialiserName } from "./initialisers.js";
export { lengths, type Lengths } from "./lengths.js";
export type { MatMul, Matrix } from "./matmul.js";
export { multivariate } from "./multivariate.js";
export { ofa, type OfaOptions } from "./ofa.js";
export { replace, type ReplaceOptions } from "./replace.js";
export { factorise, singular, type Singular, type SingularOptions } from "./svd.js";
export type { ChangeOptions } from "./tables.js";
export { trainedIds } from "./trained.js";
export { alignWords, tokensFromWords, type AlignWordsOptions, type TokensFromWordsOptions } from "./token-vectors.js";
export type { Grown, Growing, GrowReport, Initialise, Initialiser, Shared, TableReport } from "./types.js";
export { cbow, type Cbow, type CbowOptions, type Parts } from "./word-vectors.js";
export { tokenStream, wordStream, type WordStream } from "./words.js";
