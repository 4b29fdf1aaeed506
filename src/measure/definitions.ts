/**
 * What every recorded number means, written into each run so that tables of different years can be compared.
 * Raise `version` whenever a definition changes what would be computed from the same model and text.
 */
export interface MetricDefinitions {
  version: number;
  definitions: Record<string, string>;
}

export const metrics: MetricDefinitions = {
  version: 1,
  definitions: {
    loss: "mean next-token cross-entropy in nats per token over the domain's held-out windows, end-of-text tokens scored",
    bitsPerByte:
      "sum of next-token nats / (ln 2 * UTF-8 bytes of the original held-out text); pooled, not a mean of means",
    forgetting: "L(t) - L(0) on an old domain, t = 0 being the loaded checkpoint; positive means forgotten",
    adaptation: "L(0) - L(t) on a new domain; positive means learned",
  },
};
