/**
 * Windows of two languages (CrossIC-PT, https://arxiv.org/abs/2504.20484): paragraphs of two related documents in turn, as many pairs of them as
 * a window holds; the next window begins with the last pair of the one before. How the paper cuts exactly is not known here.
 */
import { made } from "../../registry.js";
import { checkDirection, directed, type Direction, type Rendering } from "./types.js";
import { unitsOf } from "./units.js";

export interface CrossIcOptions {
  /** UTF-8 bytes of a window; a pair that is longer stands alone, whole. Defaults to 4096. */
  bytes?: number;
  /** What goes in turn: paragraphs between blank lines, or lines. Defaults to "paragraph". */
  unit?: "paragraph" | "line";
  /** Which language comes first; defaults to "forward". */
  direction?: Direction;
}

export function crossIc({ bytes = 4096, unit = "paragraph", direction = "forward" }: CrossIcOptions = {}): Rendering {
  checkDirection("crossIc", direction);
  if (!(bytes > 0)) throw new Error(`crossIc: invalid bytes: ${bytes} (above 0)`);
  if (unit !== "paragraph" && unit !== "line")
    throw new Error(`crossIc: invalid unit: ${String(unit)} (one of paragraph, line)`);
  return made({
    name: "cross-ic",
    options: { bytes, unit, direction },
    open:
      () =>
      (pair, { rng, count }) => {
        const sides = directed(pair, direction, rng);
        const together = unitsOf({ ...pair, sides }, unit).map((both) => ({
          text: both.filter((part) => part !== undefined).join(borderOf(unit)),
          both: !both.includes(undefined),
        }));
        const windows = windowsOf(together, { bytes, border: borderOf(unit) });
        count("windows", windows.length);
        count("with both languages", windows.filter((window) => window.some(({ both }) => both)).length);
        return windows.map((window) => ({ text: window.map(({ text }) => text).join(borderOf(unit)) }));
      },
  });
}

const borderOf = (unit: "paragraph" | "line"): string => (unit === "line" ? "\n" : "\n\n");

/** The parts in their order, by window. A window repeats the last part of the one before where that leaves room for a new one. */
export function windowsOf<Part extends { text: string }>(
  parts: readonly Part[],
  { bytes, border }: { bytes: number; border: string },
): Part[][] {
  const sizeOf = (window: readonly Part[]): number => Buffer.byteLength(window.map(({ text }) => text).join(border));
  const windows: Part[][] = [];
  for (const part of parts) {
    const window = windows.at(-1);
    if (window && sizeOf([...window, part]) <= bytes) window.push(part);
    else {
      const before = window?.at(-1);
      windows.push(before && sizeOf([before, part]) <= bytes ? [before, part] : [part]);
    }
  }
  return windows;
}
