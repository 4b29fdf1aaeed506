/**
 * What a method costs at equal forgetting. A method with a dial gives a run for each setting, and each is a point (adaptation,
 * forgetting); between neighbouring settings the line between the two is taken for what a setting between them would give. The most
 * that is learned where no more than `forgetting` is lost is then one number, and methods with different dials can be compared.
 */
export interface FrontPoint {
  /** L(0) − L(t) of what is learned. */
  adaptation: number;
  /** L(t) − L(0) of what is kept. */
  forgetting: number;
}

/** Those that no other beats in one and is as good as in the other, from the least adaptation to the most. Points with a NaN are on no front. */
export function paretoFront<P extends FrontPoint>(points: readonly P[]): P[] {
  const finite = points.filter((point) => Number.isFinite(point.adaptation) && Number.isFinite(point.forgetting));
  const beats = (a: FrontPoint, b: FrontPoint): boolean =>
    a.adaptation >= b.adaptation &&
    a.forgetting <= b.forgetting &&
    (a.adaptation > b.adaptation || a.forgetting < b.forgetting);
  return finite
    .filter((point) => !finite.some((other) => beats(other, point)))
    .sort((a, b) => a.adaptation - b.adaptation);
}

export interface AdaptationAtOptions {
  /** One seed's settings in the order of the dial. */
  points: readonly FrontPoint[];
  /** What may be lost, in the unit of the points. */
  forgetting: number;
}

/** In the unit of the points; undefined where every setting loses more. */
export function adaptationAt({ points, forgetting }: AdaptationAtOptions): number | undefined {
  if (points.length === 0) throw new Error("adaptationAt: invalid points: none (one for each setting)");
  for (const { adaptation, forgetting: lost } of points)
    if (!Number.isFinite(adaptation) || !Number.isFinite(lost))
      throw new Error(`adaptationAt: invalid point: ${adaptation}, ${lost} (finite numbers)`);
  const found = points.filter(({ forgetting: lost }) => lost <= forgetting).map(({ adaptation }) => adaptation);
  for (const [i, a] of points.slice(1).entries()) {
    const b = points[i]!;
    if (a.forgetting > forgetting === b.forgetting > forgetting) continue;
    const t = (forgetting - b.forgetting) / (a.forgetting - b.forgetting);
    found.push(b.adaptation + t * (a.adaptation - b.adaptation));
  }
  return found.length === 0 ? undefined : Math.max(...found);
}
