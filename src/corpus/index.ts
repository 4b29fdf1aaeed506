/** Text in: named corpora and the user's files, split by document, encoded once, read by window. */
export { cacheFolder } from "./cache.js";
export { any } from "./load/any.js";
export type { AnyOptions } from "./load/any.js";
export { dictionary } from "./words/dictionary.js";
export { vectors, type VectorsOptions } from "./words/vectors.js";
export type { DictionaryOptions } from "./words/dictionary.js";
export { load } from "./load/load.js";
export type { LoadOptions } from "./load/load.js";
export { crossLingualPairs, preferences } from "./pairs/preferences.js";
export type { AnsweredPrompt, PreferenceRow, PreferencesOptions } from "./pairs/preferences.js";
export { type Fault, faults, planted, type Planted, type PlantedOptions } from "./planted.js";
export { paired } from "./pairs/paired.js";
export type { PairedOptions, PairedText } from "./pairs/paired.js";
export type { PairsOf } from "./pairs/with-pairs.js";
export { slice, type SliceOptions } from "./split/slices.js";
export { corpora } from "./registry.js";
export type { CorpusName } from "./registry.js";
export { type FileText, filesSchema } from "./sources/file-text.js";
export { mapTextPaths, type WrittenTexts } from "./load/text-paths.js";
export { type Dataset, datasetsIn, isDataset, readDataset } from "./load/dataset.js";
export { preview, type Preview, type PreviewOptions, type TextPreview } from "./preview/preview.js";
export { portrait, type Portrait, type PortraitOptions } from "./preview/portrait.js";
export { streamFiles, type StreamFilesOptions } from "./sources/stream.js";

// What becomes of each document before it is encoded.
export { type StepGiven, stepOf, steps, stepsSchema } from "./steps/registry.js";
export { similarStep, type SimilarStepOptions } from "./steps/similar.js";
export { pipeline, type Pipelined, type PipelineOptions } from "./steps/pipeline.js";
export { pipe, type Piped, type PipeOptions } from "./steps/pipe.js";
export type { Dropped, Noted, OpenStep, Step, Verdict } from "./steps/types.js";
export { language as languageStep, type LanguageOptions } from "./steps/language.js";
export { prox, type ProxOptions } from "./steps/prox.js";
export { edit as editByProgram, type Edited, run as runProgram } from "./prox/program.js";
export { programmed, type ProxRules } from "./prox/rules.js";
export { scoreStep, type ScoreStepOptions } from "./steps/score.js";
export { weight, type WeightOptions } from "./steps/weight.js";
export { nearRepeats, type NearRepeats, type NearRepeatsOptions } from "./repeats/near-repeats.js";

// Documents of which not every token counts the same.
export { chatTemplate, type ChatTemplate, type ChatTemplateOptions } from "./chat/chat-template.js";
export { conversation, type ConversationOptions, type Message } from "./chat/conversation.js";
export type { Marked } from "./chat/marked.js";
export { chatTemplates, type ChatTemplateName } from "./chat/templates.js";
export { alpaca, type ChatOptions, messages, type MessagesOptions, sharegpt } from "./forms/chats.js";
export { preferenceRows, promptCompletion, type PromptCompletionOptions } from "./forms/prompted.js";
export { twoTexts, type TwoTextsOptions } from "./forms/prompted.js";
export { conditional, type ConditionalOptions, metadata, type MetadataOptions } from "./forms/tagged.js";
export { weighted, type WeightedOptions } from "./forms/weighted.js";
export { type FormName, forms } from "./forms/registry.js";
export type { Form } from "./forms/types.js";

// What two documents that say the same become.
export { renderings, type RenderingName } from "./renderings/registry.js";
export { apart, documentPair, type DocumentPairOptions } from "./renderings/apart.js";
export { concatenation, type ConcatenationOptions } from "./renderings/concatenation.js";
export { alternating, type AlternatingOptions } from "./renderings/interlinear.js";
export { interlinear, type InterlinearOptions } from "./renderings/interlinear.js";
export { tagged, type TaggedOptions } from "./renderings/translations.js";
export { translateTrain, type TranslateTrainOptions } from "./renderings/translations.js";
export { codeSwitch, type CodeSwitchOptions } from "./renderings/code-switch.js";
export { romanised, type RomanisedOptions } from "./renderings/romanised.js";
export { restored, type RestoredOptions } from "./renderings/restored.js";
export { crossIc, type CrossIcOptions } from "./renderings/cross-ic.js";
export type { Direction, Pair, Rendered, Rendering } from "./renderings/types.js";
export { tokenShare, type TokenShareOptions } from "./renderings/token-share.js";
export {
  byWord,
  type Switched,
  switchWords,
  type SwitchWordsOptions,
  type Translations,
} from "./words/switch-words.js";

export { expand, type FileFormat } from "./sources/paths.js";
export type { TextDocuments } from "./sources/text-file.js";
export type {
  Corpus,
  CorpusRow,
  Document,
  SourceRequest,
  SourceText,
  StepCounts,
  StepExample,
  TextKeys,
} from "./types.js";
export { encode } from "./encode/encode.js";
export { encodeFiles, type EncodeFilesOptions } from "./encode/files.js";
export type { EncodedFiles, EncodedLanguage } from "./encode/folder.js";
export { tokenizerHash } from "./shards/hash.js";
export type { EncodeOptions } from "./encode/encode.js";
export { evalWindows } from "./windows/eval-windows.js";
export type { EvalWindow, EvalWindowsOptions } from "./windows/eval-windows.js";
export { keysOf } from "./encode/keys.js";
export { documentAt, documentPlaces, open } from "./shards/shard.js";
export type { Shard } from "./shards/shard.js";
export type { ShardHeader } from "./shards/header.js";
export { boundaries, windows } from "./windows/windows.js";
export type { SamplerState, Window, WindowSampler, WindowsOptions } from "./windows/windows.js";
export { cut, type Cut } from "./windows/cut.js";

