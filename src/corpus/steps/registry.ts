/** The steps of pipelines by name. Adding one: a file with the function, a row here, a test. */
import * as z from "zod";
import { isRecord, show } from "../../foreign.js";
import { makeOf, type NameIn, type Registry, schemaOf, type Written, type WrittenIn } from "../../registry.js";
import { cloneFields } from "../generators/clone.js";
import { inClone } from "./clone.js";
import { paths } from "../scores/examples.js";
import { controls } from "./controls.js";
import { lines } from "./lines.js";
import { nfc } from "./nfc.js";
import { repeated } from "../repeats/registry.js";
import { repeats } from "./repeats.js";
import { romanised } from "./romanised.js";
import { rules } from "./rules/registry.js";
import { similarStep } from "./similar.js";
import { selecting } from "./selecting.js";
import { surrogates } from "./surrogates.js";
import type { Step } from "./types.js";
import { blankLines, spaces } from "./white-space.js";

const none = z.strictObject({});
const unicode = "https://www.unicode.org/versions/Unicode16.0.0/core-spec";

export const steps = {
  lines: {
    summary: "line ends \\r\\n, \\r, U+2028 and U+2029 become \\n",
    reference: `${unicode}/chapter-5/ (5.8, newline guidelines)`,
    options: none,
    example: {},
    make: lines,
  },
  surrogates: {
    summary: "a surrogate without its other half, which UTF-8 cannot hold, becomes U+FFFD",
    reference: `${unicode}/chapter-3/ (3.9, U+FFFD substitution)`,
    options: none,
    example: {},
    make: surrogates,
  },
  controls: {
    summary:
      "control characters go, and byte order marks; those that part words (form feed, vertical tab, U+0085, U+001C to U+001F) become \\n; tabs and line ends stay",
    reference: `${unicode}/chapter-23/ (23.1, control codes)`,
    options: none,
    example: {},
    make: controls,
  },
  nfc: {
    summary: "Unicode's composed form",
    reference: "Unicode Standard Annex 15, https://www.unicode.org/reports/tr15/",
    options: none,
    example: {},
    make: nfc,
  },
  romanised: {
    summary: "in Latin letters, character by character, for tokenizers that are to share pieces across scripts",
    reference: "Moosa et al. 2023, https://arxiv.org/abs/2201.12501; the table is any-ascii's",
    options: none,
    example: {},
    make: romanised,
  },
  spaces: {
    summary:
      "tabs and runs of spaces become one space, and what leads or ends a line goes: indentation is lost, so not for code",
    reference: "C4's and most filters' white-space rule, Raffel et al. 2020, https://arxiv.org/abs/1910.10683",
    options: none,
    example: {},
    make: spaces,
  },
  "blank-lines": {
    summary:
      "at most one blank line in a row, none at either end (\\n line ends: put lines before it where a file has others)",
    reference: "as `spaces`, for lines",
    options: none,
    example: {},
    make: blankLines,
  },
  repeats: {
    summary: "documents whose whole text an earlier one has go",
    reference: "exact duplicates of Lee et al. 2022, https://arxiv.org/abs/2107.06499",
    options: none,
    example: {},
    make: repeats,
  },
  clone: {
    summary: "English in a clone of it: other letters, and by its dials other words, order, endings and lengths",
    reference: "English-Clone of PreAlign, Li et al. 2024, https://arxiv.org/abs/2407.16222",
    options: z.strictObject({ ...cloneFields, seed: z.int().optional() }),
    example: { overlap: 0.1, order: "reversed" },
    make: inClone,
  },
  similar: {
    summary: "documents that are not among the nearest of any of a task's texts go",
    reference: "Gururangan et al. 2020 (kNN-TAPT), https://arxiv.org/abs/2004.10964",
    options: z.strictObject({
      to: paths,
      k: z.int().min(1).optional(),
      field: z.string().min(1).optional(),
    }),
    example: { to: "task.jsonl", k: 50 },
    make: similarStep,
    paths: ["to"],
  },
  ...selecting,
  ...rules,
  ...repeated,
} satisfies Registry<Step>;

/** Steps as JSON writes them. */
export const stepsSchema = z.array(
  z.union([z.enum(Object.keys(steps) as [string, ...string[]]), schemaOf(steps)], {
    error: `expected one of ${Object.keys(steps).join(", ")}, by itself or as a name beside its options`,
  }),
);

/** A row's name, a row with its options, or a step of one's own. */
export type StepGiven = NameIn<typeof steps> | WrittenIn<typeof steps> | Step;

/** The step that is meant; `caller` begins the line of an error. */
export function stepOf(given: StepGiven, caller: string): Step {
  if (isRecord(given) && "open" in given) return given as unknown as Step;
  const { name, ...options } = (typeof given === "string" ? { name: given } : given) as Written;
  const rows: Registry<Step> = steps;
  if (!Object.hasOwn(rows, name))
    throw new Error(`${caller}: invalid step: ${show(name)} (one of ${Object.keys(rows).join(", ")})`);
  const { error } = rows[name]!.options.strict().safeParse(options);
  if (error) {
    const { path, message } = error.issues[0]!;
    throw new Error(`${caller}: invalid step ${name}: ${[...path.map(String), message].join(": ")}`);
  }
  return makeOf<Step>(rows, { name, ...options });
}
