/** Token shares are numbers in [0, 1] that add up to 1 within 1e-9, of domains with names to go by: said once, for every mixture. */
import { checkName } from "../names.js";

export function checkShares(caller: string, domains: readonly string[], shares: readonly number[]): void {
  if (domains.length === 0) throw new Error(`${caller}: invalid shares: {}; name at least one domain`);
  for (const domain of domains) checkName(domain, caller);
  for (const [i, share] of shares.entries())
    if (!(share >= 0))
      throw new Error(`${caller}: invalid share of ${domains[i]}: ${share}; a token share is a number from 0 to 1`);
  const sum = shares.reduce((a, b) => a + b, 0);
  if (!(Math.abs(sum - 1) <= 1e-9)) {
    const listed = domains.map((domain, i) => `${domain} ${shares[i]}`).join(", ");
    throw new Error(`${caller}: invalid shares: ${listed} add up to ${sum}; token shares add up to 1`);
  }
}
