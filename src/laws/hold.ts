/**
 * Parts of a law nailed to known values. `hold` makes a law with fewer constants (one published, one measured, one that the
 * rows cannot tell) or fewer inputs (rows that were all run at one size): a law again, fitted, doubted and compared like any
 * other. `slice` takes a fit to chosen settings, so that a law of size, tokens and share becomes a curve in the share, with
 * the same constants and bootstrap, for `laws.curve`, `laws.solve` and charts.
 */
import type { Fit, Law, Term } from "./types.js";

/** The law with constants, inputs or both held, by name. */
export function hold(law: Law, values: Record<string, number>, name?: string): Law {
  const held = checked("laws.hold", law, values);
  const constants = places(law.parameters, values);
  const inputs = places(law.inputs, values);
  if (constants.free.length === 0)
    throw new Error(`laws.hold: invalid values: every constant of ${law.name} (leave one free)`);
  if (inputs.free.length === 0)
    throw new Error(`laws.hold: invalid values: every input of ${law.name} (leave one free)`);
  const slopes = law.parameters.map(() => 0);
  return {
    name: name ?? `${law.name} (${held})`,
    summary: `${law.summary}, with ${held}`,
    reference: law.reference,
    inputs: inputs.free.map((j) => law.inputs[j]!),
    parameters: constants.free.map((k) => law.parameters[k]!),
    predict: (p, x) => law.predict(constants.fill(p), inputs.fill(x)),
    gradient: law.gradient
      ? (p, x, into) => {
          const predicted = law.gradient!(constants.fill(p), inputs.fill(x), slopes);
          constants.free.forEach((k, i) => (into[i] = slopes[k]!));
          return predicted;
        }
      : undefined,
    // A factor held below 0 has no logarithm: the law then goes row by row.
    terms: law.terms?.every(({ factor = "" }) => !(values[factor]! < 0))
      ? law.terms.map((term) => heldTerm(term, values, inputs))
      : undefined,
    starts: (data) =>
      law
        .starts({ ...data, x: data.x.map((x) => [...inputs.fill(x)]) })
        .map((start) => constants.free.map((k) => start[k]!)),
  };
}

/** A term again: what is held of it is a fixed part of its exponent. */
function heldTerm({ factor, exponents = {}, fixed }: Term, values: Record<string, number>, inputs: Places): Term {
  const isHeld = (name: string): boolean => Object.hasOwn(values, name);
  const held = Object.entries(exponents).filter(([name]) => isHeld(name));
  const free = Object.entries(exponents).filter(([name]) => !isHeld(name));
  const start = factor !== undefined && isHeld(factor) ? Math.log(values[factor]!) : 0;
  return {
    factor: factor !== undefined && isHeld(factor) ? undefined : factor,
    exponents: Object.fromEntries(free.map(([name, of]) => [name, (x: readonly number[]) => of(inputs.fill(x))])),
    fixed:
      held.length > 0 || start !== 0 || fixed
        ? (x) => {
            const all = inputs.fill(x);
            return held.reduce((sum, [name, of]) => sum + values[name]! * of(all), start + (fixed?.(all) ?? 0));
          }
        : undefined,
  };
}

/**
 * The fit at chosen inputs. Its rows are carried along the law: each keeps its own ratio of loss to prediction, so they
 * scatter about the curve as they did about the law.
 */
export function slice(fit: Fit, at: Record<string, number>): Fit {
  const { law, values, data } = fit;
  const constant = Object.keys(at).find((name) => !law.inputs.some((input) => input.name === name));
  if (constant !== undefined)
    throw new Error(
      `laws.slice: invalid input: ${constant} (${law.name} has ${law.inputs.map(({ name }) => name).join(", ")})`,
    );
  checked("laws.slice", law, at);
  const cut = hold(law, at);
  const { free } = places(law.inputs, at);
  const x = data.x.map((row) => free.map((j) => row[j]!));
  const y = data.y.map((loss, i) => (loss * cut.predict(values, x[i]!)) / law.predict(values, data.x[i]!));
  return { ...fit, law: cut, data: { ...data, x, y } };
}

function checked(caller: string, law: Law, values: Record<string, number>): string {
  const known = [...law.parameters, ...law.inputs].map(({ name }) => name);
  for (const [name, value] of Object.entries(values)) {
    if (!known.includes(name))
      throw new Error(`${caller}: invalid constant: ${name} (${law.name} has ${known.join(", ")})`);
    if (!Number.isFinite(value)) throw new Error(`${caller}: invalid ${name}: ${value} (give a finite number)`);
  }
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${value}`)
    .join(", ");
}

interface Places {
  /** Positions that are not held. */
  free: number[];
  /** All values, from those that are not held; valid until the next call. */
  fill(some: readonly number[]): readonly number[];
}

function places(named: readonly { name: string }[], values: Record<string, number>): Places {
  const free = named.flatMap(({ name }, i) => (Object.hasOwn(values, name) ? [] : [i]));
  const all = named.map(({ name }) => values[name] ?? 0);
  return {
    free,
    fill(some) {
      if (free.length === named.length) return some;
      free.forEach((place, i) => (all[place] = some[i]!));
      return all;
    },
  };
}
