/** `palimpsest laws`: which laws there are, fitting one to a table or to runs, and what a fitted law is asked for. */
import type { Command } from "commander";
import { digits } from "../digits.js";
import type { Identified, Unidentified } from "../laws/index.js";
import { type DataOptions, dataOptions, type Fitted, fitted, lawOf } from "./laws-data.js";
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

async function fitLaw(_: string[], options: FitVerbOptions, { signal }: Work): Promise<Outcome> {
  const law = await lawOf(options.law);
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { report, done } = progressReporter();
  try {
    const found = await fitted(law, options, { signal, onProgress: report });
    const { identify } = await import("../laws/index.js");
    const constants = identify({ fit: found.fit, bootstrap: found.doubt, ends: options.out === undefined });
    const json = summary(found, constants, options);
    const files: string[] = [];
    if (options.out !== undefined) {
      const { writeFigures } = await import("./laws-figures.js");
      files.push(
        ...writeFigures(
          options.out,
          found,
          constants.map(({ profile }) => profile),
          json,
        ),
      );
    }
    const wrote = files.length > 0 ? [`wrote ${options.out}: fit.json, figures/, tables/`] : [];
    return { json: { ...json, files }, text: [...describe(found, constants), ...wrote].join("\n") };
  } finally {
    done();
  }
}

/** The first reason in words; "" without one. */
function whyNot(reasons: readonly Unidentified[]): string {
  if (reasons.includes("at bound")) return "at the end of its range";
  const open = [reasons.includes("open below") && "below", reasons.includes("open above") && "above"].filter(Boolean);
  if (open.length > 0) return `open ${open.join(" and ")}`;
  return reasons.length > 0 ? "a wide interval" : "";
}

function summary({ fit, doubt, rows }: Fitted, constants: Identified[], { seed }: DataOptions): object {
  const { law, objective, errors, starts, condition, notes } = fit;
  return {
    law: law.name,
    reference: law.reference,
    rows,
    objective,
    constants: constants.map(({ reasons, profile: _, ...constant }) => ({ ...constant, why: whyNot(reasons) })),
    errors,
    starts,
    condition,
    bootstrap: doubt
      ? { kind: doubt.kind, resamples: doubt.samples.length, skipped: doubt.skipped, seed: Number(seed) }
      : null,
    notes: [...notes, ...(doubt?.notes ?? [])],
  };
}

function describe({ fit, doubt, rows }: Fitted, constants: Identified[]): string[] {
  const { law, objective, errors } = fit;
  const cells = [
    ["constant", "value", `95 % interval (${doubt ? "bootstrap" : "profile"})`, "identified"],
    ...constants.map(({ name, unit, value, low, high, identified, reasons }) => [
      unit === "" || unit === "1" ? name : `${name} (${unit})`,
      digits(value, 5),
      low === null && high === null
        ? "open"
        : `${low === null ? "open" : digits(low, 5)} to ${high === null ? "open" : digits(high, 5)}`,
      identified ? "yes" : `no: ${whyNot(reasons)}`,
    ]),
  ];
  const widths = [0, 1, 2].map((k) => Math.max(...cells.map((row) => row[k]!.length)));
  const r2 = errors.r2 === null ? "" : `, R² ${errors.r2.toFixed(4)}`;
  return [
    `${law.name}: ${law.summary}`,
    ...cells.map((row) => `  ${row.map((cell, k) => cell.padEnd(widths[k] ?? 0)).join("  ")}`.trimEnd()),
    `${rows} rows, ${objective.name} ${digits(objective.value, 8)}; mean miss ${digits(errors.mae, 5)}, worst ${digits(errors.worst, 5)}${r2}`,
    ...[...fit.notes, ...(doubt?.notes ?? [])].map((note) => `note: ${note}`),
  ];
}
