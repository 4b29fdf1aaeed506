/** Whether a model's weights were rounded before they were read, as those of a quantised GGUF file are: saving keeps saying so. */
import type { LanguageModel } from "../types.js";

/** What to, e.g. "Q4_1 (210 tensors), Q8_0 (1 tensor)". */
export function roundedTo({ origin }: LanguageModel): string | undefined {
  return Object.values(origin?.tensors ?? {}).find(({ metadata }) => metadata.rounded_to)?.metadata.rounded_to;
}

/** The same as one line for a person. */
export function roundedLine(model: LanguageModel): string | undefined {
  const types = roundedTo(model);
  return types && `the weights were rounded to ${types}; training continues from the rounded ones`;
}
