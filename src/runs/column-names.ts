/** How the field heads the columns that laws ask for, so that a table is read as it was written. Not a guess: one heading fits, or none is taken. */
import { formula } from "./rows-formula.js";

/** Other names of an input, lower case but for single letters; a separator is "_". */
const aliases: Record<string, readonly string[]> = {
  parameters: ["N", "params", "n_params", "num_params", "model_params", "num_parameters", "n_parameters"],
  tokens: ["D", "n_tokens", "num_tokens", "train_tokens", "training_tokens", "num_input_tokens_seen"],
  compute: ["C", "flops", "total_flops", "total_flos"],
  loss: ["eval_loss", "val_loss", "valid_loss", "validation_loss", "test_loss", "final_loss"],
};

const units: Record<string, { says: string; fix: string }> = {
  "%": { says: "percent", fix: "/ 100" },
  k: { says: "thousands", fix: "* 1e3" },
  M: { says: "millions", fix: "* 1e6" },
  B: { says: "billions", fix: "* 1e9" },
  T: { says: "trillions", fix: "* 1e12" },
  bits: { says: "bits", fix: "* 0.6931471805599453" },
};

const stated = /\s*[([]\s*(%|k|M|B|T|bits)(?:\s*(?:\/|per)?\s*tok\w*|\s+\w+)?\s*[)\]]\s*$/;

/** The unit that a heading states, "tokens (B)" or "share [%]", where it is not one. */
export function unitOf(heading: string): { says: string; fix: string } | undefined {
  const unit = stated.exec(heading)?.[1];
  return unit === undefined ? undefined : units[unit];
}

export interface Known {
  heading: string;
  says: string;
  value: (cells: readonly number[]) => number;
}

/** The headings that are `name` as the field writes it, each with the number it stands for. */
export function knownAs(name: string, headings: Iterable<string>): Known[] {
  const fits = new Set([name, ...(Object.hasOwn(aliases, name) ? aliases[name]! : [])]);
  return [...headings].flatMap((heading) => {
    const stem = heading.replace(stated, "").trim();
    if (!fits.has(stem.length === 1 ? stem : stem.toLowerCase().replace(/[\s./-]+/g, "_"))) return [];
    const unit = unitOf(heading);
    if (!unit) return [{ heading, says: "as it stands", value: ([x]: readonly number[]) => x! }];
    return [{ heading, says: `in ${unit.says}`, value: formula(`x ${unit.fix}`).value }];
  });
}
