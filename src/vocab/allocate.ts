/**
 * The allocation of VoCap (Zheng et al. 2021, §2.2): curves made concave, then the largest next gain first. On concave curves
 * that is the best choice for its cost in steps, and the same as the paper's search for a threshold on the gains.
 */

export interface Candidate {
  /** The language's vocabulary in the order in which it was learned: a size is a beginning of it. */
  tokens: readonly string[];
  /** Sizes at which the curve is known, ascending. */
  sizes: readonly number[];
  /** Average log probability at each size. */
  alp: readonly number[];
  weight: number;
}

/**
 * The curve with no increment larger than the one before it: where one is, it and those before it share their sum equally,
 * as far back as needed (the least concave curve above the points), a little less at each step so that gains differ.
 */
export function concave(values: readonly number[], tilt = 1e-6): number[] {
  const blocks: { sum: number; length: number }[] = [];
  for (let i = 1; i < values.length; i++) {
    let block = { sum: values[i]! - values[i - 1]!, length: 1 };
    for (let last = blocks.at(-1); last && block.sum / block.length > last.sum / last.length; last = blocks.at(-1)) {
      block = { sum: block.sum + last.sum, length: block.length + last.length };
      blocks.pop();
    }
    blocks.push(block);
  }
  const smooth = values.slice(0, 1);
  for (const { sum, length } of blocks)
    for (let i = 0; i < length; i++) smooth.push(smooth.at(-1)! + sum / length + (length - 1 - i) * tilt);
  return smooth;
}

export interface Allocation {
  /** Tokens of each language's own vocabulary. */
  taken: number[];
  /** Stretches of the languages' vocabularies in the order in which they were chosen. */
  chosen: { language: number; from: number; to: number }[];
}

/** Every language gets its smallest vocabulary; the union of all has exactly `size` tokens. */
export function allocate({ candidates, size }: { candidates: readonly Candidate[]; size: number }): Allocation {
  const curves = candidates.map(({ alp }) => concave(alp));
  const union = new Set<string>();
  const taken = candidates.map(() => 0);
  const places = candidates.map(() => 0);
  const chosen: Allocation["chosen"] = [];
  /** Takes the language's tokens up to `to`, or to where the union is full. */
  const take = (language: number, to: number): void => {
    const { tokens } = candidates[language]!;
    const from = taken[language]!;
    let at = from;
    for (; at < to && (union.size < size || union.has(tokens[at]!)); at++) union.add(tokens[at]!);
    taken[language] = at;
    if (at > from) chosen.push({ language, from, to: at });
  };
  candidates.forEach(({ sizes }, language) => take(language, sizes[0]!));
  const smallest = union.size;
  if (candidates.some(({ sizes }, language) => taken[language]! < sizes[0]!))
    throw new RangeError(
      `vocap: invalid size: ${size} (the smallest vocabularies alone have ${smallest} tokens or more)`,
    );
  while (union.size < size) {
    const gains = candidates.map(({ weight }, language) => {
      const [now, next] = [curves[language]![places[language]!]!, curves[language]![places[language]! + 1]];
      return next === undefined ? -Infinity : weight * (next - now);
    });
    const best = gains.reduce((winner, gain, language) => (gain > gains[winner]! ? language : winner), 0);
    if (gains[best] === -Infinity)
      throw new RangeError(`vocap: invalid size: ${size} (the texts and \`most\` yield ${union.size} tokens)`);
    take(best, candidates[best]!.sizes[++places[best]!]!);
  }
  return { taken, chosen };
}
