/** Learning-rate schedules as plain data plus one function of the update's number, which counts from 1 to the run's total. */
export { anneal, reuse } from "./anneal.js";
export type { AnnealOptions, ReuseOptions } from "./anneal.js";
export type { CurveName } from "./curves.js";
export { cyclicCosine } from "./cyclic-cosine.js";
export type { CyclicOptions } from "./cyclic-cosine.js";
export { infinite } from "./infinite.js";
export type { InfiniteOptions } from "./infinite.js";
export { inverseSqrt } from "./inverse-sqrt.js";
export type { InverseSqrtOptions } from "./inverse-sqrt.js";
export { highestOf } from "./onward.js";
export { piecewise } from "./piecewise.js";
export type { PiecewiseOptions } from "./piecewise.js";
export { schedules } from "./registry.js";
export type { Schedule } from "./types.js";
export { constant, cosine, linear, rewarm } from "./warmed.js";
export type { ConstantOptions, WarmOptions } from "./warmed.js";
export { trapezoid, wsd, wsdS } from "./wsd.js";
export type { TrapezoidOptions, WsdOptions, WsdSOptions } from "./wsd.js";
