/** What one step did: how many documents, for which reasons, and a few of them to look at. */
import type { Document, StepCounts, StepExample } from "../types.js";
import { isDropped, type Verdict } from "./types.js";

/** Examples are the first two of each reason, the first three of what was changed; a step has at most this many in all. */
const [perReason, ofChanges, most] = [2, 3, 12];
/** A step that makes a reason of everything is counted under `others` from here on. */
const reasonsKept = 50;
const others = "other reasons";
/** UTF-16 units of a text that an example shows, and of those before the first change. */
const [shown, lead] = [200, 40];

export const noCounts = (step: string, said?: string): StepCounts => ({
  ...{ step, seen: 0, seenBytes: 0, changed: 0, dropped: 0, bytes: 0 },
  ...{ reasons: {}, reasonBytes: {}, examples: [] },
  ...(said !== undefined && { said }),
});

/** Adds one document and what became of it, and gives what is left; a text that a step left nothing of is dropped. */
export function count(counts: StepCounts, document: Document, given: Verdict): Document | undefined {
  const verdict = "noted" in given ? given.left : given;
  if ("noted" in given) addNotes(counts, given.noted);
  const size = Buffer.byteLength(document.text);
  counts.seen++;
  counts.seenBytes += size;
  if (verdict === document) return document;
  if (!isDropped(verdict) && verdict.text !== "") {
    if (document.marks && verdict.text !== document.text)
      throw new Error(
        `invalid step: ${counts.step} changes the text of ${document.key}, which has marks (of such documents a step may only drop some: put it before what marks)`,
      );
    counts.changed++;
    counts.bytes += size - Buffer.byteLength(verdict.text);
    if (counts.examples.length < most && exampleOf(counts, "changed") < ofChanges)
      counts.examples.push({ key: document.key, why: "changed", ...changeOf(document, verdict) });
    return verdict;
  }
  const why = isDropped(verdict) ? verdict.dropped : "nothing left";
  counts.dropped++;
  counts.bytes += size;
  addReason(counts, why, 1, size);
  if (counts.examples.length < most && exampleOf(counts, why) < perReason)
    counts.examples.push({ key: document.key, why, before: cutAt(document.text, 0) });
  return undefined;
}

/** Adds what the same step did to the documents that follow: the same as if one had counted all. */
export function addCounts(counts: StepCounts, more: StepCounts): void {
  for (const field of ["seen", "seenBytes", "changed", "dropped", "bytes"] as const) counts[field] += more[field];
  for (const [why, n] of Object.entries(more.reasons)) addReason(counts, why, n, more.reasonBytes[why]!);
  if (more.said !== undefined) counts.said = more.said;
  if (more.noted) addNotes(counts, more.noted);
  for (const example of more.examples)
    if (
      counts.examples.length < most &&
      exampleOf(counts, example.why) < (example.why === "changed" ? ofChanges : perReason)
    )
      counts.examples.push(example);
}

function addReason({ reasons, reasonBytes }: StepCounts, why: string, n: number, bytes: number): void {
  const under = Object.hasOwn(reasons, why) || Object.keys(reasons).length < reasonsKept ? why : others;
  reasons[under] = (reasons[under] ?? 0) + n;
  reasonBytes[under] = (reasonBytes[under] ?? 0) + bytes;
}

function addNotes(counts: StepCounts, noted: Readonly<Record<string, number>>): void {
  counts.noted ??= {};
  for (const [what, n] of Object.entries(noted)) counts.noted[what] = (counts.noted[what] ?? 0) + n;
}

const exampleOf = ({ examples }: StepCounts, why: string): number =>
  examples.filter((example) => example.why === why).length;

/** Both texts from a little before where they part; of marks that alone changed, what they count. */
function changeOf(
  { text: before }: Document,
  { text: after, marks = [] }: Document,
): Pick<StepExample, "before" | "after"> {
  if (before === after) {
    const weights = [...new Set(marks.map(({ weight }) => Number(weight.toPrecision(4))))];
    return { before: cutAt(before, 0), after: `counts ${weights.slice(0, 5).join(", ")}` };
  }
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  const from = Math.max(0, at - lead);
  return { before: cutAt(before, from), after: cutAt(after, from) };
}

/** No surrogate pair is cut in two, and what is left out is said by an ellipsis. */
function cutAt(text: string, from: number): string {
  const start = isLow(text.charCodeAt(from)) ? from - 1 : from;
  const end = isLow(text.charCodeAt(start + shown)) ? start + shown - 1 : start + shown;
  return `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
