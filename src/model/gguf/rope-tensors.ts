/**
 * Rotary positions of a longer context that a GGUF file keeps as tensors of divisors instead of words: Llama 3's in
 * rope_freqs.weight, and the long and short factors of Phi 3. They become the rope_scaling of config.json, which says the same.
 */
import type { Settings } from "./settings.js";

export const ropeTensors = ["rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"];

/** Fields of config.json, from the values of those tensors that are there. */
export function ropeFields(
  tensors: Record<string, Float32Array>,
  { number, headWidth, fail }: Settings,
): Record<string, unknown> {
  const [freqs, long, short] = ropeTensors.map((name) => tensors[name]);
  if (freqs) {
    const scaling = llama3(freqs, number("rope.freq_base", 10000), headWidth);
    return scaling
      ? { rope_scaling: scaling }
      : fail("its rope_freqs.weight is not Llama 3's, and no other is understood");
  }
  if (!long || !short) return fail("of its rope_factors_long and rope_factors_short one is absent");
  return {
    original_max_position_embeddings: number("rope.scaling.original_context_length"),
    rope_scaling: { rope_type: "longrope", long_factor: [...long], short_factor: [...short] },
  };
}

/** What all released Llama 3.1, 3.2 and 3.3 say; only their factor differs, and it is the largest divisor. */
const known = { low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };

function llama3(divisors: Float32Array, base: number, headWidth: number): object | undefined {
  const factor = divisors.reduce((greatest, value) => Math.max(greatest, value), 0);
  const { low_freq_factor: low, high_freq_factor: high, original_max_position_embeddings: length } = known;
  const isIt = divisors.every((divisor, i) => {
    const turns = (length * base ** ((-2 * i) / headWidth)) / (2 * Math.PI);
    const smooth = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return Math.abs(divisor * ((1 - smooth) / factor + smooth) - 1) < 1e-4;
  });
  return isIt && divisors.length === headWidth / 2 ? { rope_type: "llama3", factor, ...known } : undefined;
}
