/** Modules beside a model as `model.generate` reads a text through them. */
import type { Beside } from "../model/index.js";
import type { LanguageModel } from "../types.js";
import { domainFeeds, domainInputs } from "./step/domains.js";
import type { Parameters } from "./step/types.js";

export interface BesideOfOptions {
  /** E.g. a run's `modules`. */
  parameters: Parameters;
  /** Whose modules it is; of a domain that they do not name, and by default, none that are by domain. */
  domain?: string | undefined;
}

/** Throws one line where text cannot be written with them. */
export function besideOf(
  { config }: Pick<LanguageModel, "config">,
  { parameters, domain = "" }: BesideOfOptions,
): Beside {
  if ((parameters.places ?? 0) > 0)
    throw new Error(
      `besideOf: invalid parameters: ${parameters.name} (text cannot be written after a prompt of vectors)`,
    );
  const leaves = parameters.of({ config, seed: 0 });
  return {
    added: leaves.added ?? {},
    params: (state, inputs) => leaves.weights?.(state, inputs) ?? state,
    inputs: domainInputs(leaves, 1),
    feeds: domainFeeds(leaves, [domain]),
  };
}
