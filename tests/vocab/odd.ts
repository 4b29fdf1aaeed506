/** Generators of text that trips tokenizers. */
import fc from "../property.js";

/** Text with everything that trips pre-tokenisers: any script, white space, contractions, emoji, specials. */
export const text: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.string({ unit: "grapheme", maxLength: 6 }),
      fc.constantFrom(
        "'s",
        "'re",
        "'ll",
        " ",
        "  ",
        "\n",
        "\t\r\n",
        "\u0085",
        "\u00a0",
        "\u3000",
        "\ufeff",
        "한국어",
        "a1½",
        "👩‍👩‍👧‍👦",
      ),
      fc.constantFrom("<|endoftext|>", "<|user|>", "<|use"),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));
