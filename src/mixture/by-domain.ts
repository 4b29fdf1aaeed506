/** Numbers by domain as lists in one order, and the words for those that are wrong. */
import { checkName } from "../names.js";
import { checkShares } from "./check.js";

export type ByDomain = Readonly<Record<string, number>>;

/** Domains of all of these in the order in which they are first named. */
export const domainsOf = (...all: readonly ByDomain[]): string[] => [
  ...new Set(all.flatMap((one) => Object.keys(one))),
];

/** Token shares in the order of `domains`, 0 for one that is not named; throws where they are not shares. */
export function sharesOf(caller: string, domains: readonly string[], shares: ByDomain): number[] {
  const listed = domains.map((domain) => shares[domain] ?? 0);
  checkShares(caller, domains, listed);
  return listed;
}

/** Positive numbers in the order of the record; `what` they are, e.g. "size". */
export function positiveOf(caller: string, what: string, given: ByDomain): number[] {
  const domains = Object.keys(given);
  if (domains.length === 0) throw new Error(`${caller}: invalid ${what}s: {}; name at least one domain`);
  for (const domain of domains) {
    checkName(domain, caller);
    if (!(given[domain]! > 0 && Number.isFinite(given[domain])))
      throw new Error(`${caller}: invalid ${what} of ${domain}: ${given[domain]}; it is a positive number`);
  }
  return Object.values(given);
}

/** Between `from`, where `done` is 0, and `to`, where it is 1. */
export const between = (from: readonly number[], to: readonly number[], done: number): number[] =>
  from.map((share, i) => (1 - done) * share + done * to[i]!);

/** Divided by their sum. */
export function normalised(values: readonly number[]): number[] {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / sum);
}

/** `sizes`, where they are given, are of just the domains that `other` names. */
export function checkSame(caller: string, other: ByDomain, sizes: ByDomain = other): void {
  const stray = domainsOf(sizes, other).find((domain) => !(domain in sizes && domain in other));
  if (stray !== undefined)
    throw new Error(`${caller}: invalid sizes: ${Object.keys(sizes).join(", ")} (of ${Object.keys(other).join(", ")})`);
}
