/** The same token shares at every step: replay at a constant rate (Ibrahim et al. 2024, arXiv 2403.08763). */
import { made } from "../registry.js";
import { changing } from "./changing.js";
import { checkShares } from "./check.js";
import type { Mixture } from "./types.js";

/** E.g. `fixed({ ko: 0.75, en: 0.25 })`. A domain with share 0 is named but never drawn. */
export function fixed(shares: Record<string, number>): Mixture {
  const domains = Object.keys(shares);
  const values = domains.map((domain) => shares[domain]!);
  checkShares("fixed", domains, values);
  return made(changing({ name: "fixed", domains, options: { shares: { ...shares } }, shares: () => [...values] }));
}
