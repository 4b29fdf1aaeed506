/**
 * What a leaf is in the model, and learning rates by it: each a factor of the schedule's rate. Decay, which is a share of the
 * rate, is scaled by the same factor, as it is where parameter groups have rates of their own. A factor is never 0: what is
 * frozen has no gradient, no slots and no decay, which is for `trainable` to say.
 */
import * as z from "zod";
import type { Parameter } from "../../architecture/index.js";

/** `layers` is everything that is none of the others. A tied head is the embedding; norms within layers are norms. */
export type Role = "embedding" | "head" | "positions" | "norms" | "layers";
export type Rates = Partial<Record<Role, number>>;

const factor = z.number().gt(0).optional();
/** Shape of `rates` in a recipe. */
export const rates = z.strictObject({
  embedding: factor,
  head: factor,
  positions: factor,
  norms: factor,
  layers: factor,
});

const roles: Record<Parameter["role"], Role> = {
  embedding: "embedding",
  head: "head",
  positions: "positions",
  norm: "norms",
  attention: "layers",
  "feed-forward": "layers",
};

/** A parameter of a model as a leaf. */
export const leafOf = ({ shape, role }: Parameter): { shape: number[]; role: Role } => ({ shape, role: roles[role] });

export const roleOf = (leaf: { role?: Role } | undefined): Role => leaf?.role ?? "layers";

/** The factors that are not 1, after a check; undefined where there are none, so that such a run is what it ever was. */
export function ratesOf(caller: string, given: Rates = {}): Rates | undefined {
  const known = Object.keys(rates.shape);
  for (const [role, value] of Object.entries(given)) {
    if (!known.includes(role)) throw new Error(`${caller}: invalid rates: ${role} (one of ${known.join(", ")})`);
    if (!(value > 0 && value < Infinity))
      throw new Error(`${caller}: invalid rates.${role}: ${value} (a positive number; trainable says what is frozen)`);
  }
  const said = Object.entries(given).filter(([, value]) => value !== 1);
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}
