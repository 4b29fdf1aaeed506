/** Tokenizers: tokenizer.json in, tokenizer.json out. Train, measure, extend. */
export { parse, stringify, type ParseOptions } from "./parse.js";
export { segment } from "./segment.js";
export { train, type TrainOptions } from "./train.js";
