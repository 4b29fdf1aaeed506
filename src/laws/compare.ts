/**
 * Which form do the rows prefer? Every form is fitted to the same rows with the same objective; they are ranked by AIC on log
 * residuals, which charges for constants and, unlike R², is not ruled by the worst runs. Where a scale is named, the
 * error on the largest runs stands beside it: the better fit is not always the better extrapolation.
 */
import { digits } from "../digits.js";
import { fit, type FitOptions } from "./fit.js";
import { holdOut } from "./hold-out.js";
import { lawNamed } from "./registry.js";
import { inside } from "./rows.js";
import type { Fit, Law } from "./types.js";

export interface CompareFormsOptions extends Omit<FitOptions, "law" | "outside" | "starts"> {
  laws: readonly (string | Law)[];
  /** Also judge each form above a scale, as `laws.holdOut` does. */
  heldOut?: { by: string; above: number };
}

export interface ComparedForm {
  law: string;
  fit: Fit;
  constants: number;
  aic: number;
  /** Above the best form's; under 2 the rows do not tell them apart. */
  behind: number;
  mae: number;
  /** Mean absolute error above the scale; null where none was named. */
  heldOut: number | null;
}

export interface ComparedForms {
  /** Best first. */
  forms: ComparedForm[];
  /** Rows that are outside some form's domain, left out for all. */
  dropped: number;
  sentence: string;
}

export function compareForms(options: CompareFormsOptions): ComparedForms {
  const { laws, heldOut, ...more } = options;
  const forms = laws.map((law) => lawNamed("laws.compareForms", law));
  if (forms.length < 2) throw new Error(`laws.compareForms: invalid laws: ${forms.length}; give at least two`);
  const { columns = {} } = more;
  const rows = more.rows.filter((row) =>
    forms.every(({ inputs }) =>
      inputs.every((input) => {
        const value = (row as Record<string, unknown>)[columns[input.name] ?? input.name];
        // What is not a number is refused by the fit, by its row.
        return typeof value !== "number" || !Number.isFinite(value) || inside(input, value);
      }),
    ),
  );
  const compared = forms.map((law): ComparedForm => {
    const found = fit({ ...more, rows, law });
    const { aic, mae } = found.errors;
    const far = heldOut ? holdOut({ ...more, rows, law, ...heldOut }).heldOut : null;
    return { law: law.name, fit: found, constants: law.parameters.length, aic, behind: 0, mae, heldOut: far };
  });
  compared.sort((a, b) => a.aic - b.aic);
  for (const form of compared) form.behind = form.aic - compared[0]!.aic;
  return { forms: compared, dropped: more.rows.length - rows.length, sentence: sentenceOn(compared, rows.length) };
}

function sentenceOn([best, next, ...others]: ComparedForm[], rows: number): string {
  const parts =
    next!.behind < 2
      ? [`${rows} rows do not tell ${best!.law} and ${next!.law} apart (AIC within ${digits(next!.behind)}).`]
      : [`${rows} rows prefer ${best!.law} to ${next!.law} (AIC lower by ${digits(next!.behind)}).`];
  const further = [best!, next!, ...others].sort((a, b) => (a.heldOut ?? 0) - (b.heldOut ?? 0))[0]!;
  if (further.heldOut !== null && further !== best)
    parts.push(
      `Above the scale ${further.law} is closer (${digits(further.heldOut)} against ${digits(best!.heldOut!)}).`,
    );
  return parts.join(" ");
}
