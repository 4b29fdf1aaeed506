/** Every law, one row each. Adding one: a file in forms, a row here, a test with its paper's numbers. */
import { chinchilla } from "./forms/chinchilla.js";
import { biMix } from "./forms/bimix.js";
import { cmrRatio } from "./forms/cmr-ratio.js";
import { cmrCritical, cmrDomainTokens, cmrGeneralTokens } from "./forms/cmr-tokens.js";
import { cptDynamics } from "./forms/cpt-dynamics.js";
import { dCpt, dCpt8, dCptCross } from "./forms/d-cpt.js";
import { dataConstrained } from "./forms/data-constrained.js";
import { dataMixing } from "./forms/data-mixing.js";
import { forgettingLine, forgettingSteps } from "./forms/fine-tuning.js";
import { injection, injectionFineTuning } from "./forms/injection.js";
import { multilinguality } from "./forms/multilingual.js";
import { power } from "./forms/power.js";
import { retention } from "./forms/retention.js";
import { vocabularyLaw } from "./forms/vocabulary.js";
import type { NameIn } from "../registry.js";
import type { Law } from "./types.js";

const rows = {
  chinchilla,
  "data-mixing": dataMixing,
  "cmr-ratio": cmrRatio,
  "cmr-domain-tokens": cmrDomainTokens,
  "cmr-general-tokens": cmrGeneralTokens,
  "cmr-critical": cmrCritical,
  power,
  "d-cpt": dCpt,
  "d-cpt-8": dCpt8,
  "d-cpt-cross": dCptCross,
  bimix: biMix,
  "cpt-dynamics": cptDynamics,
  "data-constrained": dataConstrained(),
  multilinguality,
  vocabulary: vocabularyLaw,
  injection,
  "injection-fine-tuning": injectionFineTuning,
  "forgetting-line": forgettingLine,
  "forgetting-steps": forgettingSteps,
  retention,
} satisfies Record<string, Law>;

export type LawName = NameIn<typeof rows>;

export const laws: Record<keyof typeof rows, Law> & Record<string, Law> = rows;

export function lawNamed(caller: string, law: LawName | Law): Law {
  if (typeof law !== "string") return law;
  const found = Object.hasOwn(laws, law) ? laws[law] : undefined;
  if (!found) throw new Error(`${caller}: invalid law: ${law}; known: ${Object.keys(laws).join(", ")}`);
  return found;
}
