/** What share of a text's tokens a part of its characters is. */
import type { Mark, Tokenizer } from "../../types.js";
import { checkMarks, inPlace, weightsOf } from "../shards/marks.js";

export interface TokenShareOptions {
  texts: string[];
  /** Of each text, what is meant; a token that stands across a border counts as meant. */
  marks: readonly (readonly Mark[])[];
  tokenizer: Tokenizer;
}

/** From 0 to 1; the ends of texts are not counted. */
export async function tokenShare({ texts, marks, tokenizer }: TokenShareOptions): Promise<number> {
  checkMarks(texts, marks);
  const placed = await inPlace(tokenizer, texts);
  let [meant, all] = [0, 0];
  for (const [i, { places }] of placed.entries()) {
    const own = weightsOf(texts[i]!, marks[i]!, places).slice(0, -1);
    meant += own.filter((weight) => weight > 0).length;
    all += own.length;
  }
  return meant / all;
}