// In which order it is read.
export { orders } from "./orders/registry.js";
export { curriculum, type CurriculumOptions } from "./orders/curriculum.js";
export { inContext, type InContextOptions } from "./orders/in-context.js";
export { interleaved, type InterleavedOptions } from "./orders/interleaved.js";
export { type PacingName, pacings } from "./orders/pacing.js";
export { packed, type PackedOptions } from "./orders/packed.js";
export { pairs } from "./orders/pairs.js";
export { reservoir, type ReservoirOptions } from "./orders/reservoir.js";
export { sequential } from "./orders/sequential.js";
export { shuffled } from "./orders/shuffled.js";
export { subset, type SubsetOptions } from "./orders/subset.js";

// What of it is replayed.
export { buffers } from "./buffers/registry.js";
export { classBalanced, overwriting, reservoirBuffer } from "./buffers/rules.js";
export type { BufferOptions } from "./buffers/buffer.js";
export type { Buffer, Kept, RunningBuffer } from "./buffers/types.js";

// How hard or how good a text is: for an order, and for the steps score and weight.
export { chance, type ChanceOptions } from "./scores/chance.js";
export { compression } from "./scores/compression.js";
export { dsir, type DsirModel, type DsirOptions } from "./scores/dsir.js";
export type { Examples } from "./scores/examples.js";
export { flesch } from "./scores/flesch.js";
export { given, type GivenOptions } from "./scores/given.js";
export { kneserNey, type KneserNey, type KneserNeyOptions } from "./scores/kneser-ney.js";
export { languageScore, type LanguageScoreOptions } from "./scores/language.js";
export { lix } from "./scores/lix.js";
export { mtld } from "./scores/mtld.js";
export { ngram, type NgramOptions } from "./scores/ngram.js";
export { quality, type QualityModel, type QualityOptions } from "./scores/quality.js";
export { scores } from "./scores/registry.js";
export { scoresOf, type ScoresOfOptions } from "./scores/scores-of.js";
export { sentenceLength } from "./scores/sentence-length.js";
export { similar, type SimilarOptions } from "./scores/similar.js";
export type { TrainedScore } from "./scores/trained.js";
export { readyOf, type Score, type TextScore } from "./scores/types.js";

export type { Order, OrderOptions, Segment, Stream } from "./orders/types.js";
export { documentsIn, weightsIn } from "./windows/segments.js";

// What is made by rule, with its truth.
export { agreement, type AgreementOptions } from "./generators/agreement.js";
export { arithmetic, type ArithmeticOptions } from "./generators/arithmetic.js";
export { biographies } from "./generators/biographies.js";
export type { BiographiesGenerator, BiographiesOptions, BiographyQuestion } from "./generators/biographies.js";
export { countries, type CountriesOptions } from "./generators/countries.js";
export { counted, countFields, type Counts } from "./generators/counts.js";
export { type FactLanguage, factLanguages } from "./generators/fact-words.js";
export { type Chain, entropyRate } from "./generators/chain.js";
export { brevo, type BrevoOptions, isOrder } from "./generators/brevo.js";
export { type CloneLanguage, cloneLanguage, cloneOf, type CloneOptions } from "./generators/clone.js";
export { clone, type ClonedOptions } from "./generators/cloned.js";
export { depo, type DepoOptions } from "./generators/depo.js";
export { dyck, type DyckOptions } from "./generators/dyck.js";
export { facts, type FactQuestion, type FactsGenerator, type FactsOptions } from "./generators/facts.js";
export { graph, type GraphArm, type GraphOptions } from "./generators/graph.js";
export { instructions, type InstructionsOptions } from "./generators/instructions.js";
export { type Grammar, inLanguage, lano, type LanoOptions } from "./generators/lano.js";
export { mano, type ManoOptions } from "./generators/mano.js";
export { nca, type NcaOptions } from "./generators/nca.js";
export { lego, type LegoOptions } from "./generators/lego.js";
export { markov, type MarkovOptions } from "./generators/markov.js";
export { generatedSchema, type GeneratedText } from "./generators/generated.js";
export { generators } from "./generators/registry.js";
export { repeats, type RepeatsOptions } from "./generators/repeats.js";
export type { Generated, Generator, Question, Truth } from "./generators/types.js";
export { wordProblems } from "./generators/word-problems.js";
export type { WordProblem, WordProblemsGenerator, WordProblemsOptions } from "./generators/word-problems.js";
export { languageIdentifier } from "./language/identifier.js";
export type { LanguageIdentifier, LanguageIdentifierOptions } from "./language/identifier.js";

// Token ids in files of other trainers.
export { tokenFiles, type TokenFormatName } from "./token-files/registry.js";
export type { TokenFilesOptions, TokenFilesWritten, TokenFormat, TokenRow } from "./token-files/types.js";
