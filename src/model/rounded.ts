/** Whether a model's weights were rounded before they were read, as those of a quantised GGUF file are: saving keeps saying so. */
/** A model, as far as the texts in its files' headers concern it. */
interface Read {
  origin?: { tensors: Record<string, { metadata: Record<string, string> }> } | undefined;
}

/** What to, e.g. "Q4_1 (210 tensors), Q8_0 (1 tensor)". */
export function roundedTo({ origin }: Read): string | undefined {
  return Object.values(origin?.tensors ?? {}).find(({ metadata }) => metadata.rounded_to)?.metadata.rounded_to;
}

/** The same as one line for a person. */
export function roundedLine(model: Read): string | undefined {
  const types = roundedTo(model);
  return types && `the weights were rounded to ${types}; training continues from the rounded ones`;
}
