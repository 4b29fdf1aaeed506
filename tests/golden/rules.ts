/**
 * Rules of quality against datatrove, on all that is compared: `node -r ./tests/typescript.cjs tests/golden/rules.ts [--write]`.
 * English with its own words; other languages with ours in their stead, where nothing may differ, and with its own, of which it
 * says how often they agree. `--write` puts a few documents and its verdicts into rules.json.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rng } from "../../src/rng.js";
import { damagedTexts, declarations, realTexts } from "../corpus/steps/damaged.js";
import { differences, filters, ourVerdicts, theirVerdicts, type Judged } from "../corpus/steps/datatrove.js";

const python = process.env.PYTHON ?? "python3";

const english = declarations(["en"]).en!;
if (process.argv.includes("--write")) {
  const texts = damagedTexts({ texts: [english], count: 40, rng: rng(3) });
  const documents = texts.filter((text) => text.length < 4000).map((text): Judged => ({ text, language: "en" }));
  const verdicts = theirVerdicts({ python, documents });
  const rows = documents.map(({ text }, i) => ({ text, verdicts: verdicts[i] }));
  writeFileSync(join(__dirname, "rules.json"), JSON.stringify(rows, null, 1) + "\n");
  process.exit();
}

const documents = [
  ...damagedTexts({ texts: [...realTexts(), english], count: 1999, rng: rng(7) }),
  "the be to of ".repeat(30_000),
].map((text): Judged => ({ text, language: "en" }));
const [ours, theirs] = [ourVerdicts(documents), theirVerdicts({ python, documents })];
const counts: Record<string, number> = {};
for (const verdicts of theirs)
  for (const filter of filters) {
    const [kept, why] = verdicts[filter]!;
    counts[`${filter}: ${kept ? "kept" : why}`] = (counts[`${filter}: ${kept ? "kept" : why}`] ?? 0) + 1;
  }
console.log(`English: ${documents.length} documents, ${differences(ours, theirs).length} verdicts differ`, counts);

const codes = {
  de: "deu",
  es: "spa",
  fr: "fra",
  ru: "rus",
  fi: "fin",
  tr: "tur",
  ar: "ara",
  zh: "cmn_Hani",
  ja: "jpn_Jpan",
  th: "tha_Thai",
  hi: "hin_Deva",
};
const texts = declarations(Object.keys(codes));
for (const [language, text] of Object.entries(texts)) {
  const documents = damagedTexts({ texts: [text], count: 200, rng: rng(11) }).map((text): Judged => ({
    text,
    language,
  }));
  const ours = ourVerdicts(documents);
  const patched = differences(ours, theirVerdicts({ python, documents, withOurWords: true }));
  console.log(`${language}: ${documents.length} documents, ${patched.length} verdicts differ with our words`);
  for (const { filter, at, ours, theirs } of patched.slice(0, 3)) console.log(filter, at, ours, theirs);
  try {
    const own = differences(ours, theirVerdicts({ python, documents, codes }));
    const agree = filters.map((filter) => {
      const same = documents.length - own.filter((each) => each.filter === filter).length;
      return `${filter} ${((100 * same) / documents.length).toFixed(1)} %`;
    });
    console.log(`  with its own ${agree.join(", ")} agree`);
  } catch (error) {
    console.log(`  its own cannot be asked: ${(error as Error).message.trim().split("\n").at(-1)}`);
  }
}
