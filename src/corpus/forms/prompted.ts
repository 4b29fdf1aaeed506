/** A prompt and what follows it, as they are: a space between them is the rows' own. What follows counts. */
import { made } from "../../registry.js";
import type { Row } from "../sources/rows.js";
import { countingFrom, type Form, textIn } from "./types.js";

export interface PromptCompletionOptions {
  /** Field of the prompt. Defaults to "prompt". */
  prompt?: string;
  /** Field of what follows. Defaults to "completion". */
  completion?: string;
}

/** `{"prompt": "2 + 2 =", "completion": " 4"}` */
export function promptCompletion({ prompt = "prompt", completion = "completion" }: PromptCompletionOptions = {}): Form {
  return made({
    name: "prompt-completion",
    options: { prompt, completion },
    fields: [prompt, completion],
    together: (row) => row[prompt],
    documents(row, { where }) {
      const asked = textIn(row, prompt, where);
      return [countingFrom(asked + textIn(row, completion, where), asked.length)];
    },
  });
}

/** `{"prompt": "…", "chosen": "…", "rejected": "…"}`: two documents a row, the chosen one first, for the order `pairs`. */
export function preferenceRows(): Form {
  return made({
    name: "preferences",
    options: {},
    fields: ["prompt", "chosen", "rejected"],
    pairs: true,
    together: (row) => row.prompt,
    documents(row, { where }) {
      const asked = textIn(row, "prompt", where);
      return ["chosen", "rejected"].map((field) => countingFrom(asked + someIn(row, field, where), asked.length));
    },
  });
}

export interface TwoTextsOptions {
  /** The fields of the two. */
  of: readonly [string, string];
}

/** `{"en": "…", "ko": "…"}` with `{ "of": ["en", "ko"] }`: two documents a row that count whole, for the order `pairs`. */
export function twoTexts({ of }: TwoTextsOptions): Form {
  return made({
    name: "two-texts",
    options: { of },
    fields: of,
    pairs: true,
    documents: (row, { where }) => of.map((field) => countingFrom(someIn(row, field, where), 0)),
  });
}

/** Half of a pair cannot be missing. */
function someIn(row: Row, field: string, where: string): string {
  const text = textIn(row, field, where);
  if (text === "") throw new Error(`load: invalid field ${JSON.stringify(field)} in ${where}: empty (some text)`);
  return text;
}
