/**
 * Bits per byte: the loss that can be compared across vocabularies, because its denominator is the text and not the tokens.
 * bpb = nats / (ln 2 · UTF-8 bytes of the original text). Pool by summing nats and bytes, never by averaging bpb values.
 * The first token of a text is predicted from nothing and not scored, so its bytes do not count either; a tool that scores it,
 * after a token of its own that begins a text, divides by a token's bytes more.
 */
export interface BitsPerByteOptions {
  /** Sum of −ln p over the scored tokens (mean loss in nats per token × tokens). */
  nats: number;
  /** UTF-8 bytes of the original text those tokens came from, before any normalisation. */
  bytes: number;
}

export function bitsPerByte({ nats, bytes }: BitsPerByteOptions): number {
  if (!(bytes > 0))
    throw new Error(`bitsPerByte: invalid bytes: ${bytes}; count the UTF-8 bytes of the text that was scored`);
  if (!(nats >= 0)) throw new Error(`bitsPerByte: invalid nats: ${nats}; give the sum of -ln p, which is not negative`);
  return nats / (Math.LN2 * bytes);
}
