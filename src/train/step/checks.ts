/** What optimisers refuse, in one line each. */

/** The fields that every optimiser has, checked. `clip` is a number, for which JSON and recipes may say "none". */
export function checked(
  caller: string,
  {
    clip: given = 1,
    weightDecay,
    betas = [],
  }: { clip?: number | "none"; weightDecay: number; betas?: readonly number[] },
): { clip: number; clipSaid: number | "none" } {
  const clip = given === "none" ? Infinity : given;
  betas.forEach((beta, i) => check(caller, `betas[${i}]`, beta, beta >= 0 && beta < 1));
  check(caller, "weightDecay", weightDecay, weightDecay >= 0 && weightDecay < Infinity);
  check(caller, "clip", clip, clip > 0);
  return { clip, clipSaid: clip === Infinity ? "none" : clip };
}

export function check(caller: string, what: string, value: unknown, ok: boolean): void {
  if (!(typeof value === "number" && ok)) throw new Error(`${caller}: invalid ${what}: ${String(value)}`);
}

export function checkStep(caller: string, step: number): void {
  if (!(Number.isInteger(step) && step >= 1))
    throw new Error(`${caller}: invalid step: ${step} (updates count from 1)`);
}
