/** Tokenizers: tokenizer.json in, tokenizer.json out. Train, extend, measure, segment. */
export { extend, type ExtendOptions } from "./extend.js";
export { parse, stringify, type ParseOptions } from "./parse.js";
export { cuts } from "./cuts.js";
export { decodeBytes, encodeBytes } from "./raw.js";
export { unreachable } from "./reach.js";
export { report, type ReportOptions, type TokenizerReport } from "./report.js";
export { segment } from "./segment.js";
export { train, type TrainOptions } from "./train.js";
export { compare, type CompareOptions, type ComparisonRow } from "./compare.js";
export type { Metrics } from "./metrics.js";
export { renyiEfficiency, type RenyiEfficiencyOptions } from "./renyi.js";
export { wordRules, type Word, type WordRule, type WordRuleName } from "./word-rules.js";
