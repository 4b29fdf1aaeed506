/**
 * A law of one's own in a few lines: names instead of positions, and ranges and starts that may be left out. What comes
 * back is a plain Law, so `laws.fit({ law })` treats it as one of the registry's.
 *
 *     const mine = laws.define({
 *       name: "forgetting by steps",
 *       inputs: [{ name: "steps", min: 0 }],
 *       parameters: ["floor", { name: "rise", range: [0, Infinity] }, { name: "half", range: [0, Infinity], starts: [100, 1000] }],
 *       predict: ({ floor, rise, half }, { steps }) => floor + (rise * steps) / (steps + half),
 *     });
 *     laws.fit({ law: mine, rows });
 *
 * Without `starts` a constant is tried at a few sizes around `typical`. That is enough for two or three constants; with more,
 * say where to start, and read `fit.starts.reached`.
 */
import type { Input, Law, Parameter } from "./types.js";

export interface DefinedInput<Name extends string = string> extends Partial<Omit<Input, "name">> {
  name: Name;
}

export interface DefinedParameter<Name extends string = string> extends Partial<Omit<Parameter, "name">> {
  name: Name;
  /** Values to start from; defaults to a few between the ends of the range, around `typical`. */
  starts?: readonly number[];
}

export interface DefineOptions<Constant extends string, Column extends string> {
  name: string;
  /** Names of the columns it needs, or more about each; a column defaults to any finite number. */
  inputs: readonly (Column | DefinedInput<Column>)[];
  /** Names of the constants, or more about each; the range defaults to every number, `typical` to 1. */
  parameters: readonly (Constant | DefinedParameter<Constant>)[];
  /** The loss, from the constants and the columns by name. */
  predict: (p: Record<Constant, number>, x: Record<Column, number>) => number;
  summary?: string;
  reference?: string;
}

/** Most starts that are tried when the constants' own starts are combined. */
const most = 4096;

export function define<Constant extends string, Column extends string>(options: DefineOptions<Constant, Column>): Law {
  const { name, predict, summary = name, reference = "own form" } = options;
  const inputs = options.inputs.map((input) => inputOf(typeof input === "string" ? { name: input } : input));
  const specs = options.parameters.map((each) => (typeof each === "string" ? { name: each } : each));
  const parameters = specs.map(parameterOf);
  distinct(
    "input",
    inputs.map((input) => input.name),
  );
  distinct(
    "constant",
    parameters.map((parameter) => parameter.name),
  );
  const starts = combine(parameters.map((parameter, k) => specs[k]!.starts ?? around(parameter)));
  const p = {} as Record<string, number>;
  const x = {} as Record<string, number>;
  return {
    name,
    summary,
    reference,
    inputs,
    parameters,
    predict(values, row) {
      parameters.forEach((parameter, k) => (p[parameter.name] = values[k]!));
      inputs.forEach((input, j) => (x[input.name] = row[j]!));
      return predict(p, x);
    },
    starts: () => starts,
  };
}

const inputOf = ({ name, ...more }: DefinedInput): Input => ({
  name,
  unit: "",
  summary: name,
  min: -Infinity,
  max: Infinity,
  ...more,
});

function parameterOf({ name, unit = "", summary = name, range, typical = 1, starts }: DefinedParameter): Parameter {
  const [low, high] = range ?? [-Infinity, Infinity];
  if (!(low < high)) throw new Error(`laws.define: invalid range of ${name}: ${low} to ${high} (least first)`);
  if (!(typical > 0)) throw new Error(`laws.define: invalid typical of ${name}: ${typical} (a positive size)`);
  const wrong = starts?.find((start) => !(start >= low && start <= high));
  if (wrong !== undefined || starts?.length === 0)
    throw new Error(`laws.define: invalid starts of ${name}: ${wrong} (give some, from ${low} to ${high})`);
  return { name, unit, summary, range: [low, high], typical };
}

function distinct(what: string, names: readonly string[]): void {
  const again = names.find((name, i) => names.indexOf(name) !== i || name === "");
  if (names.length === 0 || again !== undefined)
    throw new Error(`laws.define: invalid ${what}s: ${names.join(", ")} (give each a name of its own)`);
}

function around({ range: [low, high], typical }: Parameter): number[] {
  if (Number.isFinite(low) && Number.isFinite(high)) return [0.1, 0.4, 0.8].map((part) => low + part * (high - low));
  const sizes = [0.03, 0.3, 1, 5].map((size) => size * typical);
  if (Number.isFinite(low)) return sizes.map((size) => low + size);
  if (Number.isFinite(high)) return sizes.map((size) => high - size);
  return [-5, -0.5, 0.5, 5].map((size) => size * typical);
}

/** Every combination, or as many as are allowed, spread over all of them by steps of a large prime. */
function combine(axes: readonly (readonly number[])[]): number[][] {
  const total = axes.reduce((product, axis) => product * axis.length, 1);
  const count = Math.min(total, most);
  return Array.from({ length: count }, (_, i) => {
    let at = total === count ? i : (i * 2654435761) % total;
    return axes.map((axis) => {
      const value = axis[at % axis.length]!;
      at = Math.floor(at / axis.length);
      return value;
    });
  });
}
