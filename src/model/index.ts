/** The transformer, its sizes, and how it is kept on disk. */
export { checkConfig, configOf, parameterCount, parameterShapes, sizes } from "./config.js";
export type { ConfigOptions, ParameterCount, Size } from "./config.js";
export { forward, head, losses } from "./forward.js";
export { generate } from "./generate.js";
export type { GenerateOptions } from "./generate.js";
export { load, save } from "./huggingface.js";
export { fromHuggingFace, toHuggingFace } from "./huggingface-config.js";
export { init } from "./init.js";
export { massOn } from "./mass.js";
export type { Mass, MassOptions } from "./mass.js";
export { readSafetensors, writeSafetensors } from "./safetensors.js";
export type { SafetensorsFile } from "./safetensors.js";
export { published } from "./published-rows.js";
export type { PublishedName, PublishedRow } from "./published-rows.js";
export { publishedTokenizer } from "./published.js";
export type { PublishedOptions } from "./published.js";
export { readTokenizer } from "./tokenizer-files.js";
export type { ReadTokenizerOptions } from "./tokenizer-files.js";
