/** Training: optimiser, schedules, the loop, and the ways into it. */
export { adapterOf } from "./run/adapter.js";
export { branch } from "./run/branch.js";
export type { BranchChoices, BranchOptions } from "./run/branch.js";
export { continueTraining as continue } from "./continue.js";
export type { ContinueOptions } from "./continue.js";
export { continueThrough } from "./continue-through.js";
export type { Through, ThroughOptions, ThroughOrder, ThroughRow } from "./continue-through.js";
export { fineTuneAt } from "./fine-tune-at.js";
export type { FineTuned, FineTunedRow, FineTuneAtOptions } from "./fine-tune-at.js";
export { stagedScores, type StagedScores } from "./staged-scores.js";
export { similarities, type SimilaritiesOptions, type SimilarityRow } from "./similarities.js";
export { evaluate } from "./evaluate.js";
export type { EvaluateOptions, Scores } from "./evaluate.js";
export { atSnapshots, type AtSnapshotsOptions } from "./at-snapshots.js";
export { alongLine, wiseFt } from "./along-line.js";
export type { AlongLineOptions, LineScores, WiseFt, WiseFtOptions } from "./along-line.js";
export { greedySoup, type GreedySoup, type GreedySoupOptions } from "./greedy-soup.js";
export { latestCheckpoint, readCheckpoint } from "./run/checkpoint.js";
export type { Checkpoint } from "./run/checkpoint.js";
export { distilTokens } from "./distil-tokens.js";
export type { Distilled, DistilTokensOptions } from "./distil-tokens.js";
export { runRecipe } from "./recipe/follow.js";
export type { FollowOptions } from "./recipe/follow.js";
export { handOff, type HandOffOptions } from "./handoff/hand-off.js";
export { checkRecipe as checkHandOff } from "./handoff/refuse.js";
export type { JobProfile } from "./handoff/job-header.js";
export { type TrainerName, trainers } from "./handoff/trainers/registry.js";
export type { Handoff, Trainer } from "./handoff/types.js";
export { hashOf, hashOfModel } from "./hash.js";
export { job } from "./recipe/job.js";
export type { JobOptions } from "./recipe/job.js";
export { Diverged } from "./run/diverged.js";
export { open } from "./run/open.js";
export { extentOf } from "./recipe/extent.js";
export { mapPaths } from "./recipe/paths.js";
export { writtenOut } from "./recipe/written-out.js";
export { evaluationPoints, snapshotPoints, type Snapshots } from "./run/points.js";
export { pretrain } from "./pretrain.js";
export type { Base, PretrainOptions } from "./pretrain.js";
export { type Modules, openModules, saveModules } from "./run/modules.js";
export { besideOf, type BesideOfOptions } from "./beside-of.js";
export { parseRecipe } from "./recipe/parse.js";
export type { Recipe } from "./recipe/recipe.js";
export type { Run } from "./run/run.js";
export {
  anneal,
  constant,
  cosine,
  cyclicCosine,
  infinite,
  inverseSqrt,
  linear,
  piecewise,
  reuse,
  rewarm,
  schedules,
  trapezoid,
  wsd,
  wsdS,
} from "./schedules/index.js";
export type * from "./schedules/index.js";
export { memoryNeeded } from "./recipe/memory.js";
export { continueInStages, stages } from "./recipe/stages.js";
export type { Stage, StagedOptions, StagedRun, StagesRow } from "./recipe/stages.js";
export type { Texts } from "./text.js";

