/** What a model's states say of it: how alike two sets are, whether they tell meanings apart, how they are spread. */
export { anc, type Anc } from "./anc.js";
export { cca, type Cca, type CcaOptions } from "./cca.js";
export { cka, type CkaOptions } from "./cka.js";
export { effectiveRank, type EffectiveRankOptions } from "./effective-rank.js";
export { isotropy, type Isotropy, meanCosine, type MeanCosineOptions } from "./isotropy.js";
export { lape, type Lape, type LapeOptions, type SpecificNeuron } from "./lape.js";
export { retrieval, type Retrieval, type RetrievalOptions } from "./retrieval.js";
export type { Pair, StatesTable } from "./states.js";
export { inductionHeads, type InductionHead, type InductionHeadsOptions } from "./induction-heads.js";
