/** Two languages in turn within a document, part by part: every part in both of them, or each in one. */
import { made } from "../../registry.js";
import { checkDirection, directed, type Direction, type Rendering } from "./types.js";
import { type InBoth, type Unit, unitNames, unitsOf } from "./units.js";

export interface InterlinearOptions {
  /** What is read in turn; defaults to "line". */
  unit?: Unit;
  /** Which language comes first; defaults to "forward". */
  direction?: Direction;
}

/** s₁ t₁ s₂ t₂ …, a line each (Guo et al. 2024, https://arxiv.org/abs/2403.11430). */
export function interlinear({ unit = "line", direction = "forward" }: InterlinearOptions = {}): Rendering {
  return inTurn("interlinear", { unit, direction }, (both) => both);
}

export interface AlternatingOptions {
  /** What is of one language; defaults to "sentence". */
  unit?: Unit;
  /** Which language comes first; defaults to "drawn". */
  direction?: Direction;
}

/** s₁ t₂ s₃ t₄ …: code-switching between sentences, which says nothing twice (Yoo et al. 2024, https://arxiv.org/abs/2411.02460). */
export function alternating({ unit = "sentence", direction = "drawn" }: AlternatingOptions = {}): Rendering {
  return inTurn("alternating", { unit, direction }, (both, i) => [both[i % 2] ?? both[1 - (i % 2)]]);
}

interface Turns {
  unit: Unit;
  direction: Direction;
}

function inTurn(
  name: string,
  { unit, direction }: Turns,
  of: (both: InBoth, i: number) => readonly (string | undefined)[],
): Rendering {
  checkDirection(name, direction);
  if (!unitNames.includes(unit))
    throw new Error(`${name}: invalid unit: ${String(unit)} (one of ${unitNames.join(", ")})`);
  return made({
    name,
    options: { unit, direction },
    open:
      () =>
      (pair, { rng, count }) => {
        const sides = directed(pair, direction, rng);
        const units = unitsOf({ ...pair, sides }, unit);
        count(`${unit}s`, units.length);
        count("in one language alone", units.filter((both) => both.includes(undefined)).length);
        return [
          {
            text: units
              .flatMap(of)
              .filter((text) => text !== undefined)
              .join("\n"),
          },
        ];
      },
  });
}
