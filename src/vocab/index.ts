/** Tokenizers: tokenizer.json in, tokenizer.json out. Train, widen in four ways, measure, segment. */
export { addTokens, type AddTokensOptions } from "./addtokens.js";
export { extend, type ExtendOptions } from "./extend.js";
export { merge, type MergeOptions } from "./merge.js";
export { parse, stringify, type ParseOptions } from "./parse.js";
export { cuts } from "./cuts.js";
export { decodeBytes, encodeBytes } from "./raw.js";
export { pruneOrders, type PruneOrder, type PruneOrderName, type Pruning } from "./prune-orders.js";
export { unreachable } from "./reach.js";
export { report, type ReportOptions, type TokenizerReport } from "./report.js";
export { select, type SelectOptions } from "./select.js";
export { segment } from "./segment.js";
export { train, type TrainOptions } from "./train.js";
export { trim, type Trimmed, type TrimOptions } from "./trim.js";
export { compare, type CompareOptions, type ComparisonRow } from "./compare.js";
export type { Metrics } from "./metrics.js";
export { renyiEfficiency, type RenyiEfficiencyOptions } from "./renyi.js";
export { wordRules, type Word, type WordRule, type WordRuleName } from "./word-rules.js";
