/**
 * A law with some constants nailed to known values: one published, one measured, or one that the rows cannot tell (the
 * D-CPT η, say). It is a law again, so it is fitted, doubted and compared like any other.
 */
import type { Law } from "./types.js";

export function hold(law: Law, values: Record<string, number>, name?: string): Law {
  const known = law.parameters.map((parameter) => parameter.name);
  for (const [constant, value] of Object.entries(values)) {
    if (!known.includes(constant))
      throw new Error(`laws.hold: invalid constant: ${constant} (${law.name} has ${known.join(", ")})`);
    if (!Number.isFinite(value)) throw new Error(`laws.hold: invalid ${constant}: ${value} (give a finite number)`);
  }
  const free = known.flatMap((constant, k) => (Object.hasOwn(values, constant) ? [] : [k]));
  if (free.length === 0) throw new Error(`laws.hold: invalid values: every constant of ${law.name} (leave one free)`);
  const all = known.map((constant) => values[constant] ?? 0);
  const fill = (p: readonly number[]): number[] => {
    free.forEach((k, i) => (all[k] = p[i]!));
    return all;
  };
  const slopes = [...all];
  const held = Object.entries(values).map(([constant, value]) => `${constant} = ${value}`);
  return {
    name: name ?? `${law.name} (${held.join(", ")})`,
    summary: `${law.summary}, with ${held.join(", ")}`,
    reference: law.reference,
    inputs: law.inputs,
    parameters: free.map((k) => law.parameters[k]!),
    predict: (p, x) => law.predict(fill(p), x),
    gradient: law.gradient
      ? (p, x, into) => {
          const predicted = law.gradient!(fill(p), x, slopes);
          free.forEach((k, i) => (into[i] = slopes[k]!));
          return predicted;
        }
      : undefined,
    starts: (data) => law.starts(data).map((start) => free.map((k) => start[k]!)),
  };
}
