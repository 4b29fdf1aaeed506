/**
 * Token shares in proportion to size^alpha: alpha 1 takes what there is, alpha 0 treats all domains alike.
 * The sampling of XLM and XLM-R (Lample & Conneau 2019, arXiv 1901.07291; Conneau et al. 2019, arXiv 1911.02116).
 */
import { made } from "../registry.js";
import { changing } from "./changing.js";
import type { Mixture } from "./types.js";

export interface TemperatureOptions {
  /** Tokens (or bytes) at hand in each domain; only their ratios matter. */
  sizes: Record<string, number>;
  /** Defaults to 0.3. */
  alpha?: number;
}

export function temperature({ sizes, alpha = 0.3 }: TemperatureOptions): Mixture {
  if (!(alpha >= 0 && Number.isFinite(alpha)))
    throw new Error(`temperature: invalid alpha: ${alpha}; it is a number of 0 or more`);
  const domains = Object.keys(sizes);
  if (domains.length === 0) throw new Error("temperature: invalid sizes: {}; name at least one domain");
  for (const domain of domains)
    if (!(sizes[domain]! > 0 && Number.isFinite(sizes[domain])))
      throw new Error(`temperature: invalid size of ${domain}: ${sizes[domain]}; it is a positive number`);
  const largest = Math.max(...domains.map((domain) => sizes[domain]!));
  const powers = domains.map((domain) => (sizes[domain]! / largest) ** alpha);
  const sum = powers.reduce((a, b) => a + b, 0);
  const shares = powers.map((power) => power / sum);
  return made(changing({ name: "temperature", domains, options: { sizes, alpha }, shares: () => [...shares] }));
}