// What an update is made of.
export { activeForgetting } from "./step/parts/active-forgetting.js";
export type { ActiveForgettingOptions } from "./step/parts/active-forgetting.js";
export { adamw } from "./step/optimisers/adamw.js";
export type { AdamW, AdamWOptions } from "./step/optimisers/adamw.js";
export { agem, type AgemOptions } from "./step/parts/agem.js";
export { answers, type AnswersOptions } from "./step/objectives/answers.js";
export { causal } from "./step/objectives/causal.js";
export { clo, type CloOptions } from "./step/objectives/clo.js";
export { contrastive, type ContrastiveOptions } from "./step/objectives/contrastive.js";
export { dpo, type DpoOptions } from "./step/objectives/dpo.js";
export { orpo, type OrpoOptions } from "./step/objectives/orpo.js";
export { select, type SelectOptions } from "./step/objectives/select.js";
export { simpo, type SimpoOptions } from "./step/objectives/simpo.js";
export { codeSwitch, type CodeSwitchOptions } from "./step/objectives/code-switch.js";
export type { DocumentsOptions } from "./step/objectives/documents.js";
export { ema } from "./step/parts/ema.js";
export type { EmaOptions } from "./step/parts/ema.js";
export { ewc } from "./step/parts/ewc.js";
export type { EwcOptions } from "./step/parts/ewc.js";
export { l2Init, l2Sp } from "./step/parts/l2.js";
export type { L2Options } from "./step/parts/l2.js";
export { fim, type FimOptions } from "./step/objectives/fim.js";
export { kl, type KlOptions } from "./step/objectives/kl.js";
export { lateToEarly, type LateToEarlyOptions } from "./step/objectives/late-to-early.js";
export { lawa, type LawaOptions } from "./step/parts/lawa.js";
export { swa, type SwaOptions } from "./step/parts/swa.js";
export { lion } from "./step/optimisers/lion.js";
export type { LionOptions } from "./step/optimisers/lion.js";
export { logitSwap, type LogitSwapOptions } from "./step/objectives/logit-swap.js";
export { lwf, type LwfOptions } from "./step/objectives/lwf.js";
export { lossScaled, type LossScaledOptions } from "./step/optimisers/loss-scale.js";
export { dora } from "./step/parameters/dora.js";
export type { LayerChoice } from "./step/parameters/layer-choice.js";
export { lora, rslora } from "./step/parameters/lora.js";
export type { LowRankOptions } from "./step/parameters/low-rank.js";
export { muon } from "./step/optimisers/muon.js";
export type { MuonOptions } from "./step/optimisers/muon.js";
export { growingVocabulary, type GrowingVocabularyOptions } from "./step/objectives/growing-vocabulary.js";
export { masked } from "./step/objectives/masked.js";
export { onPolicy, type OnPolicyOptions } from "./step/objectives/on-policy.js";
export type { MaskingOptions } from "./step/objectives/masking.js";
export { mixed, type MixedOptions, type MixedPart } from "./step/objectives/mixed.js";
export { prefixLm, type PrefixLmOptions } from "./step/objectives/prefix-lm.js";
export { selfDistillation, type SelfDistillationOptions } from "./step/objectives/self-distillation.js";
export { smallToLarge, type SmallToLargeOptions } from "./step/objectives/small-to-large.js";
export { tlm } from "./step/objectives/tlm.js";
export { spanCorruption, type SpanCorruptionOptions } from "./step/objectives/span-corruption.js";
export { ul2, type Denoiser, type Ul2Options } from "./step/objectives/ul2.js";
export { objectives } from "./step/objectives/registry.js";
export { optimisers } from "./step/optimisers/registry.js";
export { parameters } from "./step/parameters/registry.js";
export { parts } from "./step/parts/registry.js";
export { gpm, type GpmOptions } from "./step/parts/gpm.js";
export { oLora, type OLoraOptions } from "./step/parts/o-lora.js";
export { osf, type OsfAdaptive, type OsfOptions } from "./step/parts/osf.js";
export { reptile, type ReptileOptions } from "./step/parts/reptile.js";
export type { Rates, Role } from "./step/roles.js";
export { adapters } from "./step/parameters/adapters.js";
export type { AdaptersOptions } from "./step/parameters/adapters.js";
export { languageEmbeddings } from "./step/parameters/language-embeddings.js";
export type { LanguageEmbeddingsOptions } from "./step/parameters/language-embeddings.js";
export { softPrompt } from "./step/parameters/soft-prompt.js";
export type { SoftPromptOptions } from "./step/parameters/soft-prompt.js";
export { sparse } from "./step/parameters/sparse.js";
export type { SparseOptions } from "./step/parameters/sparse.js";
export { allOf, evaluationStep, slotsAtStart, trainStep } from "./step/step.js";
export type { Step, StepOptions, TrainStepOptions } from "./step/step.js";
export { newIds, selection } from "./step/parameters/trainable.js";
export { trainables } from "./step/parameters/trainables.js";
export type { NewRows, Rows, Trainable, TrainableParts, TrainableRow } from "./step/parameters/trainables.js";
export type { Objective, ObjectiveOptions, RunningObjective } from "./step/objective.js";
export type { Leaves, Optimiser, Parameters, Part, PrepareOptions, RunningPart, Shaped } from "./step/types.js";

