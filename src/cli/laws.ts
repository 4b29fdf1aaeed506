/** `palimpsest laws`: which laws there are, fitting one to a table or to runs, and what a fitted law is asked for. */
import type { Command } from "commander";
import type { Interval } from "../laws/index.js";
import { type DataOptions, dataOptions, type Fitted, fitted, lawOf, short } from "./laws-data.js";
import { addSolve } from "./laws-solve.js";
import { example, type Outcome, type Work, work } from "./work.js";

interface FitVerbOptions extends DataOptions {
  out?: string;
}

export function addLaws(program: Command): void {
  const verb = program
    .command("laws")
    .summary("fit scaling and mixture laws, and ask them")
    .description("Scaling and mixture laws on anybody's rows: which there are, fitting one, and what it recommends.");
  const fitExample =
    'palimpsest laws fit --law chinchilla --data runs.csv --column parameters=N --column "tokens=C/(6*N)"';
  example(verb, fitExample);

  const list = verb
    .command("list")
    .description("The laws by name: what each relates, its inputs and constants, and its paper.")
    .option("--json", "print one JSON object instead of text")
    .action(work(listLaws));
  example(list, "palimpsest laws list");

  const fit = dataOptions(verb.command("fit"))
    .description(
      "Fits a law to rows and says of every constant what it is, its 95 % interval, and whether the rows determine it.",
    )
    .option("--out <dir>", "also write the figures, each with its table, and fit.json")
    .action(work<FitVerbOptions>(fitLaw));
  example(fit, fitExample);
  addSolve(verb);
}

async function listLaws(): Promise<Outcome> {
  const { laws } = await import("../laws/index.js");
  const all = Object.values(laws);
  const text = all.map(({ name, summary, inputs, parameters, reference }) =>
    [
      `${name}: ${summary}`,
      `  columns    ${inputs.map(({ name: input, unit }) => `${input} (${unit})`).join(", ")}, loss`,
      `  constants  ${parameters.map((parameter) => parameter.name).join(", ")}`,
      `  paper      ${reference}`,
    ].join("\n"),
  );
  const plain = ({ name, unit, summary }: { name: string; unit: string; summary: string }): object => ({
    name,
    unit,
    summary,
  });
  return {
    json: {
      laws: all.map(({ name, summary, reference, inputs, parameters }) => ({
        name,
        summary,
        reference,
        inputs: inputs.map(plain),
        parameters: parameters.map(plain),
      })),
    },
    text: text.join("\n\n"),
  };
}

/** One constant as it is reported. */
interface Constant {
  name: string;
  unit: string;
  value: number;
  low: number | null;
  high: number | null;
  /** It ran to no bound, its profile closes on both sides, and its interval is no wider than it should be. */
  identified: boolean;
  why: string;
}

async function fitLaw(_: string[], options: FitVerbOptions, { signal }: Work): Promise<Outcome> {
  const law = await lawOf(options.law);
  const { progressReporter } = await import("../lab/progress.js");
  const { report, done } = progressReporter();
  try {
    const found = await fitted(law, options, { signal, onProgress: report });
    const { profile } = await import("../laws/index.js");
    const profiles = law.parameters.map(({ name }) => profile({ fit: found.fit, parameter: name }));
    const constants = law.parameters.map(({ name, unit }, k): Constant => {
      const { low, high, note } = profiles[k]!;
      const interval: Interval | [number | null, number | null] = found.doubt?.intervals[name] ?? [low, high];
      const bound = found.fit.atBound.includes(name);
      const open = [low === null && "below", high === null && "above"].filter(Boolean).join(" and ");
      const wide = found.doubt?.notes.some((each) => each.startsWith(`${name} is not determined`));
      const why = bound ? "at the end of its range" : note ? `open ${open}` : wide ? "a wide interval" : "";
      const value = found.fit.parameters[name]!;
      return { name, unit, value, low: interval[0], high: interval[1], identified: why === "", why };
    });
    const json = summary(found, constants, options);
    const files: string[] = [];
    if (options.out !== undefined) {
      const { writeFigures } = await import("./laws-figures.js");
      files.push(...writeFigures(options.out, found, profiles, json));
    }
    const wrote = files.length > 0 ? [`wrote ${options.out}: fit.json, figures/, tables/`] : [];
    return { json: { ...json, files }, text: [...describe(found, constants), ...wrote].join("\n") };
  } finally {
    done();
  }
}

function summary({ fit, doubt, rows }: Fitted, constants: Constant[], { seed }: DataOptions): object {
  const { law, objective, errors, starts, condition, notes } = fit;
  return {
    law: law.name,
    reference: law.reference,
    rows,
    objective,
    constants,
    errors,
    starts,
    condition,
    bootstrap: doubt
      ? { kind: doubt.kind, resamples: doubt.samples.length, skipped: doubt.skipped, seed: Number(seed) }
      : null,
    notes: [...notes, ...(doubt?.notes ?? [])],
  };
}

function describe({ fit, doubt, rows }: Fitted, constants: Constant[]): string[] {
  const { law, objective, errors } = fit;
  const cells = [
    ["constant", "value", `95 % interval (${doubt ? "bootstrap" : "profile"})`, "identified"],
    ...constants.map(({ name, unit, value, low, high, why }) => [
      unit === "" || unit === "1" ? name : `${name} (${unit})`,
      short(value),
      low === null && high === null
        ? "open"
        : `${low === null ? "open" : short(low)} to ${high === null ? "open" : short(high)}`,
      why === "" ? "yes" : `no: ${why}`,
    ]),
  ];
  const widths = [0, 1, 2].map((k) => Math.max(...cells.map((row) => row[k]!.length)));
  const r2 = errors.r2 === null ? "" : `, R² ${errors.r2.toFixed(4)}`;
  return [
    `${law.name}: ${law.summary}`,
    ...cells.map((row) => `  ${row.map((cell, k) => cell.padEnd(widths[k] ?? 0)).join("  ")}`.trimEnd()),
    `${rows} rows, ${objective.name} ${objective.value.toPrecision(8)}; mean miss ${short(errors.mae)}, worst ${short(errors.worst)}${r2}`,
    ...[...fit.notes, ...(doubt?.notes ?? [])].map((note) => `note: ${note}`),
  ];
}
