/** Every law, one row each. Adding one: a file in forms, a row here, a test with its paper's numbers. */
import { cmrRatio } from "./forms/cmr-ratio.js";
import { dCpt, dCpt8, dCptCross } from "./forms/d-cpt.js";
import { dataMixing } from "./forms/data-mixing.js";
import { power } from "./forms/power.js";
import type { Law } from "./types.js";

export const laws: Record<string, Law> = {
  "data-mixing": dataMixing,
  "cmr-ratio": cmrRatio,
  power,
  "d-cpt": dCpt,
  "d-cpt-8": dCpt8,
  "d-cpt-cross": dCptCross,
};

export function lawNamed(caller: string, law: string | Law): Law {
  if (typeof law !== "string") return law;
  const found = Object.hasOwn(laws, law) ? laws[law] : undefined;
  if (!found) throw new Error(`${caller}: invalid law: ${law}; known: ${Object.keys(laws).join(", ")}`);
  return found;
}
