/** The number that a search makes small, from a run's columns: `loss_ko`, or a formula such as `0.5 * loss_en + 0.5 * loss_ko`. */
import { formula } from "../../runs/index.js";

/** Infinite where the run diverged. Throws one line where a column is not there. */
export function lossOf(text: string, caller: string): (columns: Readonly<Record<string, number>> | "lost") => number {
  const { columns: names, value } = formula(text);
  return (columns) => {
    if (columns === "lost") return Infinity;
    const numbers = names.map((name) => {
      const number = columns[name];
      if (typeof number === "number") return number;
      throw new Error(
        `${caller}: missing column ${name} (a run has ${Object.keys(columns).slice(0, 12).join(", ") || "none where it stops: evaluate there"})`,
      );
    });
    const loss = value(numbers);
    return Number.isNaN(loss) ? Infinity : loss;
  };
}
