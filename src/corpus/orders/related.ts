/** Documents in a path on which each is followed by the one most like it that was not yet passed, by the tokens that they share. */

/** Of a document, the terms of largest weight that it is compared by. */
const terms = 64;

/**
 * TF-IDF of tokens, cosine, the nearest `neighbours` of each; the path begins at the document that fewest others have among theirs,
 * goes to the nearest of its neighbours that is left, and where none is begins anew (Shi et al. 2024, of whom the least degree is; their
 * released code begins anywhere). Returns the documents' numbers in that order, each once.
 */
export function relatedPath(documents: readonly Int32Array[], neighbours: number): number[] {
  const near = nearest(documents.map(vectorsOf(documents)), neighbours);
  const named = new Uint32Array(documents.length);
  for (const own of near) for (const other of own) named[other]!++;
  const starts = [...documents.keys()].sort((a, b) => named[a]! - named[b]! || a - b);
  const seen = new Uint8Array(documents.length);
  const path: number[] = [];
  for (const start of starts)
    for (let at: number | undefined = seen[start] ? undefined : start; at !== undefined;) {
      seen[at] = 1;
      path.push(at);
      at = near[at]!.find((other) => !seen[other]);
    }
  return path;
}

type Vector = readonly (readonly [token: number, weight: number])[];

/** (1 + ln tf) · ln(N / df), the largest of them, of length 1; none where no token tells the document from all others. */
function vectorsOf(documents: readonly Int32Array[]): (document: Int32Array) => Vector {
  const within = new Map<number, number>();
  for (const document of documents)
    for (const token of new Set(document)) within.set(token, (within.get(token) ?? 0) + 1);
  return (document) => {
    const counts = new Map<number, number>();
    for (const token of document) counts.set(token, (counts.get(token) ?? 0) + 1);
    const weighted = [...counts].map(([token, count]) => {
      const weight = (1 + Math.log(count)) * Math.log(documents.length / within.get(token)!);
      return [token, weight] as const;
    });
    const heaviest = weighted
      .filter(([, weight]) => weight > 0)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, terms);
    const length = Math.hypot(...heaviest.map(([, weight]) => weight));
    return heaviest.map(([token, weight]) => [token, weight / length] as const);
  };
}

/** Of each, the others by falling cosine, so many of those that share a term with it at all. */
function nearest(vectors: readonly Vector[], count: number): number[][] {
  const having = new Map<number, { document: number; weight: number }[]>();
  vectors.forEach((vector, document) => {
    for (const [token, weight] of vector) {
      const all = having.get(token);
      if (all) all.push({ document, weight });
      else having.set(token, [{ document, weight }]);
    }
  });
  const cosines = new Float64Array(vectors.length);
  return vectors.map((vector, i) => {
    cosines.fill(0);
    for (const [token, weight] of vector)
      for (const other of having.get(token)!) cosines[other.document]! += weight * other.weight;
    cosines[i] = 0;
    return largest(cosines, count);
  });
}

/** Indices of the largest that are above 0, the first of equals first. */
function largest(values: Float64Array, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value <= 0 || (found.length === count && value <= values[found[count - 1]!]!)) continue;
    let at = found.length;
    while (at > 0 && values[found[at - 1]!]! < value) at--;
    found.splice(at, 0, i);
    if (found.length > count) found.pop();
  }
  return found;
}
