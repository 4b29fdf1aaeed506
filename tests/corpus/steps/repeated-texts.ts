/**
 * Texts with planted repeats: one in three is an earlier one with no to many of its words changed, and one in six has a few
 * sentences of an earlier one among its own. Run, prints them as tests/golden/repeats.py reads them.
 */
import { type Rng, rng } from "../../../src/rng.js";

/** With what the normal form changes, and what parts words where no white space does. */
const odd = [
  ...["don't", "cannot", "dont", "it's", "U.S.A.", "e-mail", "5km", "3,14", "١٢٫٥", "2024", "№7", "€40", "20°C", "x²"],
  ...[
    "Zürich",
    "naïve",
    "İstanbul",
    "Ǆungla",
    "ΟΔΥΣΣΕΥΣ",
    "e\u0301cole",
    "신라",
    "重庆",
    "हिन्दी",
    "🙈🙉",
    "👩🏿",
    "™",
    "‘so’",
  ],
  ...[
    "(see",
    "below)",
    '"quoted"',
    "C++",
    "a/b",
    "[12]",
    "—",
    "…",
    "www.example.org",
    "me@example.org",
    "\u00a0",
    "\u200d",
  ],
];
const stems = [
  "re",
  "sto",
  "mi",
  "la",
  "ban",
  "ter",
  "con",
  "der",
  "ul",
  "pe",
  "ka",
  "no",
  "ri",
  "tu",
  "ve",
  "sha",
  "or",
  "qui",
];

export function repeatedTexts(count: number, seed = 1): string[] {
  const random = rng(seed);
  const word = (): string => {
    if (random.uniform() < 0.04) return pick(odd, random);
    return Array.from({ length: 1 + random.int(3) }, () => pick(stems, random)).join("");
  };
  const sentence = (): string => {
    const words = Array.from({ length: 3 + random.int(14) }, word).join(random.uniform() < 0.02 ? "  " : " ");
    return `${words[0]!.toUpperCase()}${words.slice(1)}${pick([".", ".", ".", "!", "?", "..."], random)}`;
  };
  const texts: string[][] = [];
  while (texts.length < count) {
    const earlier = texts.length > 20 ? texts[random.int(texts.length)]! : undefined;
    const kind = random.uniform();
    if (earlier && kind < 1 / 3) texts.push(changed(earlier, pick([0, 0.01, 0.03, 0.06, 0.15], random), word, random));
    else {
      const own = Array.from({ length: 1 + random.int(13) }, sentence);
      if (earlier && kind < 1 / 2)
        own.splice(random.int(own.length + 1), 0, ...earlier.slice(random.int(3), 2 + random.int(6)));
      texts.push(own);
    }
  }
  return texts.map((sentences) => sentences.join(random.uniform() < 0.1 ? "\n" : " "));
}

function changed(sentences: readonly string[], share: number, word: () => string, random: Rng): string[] {
  return sentences.map((each) => each.replace(/[a-z]+/g, (old) => (random.uniform() < share ? word() : old)));
}

const pick = <T>(items: readonly T[], random: Rng): T => items[random.int(items.length)]!;

if (require.main === module) for (const text of repeatedTexts(2000)) console.log(JSON.stringify(text));
