/** `palimpsest runs compare`: settings that differ, and what the arms came to. */
import { printable } from "../foreign.js";
import type { Cell, Compared } from "../runs/index.js";
import { gather, type RowsOptions } from "./runs-rows.js";
import { understand, type Outcome, type Work } from "./work.js";

export interface CompareVerbOptions extends RowsOptions {
  by?: string;
  against?: string;
}

/** More runs than a line has room for are told by what their cells are. */
const besideOneAnother = 4;
/** Where nothing tells arms apart, each run has a line, if they are no more. */
const mostByThemselves = 40;

export async function compareVerb(dirs: string[], options: CompareVerbOptions, { signal }: Work): Promise<Outcome> {
  const { compare } = await import("../runs/index.js");
  const { plainTable, rowsOf } = await import("../lab/cell/table.js");
  const { rows, damaged } = await gather(dirs, options, signal);
  const { by, against } = options;
  const compared = understand(() => compare({ rows, by, against }));
  const table = (given: object[]): string => plainTable(rowsOf(given, 200)!);
  const names = rows
    .slice(0, mostByThemselves)
    .map(({ run }, i) =>
      rows.findIndex((row) => row.run === run) === i ? printable(String(run), 40) : `${String(run)} (${i + 1})`,
    );
  const differing = Object.entries(compared.differing).map(([setting, cells]) => ({
    setting,
    ...(rows.length <= besideOneAnother
      ? Object.fromEntries(names.map((name, i) => [name, cells[i]]))
      : { values: valuesOf(cells) }),
  }));
  const each = compared.arms.length === 0 && rows.length <= mostByThemselves;
  return {
    json: { ...compared, runs: rows.map(({ run, dir }) => ({ run, dir })), damaged },
    text: [
      ...(differing.length > 0 ? ["What differs", table(differing)] : ["No setting differs."]),
      "",
      ...(compared.arms.length > 0
        ? [`By ${compared.by}, at the last evaluation`, table(armRows(compared)), ...legend(compared)]
        : [
            ...(each
              ? ["At the last evaluation", table(rows.map((row, i) => metricsOf(names[i]!, row, compared)))]
              : []),
            ...(compared.might.length > 0
              ? [
                  `Say what tells the arms apart: ${compared.might
                    .slice(0, 6)
                    .map((name) => `--by ${name}`)
                    .join(", ")}`,
                ]
              : []),
          ]),
    ].join("\n"),
  };
}

const metricsOf = (run: string, row: Record<string, Cell>, { metrics }: Compared): object => ({
  run,
  ...Object.fromEntries(metrics.map((name) => [name, row[name] ?? null])),
});

/** A row for each metric and arm: mean, and the difference to the first arm as text. */
export function armRows({ arms, metrics }: Compared): Record<string, Cell | undefined>[] {
  return metrics.flatMap((metric) =>
    arms
      .filter(({ means }) => metric in means)
      .map(({ arm, runs, means, differences }) => {
        const found = differences[metric];
        const sign = found && found.mean >= 0 ? "+" : "";
        return {
          metric,
          arm: arm === "" ? "(none)" : arm,
          runs,
          mean: means[metric],
          difference: found ? `${sign}${short(found.mean)} ± ${short(found.half)}${found.clear ? " *" : ""}` : "",
          pairs: found?.pairs ?? null,
        };
      }),
  );
}

function legend({ arms }: Compared): string[] {
  if (arms.every(({ differences }) => Object.keys(differences).length === 0))
    return ["Fewer than two pairs of runs share a seed and all else: means alone, no differences."];
  return [
    `difference: to ${arms[0]!.arm || "(none)"}, over pairs of the same seed and settings; * the 95% interval leaves out 0`,
  ];
}

/** The values of a column, in order of first sight, as text; six at most. */
export function valuesOf(cells: readonly Cell[]): string {
  const all = [...new Set(cells)];
  const some = all.slice(0, 6).map((cell) => (cell === null ? "(none)" : printable(String(cell), 24)));
  return `${some.join(", ")}${all.length > 6 ? `, … (${all.length})` : ""}`;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
