/** What every generator is told: how much to make. */
import * as z from "zod";

export interface Counts {
  /** Defaults to 1000. */
  documents?: number;
  /** Defaults to 32. */
  questions?: number;
}

export const countFields = { documents: z.int().min(0).optional(), questions: z.int().min(0).optional() };

/** Checks of whole numbers, in the words of `caller`. */
export const wholes =
  (caller: string) =>
  (name: string, value: number, low: number, high: number): void => {
    if (!(Number.isInteger(value) && value >= low && value <= high))
      throw new Error(`${caller}: invalid ${name}: ${value} (a whole number from ${low} to ${high})`);
  };

/** Filled in and checked. `caller` is whose they are. */
export function counted(caller: string, { documents = 1000, questions = 32 }: Counts): Required<Counts> {
  for (const [name, value] of Object.entries({ documents, questions })) wholes(caller)(name, value, 0, 10_000_000);
  return { documents, questions };
}

export const times = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);
