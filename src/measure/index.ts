/** What a run learned and lost: bits per byte, forgetting, adaptation, the stability gap, parameter shift, states, answers to items. */
export { type Baseline } from "./baseline.js";
export { averaged, type AveragedOptions } from "./averaged.js";
export { barrier, type Barrier, type BarrierOptions } from "./barrier.js";
export { bitsPerByte, type BitsPerByteOptions } from "./bits.js";
export {
  adaptation,
  evaluation,
  forgetting,
  type Change,
  type ChangeOptions,
  type EvaluationOptions,
} from "./change.js";
export { adaptationAt, type AdaptationAtOptions, type FrontPoint, paretoFront } from "./front.js";
export { layered, type LayeredOptions, type LayeredRow } from "./layered.js";
export { mean } from "./mean.js";
export { metrics, type MetricDefinitions } from "./definitions.js";
export { stabilityGap, type StabilityGap, type StabilityGapOptions } from "./gap.js";
export { path, type PathOptions, type PathRow } from "./path.js";
export { rowNorms, type RowNorms, type RowNormsOptions } from "./row-norms.js";
export { type Alike, alikeBy, greedyOrder, type GreedyOrder, type GreedyOrderOptions } from "./order.js";
export { type Coefficient, regress, type Regression, type RegressOptions } from "./regress.js";
export { forgottenByAge, orderEffect, sequence } from "./sequence.js";
export type { OrderEffect, SequenceOptions, SequenceRow } from "./sequence.js";
export { scoresOf, transfer } from "./stages.js";
export type { ScoresOfOptions, StageScores, Transfer, TransferOptions } from "./stages.js";
export { pairedDifference, type PairedDifference, type PairedDifferenceOptions } from "./paired.js";
export { parameterShift, type ParameterShift, type ParameterShiftOptions } from "./shift.js";
export { countsOf, featureDistance, gramsOf, overlap, scriptsOf } from "./alike/index.js";
export type { Counts, FeatureDistance, Features, GramsOptions, Overlap } from "./alike/index.js";
export { anc, cca, cka, effectiveRank, inductionHeads, isotropy, lape, meanCosine, retrieval } from "./inside/index.js";
export type {
  Anc,
  Cca,
  CcaOptions,
  CkaOptions,
  EffectiveRankOptions,
  InductionHead,
  InductionHeadsOptions,
  Isotropy,
  Lape,
  LapeOptions,
  MeanCosineOptions,
  Pair,
  Retrieval,
  RetrievalOptions,
  SpecificNeuron,
  StatesTable,
} from "./inside/index.js";

// Answers to items.
export { answerTokens, type AnswerTokens, type AnswerTokensOptions } from "./answer-start.js";
export { choiceMetrics, choiceScores } from "./choices.js";
export type { ChoiceMetric, ChoiceScores, ChoiceScoresOptions } from "./choices.js";
export { rollingWindows, type RollingWindowsOptions, type Scored } from "./rolling.js";
export { differenceOf, meanOf, ratioOf, type Estimate } from "./standard-error.js";

// What is known, and in which language it is said.
export { adherence, type Adherence, type AdherenceOptions } from "./language/adherence.js";
export { confusion, type Confusion, type ConfusionOptions } from "./language/confusion.js";
export { idsByLanguage, type IdsByLanguage, type IdsByLanguageOptions } from "./language/ids-by-language.js";
export { consistency, type Consistency, type ConsistencyOptions } from "./knowledge/consistency.js";
export { forgettingFit, injection } from "./knowledge/injection.js";
export type { ForgettingFit, Injection, InjectionOptions } from "./knowledge/injection.js";
export { rankConsistency, type RankConsistency, type RankConsistencyOptions } from "./knowledge/rank-consistency.js";
export { rankScores, type Ranked, type RankScores } from "./knowledge/ranks.js";
