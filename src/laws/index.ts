/** Scaling and mixture laws: fit, doubt, predict, decide. */
import { dOptimal, latinHypercube, mixtures } from "./design.js";

export { laws } from "./registry.js";
export * as forms from "./forms/index.js";
export * from "./solve/index.js";
export { define, type DefinedInput, type DefinedParameter, type DefineOptions } from "./define.js";
export { hold, slice } from "./hold.js";
export { fit, type FitOptions } from "./fit.js";
export { bootstrap, type BootstrapOptions } from "./bootstrap.js";
export { profile, type Profile, type ProfileOptions } from "./profile.js";
export { identify, type Identified, type IdentifyOptions, type Unidentified } from "./identify.js";
export { mostCorrelated, type Correlated } from "./correlated.js";
export { derive, type Derived, type DeriveOptions, type Doubted } from "./derive.js";
export { holdOut, type HoldOut, type HoldOutOptions } from "./hold-out.js";
export { compareForms, type ComparedForm, type ComparedForms, type CompareFormsOptions } from "./compare.js";
export { isoFlop, type IsoFlop, type IsoFlopBudget, type IsoFlopOptions } from "./isoflop.js";
export { isoFlopBudgets, type IsoFlopBudgetsOptions } from "./isoflop-budgets.js";
export { curve, predict, type CurveOptions, type PredictOptions, type Prediction } from "./predict.js";
export { objectives, type Objective } from "./objective.js";
export { domainOf, inside, percents, type RowOptions } from "./rows.js";
export type { DOptimalOptions, LatinHypercubeOptions, MixturesOptions } from "./design.js";
export type { Bootstrap, BootstrapKind, Data, Fit, Input, Interval, Law, Parameter, Term } from "./types.js";

export const design = { mixtures, latinHypercube, dOptimal };
