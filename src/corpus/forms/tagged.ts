/** What is known of a document put in front of it, read and not learned: metadata, and a tag by a score or a label. */
import { made } from "../../registry.js";
import { show } from "../../foreign.js";
import type { Row } from "../sources/rows.js";
import { countingFrom, type Form, textIn } from "./types.js";

export interface MetadataOptions {
  /** What stands in front, with fields of the row in braces, e.g. "URL: {url}\n\n". A row that lacks one is without it. */
  prefix: string;
  /** Of the text. Defaults to "text". */
  field?: string;
  /** Share of documents that have it; defaults to 1. */
  share?: number;
  /** What its tokens count for; defaults to 0. */
  weight?: number;
}

/** Metadata conditioning (Gao et al. 2025, MeCo). */
export function metadata({ prefix, field = "text", share = 1, weight = 0 }: MetadataOptions): Form {
  checkShare("metadata", share);
  const names = [...prefix.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return made({
    name: "metadata",
    options: { prefix, field, share, weight },
    fields: [field, ...names],
    documents(row, { where, draw }) {
      const text = textIn(row, field, where);
      const known = names.every((name) => ["string", "number"].includes(typeof row[name]));
      if (!known || draw >= share) return [countingFrom(text, 0)];
      return [
        behind(
          prefix.replace(/\{(\w+)\}/g, (_, name: string) => String(row[name])),
          text,
          weight,
        ),
      ];
    },
  });
}

export interface ConditionalOptions {
  /** Field with a score or a label. */
  by: string;
  /** Tags by label, e.g. `{ "spam": "<|bad|>" }`; or with `threshold` those of "below" and of "above", from it on. */
  tags: Readonly<Record<string, string>>;
  threshold?: number;
  /** Of the text. Defaults to "text". */
  field?: string;
  /** Share of documents that have their tag, so that text without one is known too; defaults to 0.99. */
  share?: number;
}

/** Conditional training (Korbak et al. 2023): a control token in front of good text and of bad. */
export function conditional(options: ConditionalOptions): Form {
  const { by, tags, threshold, field = "text", share = 0.99 } = options;
  checkShare("conditional", share);
  if (threshold !== undefined && !(Object.hasOwn(tags, "below") && Object.hasOwn(tags, "above")))
    throw new Error(
      `conditional: invalid tags: ${Object.keys(tags).join(", ") || "none"} (with a threshold, below and above)`,
    );
  const tagOf = (row: Row, where: string): string => {
    const value = row[by];
    const label =
      threshold === undefined ? value : typeof value !== "number" ? undefined : value < threshold ? "below" : "above";
    if ((typeof label === "string" || typeof label === "number") && Object.hasOwn(tags, label)) return tags[label]!;
    const wanted = threshold === undefined ? `one of ${Object.keys(tags).join(", ")}` : "a number";
    throw new Error(`load: invalid field ${JSON.stringify(by)} in ${where}: ${show(value)} (${wanted})`);
  };
  return made({
    name: "conditional",
    options: { by, tags, threshold, field, share },
    fields: [field, by],
    documents(row, { where, draw }) {
      const [text, tag] = [textIn(row, field, where), tagOf(row, where)];
      return [draw < share ? behind(tag, text, 0) : countingFrom(text, 0)];
    },
  });
}

/** Both as one document, of which what is in front counts for `weight`. */
function behind(front: string, text: string, weight: number): ReturnType<typeof countingFrom> {
  const { marks, ...whole } = countingFrom(front + text, front.length);
  return { ...whole, marks: front === "" ? marks : [{ from: 0, to: front.length, weight }, ...marks] };
}

function checkShare(caller: string, share: number): void {
  if (!(share >= 0 && share <= 1)) throw new Error(`${caller}: invalid share: ${share} (from 0 to 1)`);
}
