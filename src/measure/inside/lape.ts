/**
 * Neurons that fire for one language (language activation probability entropy, Tang et al. 2024,
 * https://arxiv.org/abs/2402.16438, and its https://github.com/RUCAIBox/Language-Specific-Neurons): of how often each
 * neuron is above 0 on each language's text, those whose shares are furthest from even. That a neuron fires for a language does
 * not say that the language needs it: that takes setting it to 0, beside as many neurons at random.
 */
export interface LapeOptions {
  /** By language: of each neuron, the share of tokens at which it is above 0. As many tokens of each; 100,000 are usual. */
  shares: Readonly<Record<string, ArrayLike<number>>>;
  /** Of all shares of all neurons and languages, the part below the bar that a share has to be above; defaults to 0.95. */
  bar?: number;
  /** Part of all neurons that is taken, of lowest entropy first; defaults to 0.01. */
  keep?: number;
}

export interface SpecificNeuron {
  /** Its place in the shares. */
  neuron: number;
  /** Of its shares over languages, in nats: 0 of one language alone, ln(languages) of all alike. */
  entropy: number;
  /** All for which its share is above the bar: there may be several. */
  languages: string[];
}

export interface Lape {
  /** Of every neuron; 0 too where it never fires, which the bar leaves out of `neurons`. */
  entropy: Float64Array;
  /** The share that had to be exceeded: one for all, so that languages and layers where little fires have few neurons. */
  bar: number;
  /** Lowest entropy first. */
  neurons: SpecificNeuron[];
}

export function lape({ shares, bar = 0.95, keep = 0.01 }: LapeOptions): Lape {
  const languages = Object.keys(shares);
  if (languages.length < 2) throw new Error(`lape: invalid shares: of ${languages.length} (two languages or more)`);
  for (const [name, value] of Object.entries({ bar, keep }))
    if (!(value > 0 && value <= 1)) throw new Error(`lape: invalid ${name}: ${value} (above 0, to 1)`);
  const columns = Object.values(shares);
  const count = columns[0]!.length;
  languages.forEach((language, l) => {
    const own = Array.from(columns[l]!);
    if (!(own.length === count && count > 0))
      throw new Error(
        `lape: invalid shares: ${own.length} neurons of ${language} (as many as of ${languages[0]}, ${count})`,
      );
    const wrong = own.find((value) => !(value >= 0 && value <= 1));
    if (wrong !== undefined) throw new Error(`lape: invalid shares: ${wrong} of ${language} (0 to 1)`);
  });
  const sorted = Float64Array.from(columns.flatMap((own) => Array.from(own))).sort();
  const level = sorted[Math.max(0, Math.round(sorted.length * bar) - 1)]!;
  const entropy = Float64Array.from({ length: count }, (_, i) => entropyOf(columns.map((own) => own[i]!)));
  const neurons = Array.from(entropy.keys())
    .map((neuron) => ({
      neuron,
      entropy: entropy[neuron]!,
      languages: languages.filter((_, l) => columns[l]![neuron]! > level),
    }))
    .filter((one) => one.languages.length > 0)
    .sort((one, other) => one.entropy - other.entropy || one.neuron - other.neuron)
    .slice(0, Math.round(count * keep));
  return { entropy, bar: level, neurons };
}

/** Of numbers made to sum to 1. */
function entropyOf(values: number[]): number {
  const all = values.reduce((sum, value) => sum + value, 0);
  return values.reduce((sum, value) => (value > 0 ? sum - (value / all) * Math.log(value / all) : sum), 0);
}
