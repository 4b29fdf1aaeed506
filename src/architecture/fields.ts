/** Fields of a config.json, checked as they are asked for; an error names the field and what it may be. */
import { show } from "../foreign.js";

export interface Fields {
  json: Record<string, unknown>;
  /** Throws where it is missing and there is no fallback. */
  number(name: string, fallback?: number): number;
  /** undefined where it is null, and where it is absent unless there is a fallback. */
  optional(name: string, fallback?: number): number | undefined;
  flag(name: string, fallback: boolean): boolean;
  /** One of the keys of `known`, as what that stands for. */
  choice<T>(name: string, known: Record<string, T>, fallback: string): T;
  /** Throws unless it is absent or this: what else it may say is not computed. */
  expect(name: string, wanted: unknown): void;
  /** Fields of an object within; none where there is no object. */
  inside(name: string): Fields;
}

export function fieldsOf(json: Record<string, unknown>): Fields {
  const fail = (name: string, wanted: string): never => {
    throw new Error(`config.json: invalid ${name}: ${show(json[name])} (${wanted})`);
  };
  const number = (name: string, fallback?: number): number => {
    const value = json[name] ?? fallback;
    return typeof value === "number" ? value : fail(name, "a number is needed");
  };
  return {
    json,
    number,
    optional: (name, fallback) =>
      json[name] === null || (name in json ? json[name] : fallback) === undefined ? undefined : number(name, fallback),
    flag(name, fallback) {
      const value = json[name] ?? fallback;
      return typeof value === "boolean" ? value : fail(name, "true or false");
    },
    choice(name, known, fallback) {
      const value = json[name] ?? fallback;
      if (typeof value === "string" && Object.hasOwn(known, value)) return known[value]!;
      return fail(
        name,
        `only ${Object.keys(known).join(", ")} ${Object.keys(known).length > 1 ? "are" : "is"} computed`,
      );
    },
    expect(name, wanted) {
      if ((json[name] ?? wanted) !== wanted) fail(name, `only ${show(wanted)} is computed`);
    },
    inside(name) {
      const value = json[name];
      const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
      return fieldsOf(isObject ? (value as Record<string, unknown>) : {});
    },
  };
}
