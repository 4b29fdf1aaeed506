/**
 * Which domain each sequence is of, for leaves that ask: a row for each sequence with 1 at its domain's place, so that a product
 * with it is what belongs to the domain. A sequence of a domain that the leaves do not name has a row of zeros.
 */
import type * as tf from "@tensorflow/tfjs";
import type { Specs, Tensors } from "../../engine/index.js";
import type { Feeds, Leaves } from "./types.js";

const DOMAINS = "domains";

/** What is fed besides. */
export const domainInputs = ({ domains }: Pick<Leaves, "domains">, batch: number): Specs =>
  domains ? { [DOMAINS]: { shape: [batch, domains.length], dtype: "float32" } } : {};

/** For sequences of these domains. */
export function domainFeeds({ domains: known }: Pick<Leaves, "domains">, domains: readonly string[]): Feeds {
  if (!known) return {};
  const rows = new Float32Array(domains.length * known.length);
  domains.forEach((domain, row) => {
    const at = known.indexOf(domain);
    if (at >= 0) rows[row * known.length + at] = 1;
  });
  return { [DOMAINS]: rows };
}

/** Of what was fed. `caller` is whose leaves ask. */
export function domainsIn(caller: string, inputs: Tensors | undefined): tf.Tensor {
  const rows = inputs?.[DOMAINS];
  if (!rows)
    throw new Error(
      `${caller}: invalid parts: one reads text and does not say of which domain it is (train without it, or without domains)`,
    );
  return rows;
}
