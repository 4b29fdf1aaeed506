/**
 * How far apart two languages are by their features (of grammar, of sounds, …: 0, 1, or null where nobody knows), as URIEL has
 * them: 1 − cosine over the features that both are known of. A feature unknown is not a feature absent; two languages of which
 * little is known together have a distance that says little, so `known` goes with it.
 */
export interface FeatureDistance {
  /** From 0; null where either has none of the features that both are known of. */
  distance: number | null;
  /** Share of the features that both are known of. */
  known: number;
}

export type Features = readonly (number | null)[];

export function featureDistance({ a, b }: { a: Features; b: Features }): FeatureDistance {
  if (!(a.length === b.length && a.length > 0))
    throw new Error(`featureDistance: invalid b: ${b.length} features (those of a, ${a.length}, from 1)`);
  let [product, ofA, ofB, known] = [0, 0, 0, 0];
  a.forEach((x, i) => {
    const y = b[i]!;
    if (x === null || y === null) return;
    known++;
    product += x * y;
    ofA += x * x;
    ofB += y * y;
  });
  return { distance: ofA * ofB > 0 ? 1 - product / Math.sqrt(ofA * ofB) : null, known: known / a.length };
}
