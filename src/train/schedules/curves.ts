/** The ways from one rate to another, as functions of how much of the way is done; both ends are exact or nearly so. */

/** `done` of `of` updates on the way from the rate `from` to the rate `to`. */
export type Curve = (way: { from: number; to: number; done: number; of: number }) => number;

/** How fast the inverse square root falls (the timescale of Janson et al. 2025). */
const timescale = 10;
const inverse = (share: number): number => 1 / Math.sqrt(1 + timescale * share) - 1;

/** "exponential" and "harmonic" are straight in the logarithm and in the inverse of the rate: neither comes from or to 0. */
export const curves = {
  linear: ({ from, to, done, of }) => from + ((to - from) * done) / of,
  cosine: ({ from, to, done, of }) => to + ((from - to) / 2) * (1 + Math.cos((Math.PI * done) / of)),
  "1-sqrt": ({ from, to, done, of }) => to + (from - to) * (1 - Math.sqrt(done / of)),
  "inverse-sqrt": ({ from, to, done, of }) => from + ((to - from) * inverse(done / of)) / inverse(1),
  exponential: ({ from, to, done, of }) => from * (to / from) ** (done / of),
  harmonic: ({ from, to, done, of }) => 1 / (done / of / to + (1 - done / of) / from),
} satisfies Record<string, Curve>;

export type CurveName = keyof typeof curves;

export const curveNames = Object.keys(curves) as [CurveName, ...CurveName[]];

/** Throws where there is no such curve, or where it cannot reach `to`. */
export function checkCurve(name: string, curve: CurveName, to: number): void {
  if (!Object.hasOwn(curves, curve))
    throw new Error(`${name}: invalid curve: ${String(curve)} (one of ${curveNames.join(", ")})`);
  if ((curve === "exponential" || curve === "harmonic") && !(to > 0))
    throw new Error(`${name}: invalid floor: ${to} (a positive rate: a decay that is ${curve} never reaches 0)`);
}