// What it is asked.
export { biographies, type BiographiesProbeOptions } from "./ask/probes/biographies.js";
export { languageConfusion, type LanguageConfusionOptions } from "./ask/probes/confusion.js";
export { facts, type FactsProbeOptions } from "./ask/probes/facts.js";
export {
  arithmetic,
  brevo,
  clone,
  countries,
  depo,
  dyck,
  graph,
  instructions,
  lano,
  lego,
  mano,
  markov,
  nca,
  questionsOf,
  repeats,
  type Seeded,
  wordProblems,
} from "./ask/probes/generated.js";
export { infilling, type InfillingOptions } from "./ask/probes/infilling.js";
export { inContextLearning, type InContextLearningOptions } from "./ask/probes/in-context-learning.js";
export { induction, type InductionOptions } from "./ask/probes/induction.js";
export { minimalPairs, type MinimalPairsOptions } from "./ask/probes/minimal-pairs.js";
export { probes } from "./ask/probes/registry.js";
export type { Probe, ProbeOptions, RunningProbe } from "./ask/probes/types.js";
export { ask, type AskedModel, type AskOptions } from "./ask/ask.js";
export { readTask, type ReadTaskOptions } from "./ask/task.js";
export type { ChoiceTask, ClozeTask, IdsTask, RollingTask, Task, TaskScore } from "./ask/types.js";
export type { ItemScores } from "./ask/scores.js";

// What looks at it.
export { answerLoss, type AnswerLossOptions } from "./evaluators/answer-loss.js";
export { preferred, type PreferredOptions } from "./evaluators/preferred.js";
export { averages, type AveragesOptions } from "./evaluators/averages.js";
export { bitsPerByte } from "./evaluators/bits-per-byte.js";
export { distance } from "./evaluators/distance.js";
export { firing, type FiringEvaluatorOptions } from "./evaluators/inside/firing.js";
export { lens, type LensEvaluatorOptions } from "./evaluators/inside/lens.js";
export { states, type StatesEvaluatorOptions } from "./evaluators/inside/states.js";
export { gradientCosine, type GradientCosineOptions } from "./evaluators/gradient-cosine.js";
export { probed, type ProbedOptions } from "./evaluators/probes.js";
export { rowNorms } from "./evaluators/row-norms.js";
export { maskedLoss } from "./evaluators/masked-loss.js";
export { evaluators } from "./evaluators/registry.js";
export { attentionMaps, type AttentionMaps, type AttentionMapsOptions } from "./inside/attention-maps.js";
export { type Firing, firingOf } from "./inside/firing.js";
export { languageByLayer, type LanguageByLayerOptions, type LanguageRow } from "./inside/language-by-layer.js";
export { logitLens, type LensRow, type LogitLensOptions } from "./inside/logit-lens.js";
export type { ReadingOptions } from "./inside/reading.js";
export type { Translators } from "./inside/translators.js";
export { tunedLens, type TunedLens, type TunedLensOptions } from "./inside/tuned-lens.js";
export { statesOf, type StatesOfOptions, type TextStates } from "./inside/states.js";
export { tokenLosses, type TokenLoss } from "./inside/token-losses.js";
export { documentLosses, type DocumentLossesOptions } from "./document-losses.js";
export { windowLosses, type WindowLossesOptions } from "./window-losses.js";
export type { Evaluator, RunningEvaluator } from "./evaluators/types.js";
export { TRAINER } from "./run/identity.js";
export type { RunOptions } from "./options.js";
export { tokenVectors, wordVectors } from "./word-vectors.js";
export type { TokenVectorsOptions, VectorsOptions, WordVectorsOptions } from "./word-vectors.js";
