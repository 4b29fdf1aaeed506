/** What steps did, in sentences for a person: a line a step, with the commonest reasons. */
import type { StepCounts } from "../types.js";

export const notesOf = (language: string, steps: readonly StepCounts[]): string[] =>
  steps.map((step) => noteOf(language, step));

function noteOf(language: string, { step, changed, dropped, bytes, reasons, said, noted = {} }: StepCounts): string {
  const met = [
    ...(said === undefined ? [] : [`; ${said}`]),
    ...Object.entries(noted).map(([what, n]) => `; ${what}: ${n}`),
  ];
  if (changed + dropped === 0) return `${language}: ${step} changed nothing${met.join("")}`;
  const why = Object.entries(reasons).sort((a, b) => b[1] - a[1]);
  const told = why.slice(0, 3).map(([reason, n]) => (why.length === 1 ? reason : `${reason} ${n}`));
  if (why.length > 3) told.push(`and ${counted(why.length - 3, "reason")} more`);
  const did = [
    ...(changed > 0 ? [`changed ${counted(changed, "document")}`] : []),
    ...(dropped > 0 ? [`dropped ${counted(dropped, "document")} (${told.join(", ")})`] : []),
  ];
  const size = bytes === 0 ? "" : `, ${kilobytes(Math.abs(bytes))} ${bytes < 0 ? "more" : "fewer"}`;
  return `${language}: ${step} ${did.join(" and ")}${size}${met.join("")}`;
}

export const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

export const kilobytes = (bytes: number): string =>
  bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`;
