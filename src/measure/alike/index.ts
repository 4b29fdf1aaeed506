/** How alike languages and domains are, as numbers that may explain what carries over from one to another. */
export { countsOf, type Counts, gramsOf, type GramsOptions, scriptsOf } from "./counts.js";
export { featureDistance, type FeatureDistance, type Features } from "./features.js";
export { overlap, type Overlap } from "./overlap.js";
