/** Programs by the function and the signature they were made from, so that neither engine makes one twice. */
import type { Program, Signature, StepFunction } from "./types.js";

export type Build = (fn: StepFunction, signature: Signature, forget: () => void) => Promise<Program>;

/** `forget` is for a program that is disposed; one that could not be built is forgotten too. */
export function programCache(build: Build): (fn: StepFunction, signature: Signature) => Promise<Program> {
  const cache = new WeakMap<StepFunction, Map<string, Promise<Program>>>();
  return (fn, signature) => {
    const programs = cache.get(fn) ?? new Map<string, Promise<Program>>();
    cache.set(fn, programs);
    const key = JSON.stringify(signature);
    const known = programs.get(key);
    if (known) return known;
    const forget = (): void => void programs.delete(key);
    const program = build(fn, signature, forget);
    programs.set(key, program);
    program.catch(forget);
    return program;
  };
}
