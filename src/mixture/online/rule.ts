/**
 * A mixture that follows what it observes: a state as JSON, the shares that it comes to, and the state after an observation.
 * Each rule of this folder is that and its options; being a function of the state alone, a resumed run goes on exactly.
 */
import { checkName } from "../../names.js";
import { type Json, made, type Options } from "../../registry.js";
import type { Mixture, MixtureStart, Observation, Want } from "../types.js";

/** What a rule's shares are: of the tokens that are drawn, or weights of the losses of domains that are drawn alike. */
export type Applied = "shares" | "weights";

export interface Rule<State> {
  name: string;
  domains: readonly string[];
  options: Options;
  wants?: readonly Want[];
  /** Defaults to "shares". */
  by?: Applied;
  begin(at: MixtureStart): State;
  /** In update `step` (from 0), in the order of `domains`: each at least 0, together 1. */
  shares(state: State, step: number): number[];
  /** What it observes it does not change, nor the state that it is given. */
  next(state: State, seen: Observation, at: MixtureStart): State;
}

export function online<State extends Json>(rule: Rule<State>): Mixture {
  const { name, domains, options, wants, by = "shares" } = rule;
  if (domains.length === 0) throw new Error(`${name}: invalid domains: none (name at least one)`);
  for (const [i, domain] of domains.entries()) {
    checkName(domain, name);
    if (domains.indexOf(domain) !== i) throw new Error(`${name}: invalid domains: ${domain} is named twice`);
  }
  const alike = domains.map(() => 1 / domains.length);
  return made({
    name,
    domains: [...domains],
    options,
    wants,
    begin(at) {
      let state = at.state === undefined ? rule.begin(at) : (at.state as State);
      const shares = (step: number): number[] => rule.shares(state, step);
      return {
        ...(by === "shares" ? { shares } : { shares: () => [...alike], weights: shares }),
        observe: (seen) => void (state = rule.next(state, seen, at)),
        get state() {
          return state;
        },
      };
    },
  });
}

/** e^log over their sum. */
export function softmax(logs: readonly number[]): number[] {
  const highest = Math.max(...logs);
  return proportional(logs.map((log) => Math.exp(log - highest)));
}

export function proportional(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Held-out losses of all these domains. */
export function heldOut(name: string, domains: readonly string[], losses: Readonly<Record<string, number>>): number[] {
  const without = domains.find((domain) => losses[domain] === undefined);
  if (without !== undefined)
    throw new Error(`${name}: invalid domain: ${without} (it follows held-out losses, and this one has no such text)`);
  return domains.map((domain) => losses[domain]!);
}

/** Throws one line for the first that is no positive number. */
export function checkPositive(name: string, fields: Readonly<Record<string, number>>): void {
  for (const [field, value] of Object.entries(fields))
    if (!(value > 0 && value < Infinity)) throw new Error(`${name}: invalid ${field}: ${value} (a positive number)`);
}

/** The same for numbers of updates. */
export function checkWhole(name: string, fields: Readonly<Record<string, number>>): void {
  for (const [field, value] of Object.entries(fields))
    if (!(Number.isInteger(value) && value >= 1))
      throw new Error(`${name}: invalid ${field}: ${value} (a whole number from 1)`);
}
