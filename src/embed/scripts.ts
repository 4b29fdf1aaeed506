/**
 * Re-initialisation by script (Downey et al. 2023, arXiv 2309.04679): a new row is drawn from the normal distribution of
 * the old rows whose tokens are of the same script and stand at the same place in a word, first or not. Tokens are decoded
 * before they are classified: "न" is stored as "à¤¨" in a byte-level vocabulary, all Latin. A category that the old
 * vocabulary lacks gets the distribution of all old rows (there: N(0, 1), many times the length of a real row).
 */
import { specialIds } from "./canonical.js";
import type { Table } from "./table.js";
import type { Growing } from "./types.js";

export function scriptwise(growing: Growing, rows: Float32Array): void {
  const { table, oldIds, newIds, base, tokenizer, mean, miss, rng } = growing;
  const width = mean.length;
  const members = new Map<string, number[]>();
  const special = specialIds(base);
  for (const id of oldIds) {
    if (special.has(id)) continue;
    const category = categoryOf(base.bytesOf(id));
    const known = members.get(category);
    if (known) known.push(id);
    else members.set(category, [id]);
  }
  const moments = new Map([...members].map(([category, ids]) => [category, momentsOf(table, ids)]));
  const newSpecial = specialIds(tokenizer);
  const draw = rng();
  newIds.forEach((id, n) => {
    if (newSpecial.has(id)) return miss(n, "special");
    const category = categoryOf(tokenizer.bytesOf(id));
    if ((members.get(category)?.length ?? 0) < 2) return miss(n, `no two old tokens are ${category}`);
    const { centre, deviation } = moments.get(category)!;
    for (let j = 0; j < width; j++) rows[n * width + j] = centre[j]! + deviation[j]! * draw.normal();
  });
}

/** Mean and standard deviation (over n - 1) of each dimension. */
export function momentsOf(table: Table, ids: number[]): { centre: Float64Array; deviation: Float64Array } {
  const width = table.shape[1]!;
  const centre = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (const id of ids) {
    const row = table.row(id);
    for (let j = 0; j < width; j++) centre[j]! += row[j]! / ids.length;
  }
  for (const id of ids) {
    const row = table.row(id);
    for (let j = 0; j < width; j++) deviation[j]! += (row[j]! - centre[j]!) ** 2;
  }
  return { centre, deviation: deviation.map((sum) => Math.sqrt(sum / (ids.length - 1))) };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** E.g. "Latin initial" for " the", "Hangul medial" for "습니다", "part of a character medial" for a lone byte. */
export function categoryOf(bytes: Uint8Array): string {
  const initial = bytes[0] === 0x20 && bytes.length > 1;
  const place = initial ? "initial" : "medial";
  let text: string;
  try {
    text = utf8.decode(initial ? bytes.subarray(1) : bytes);
  } catch {
    return `part of a character ${place}`;
  }
  const counts = new Map<string, number>();
  for (const character of text) counts.set(scriptOf(character), (counts.get(scriptOf(character)) ?? 0) + 1);
  let [script, most] = ["Common", 0];
  for (const [name, count] of counts) if (count > most) [script, most] = [name, count]; // the first seen of equals
  return `${script} ${place}`;
}

const scripts: [name: string, test: RegExp][] = (
  "Latin Common Han Hangul Hiragana Katakana Cyrillic Greek Arabic Hebrew Devanagari Bengali Gurmukhi Gujarati Oriya Tamil " +
  "Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Armenian Ethiopic Khmer Mongolian Inherited Syriac " +
  "Thaana Nko Cherokee Canadian_Aboriginal Ogham Runic Tagalog Yi Bopomofo Balinese Javanese Sundanese Tifinagh Vai Coptic " +
  "Glagolitic Gothic Adlam Ol_Chiki Meetei_Mayek Chakma Cham Lepcha Limbu Tai_Le New_Tai_Lue Tai_Tham Tai_Viet Buginese " +
  "Batak Osage Braille"
)
  .split(" ")
  .map((name) => [name, new RegExp(`\\p{Script=${name}}`, "u")]);
const known = new Map<string, string>();

/** The Unicode script of a character; "Other" for one that is written nowhere today. */
function scriptOf(character: string): string {
  const found = known.get(character) ?? scripts.find(([, test]) => test.test(character))?.[0] ?? "Other";
  known.set(character, found);
  return found;
}
