/** `palimpsest laws solve`: what `laws.solve` is asked, as it stands in the registry of questions. The mathematics is there. */
import { type Command, Option } from "commander";
import { digits } from "../digits.js";
import { answersIn, type Asked, type Derived, type Question, questions as rows } from "../laws/index.js";
import type { FitsOptions } from "./laws-asked.js";
import { dataOptions, numberOf } from "./laws-data.js";
import { fitsOf } from "./laws-fits.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

const questions: Record<string, Question> = rows;

type SolveVerbOptions = FitsOptions & Record<string, string | undefined>;

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export function addSolve(laws: Command): void {
  const list = Object.values(questions).map(({ name, summary }) => `  ${name}: ${summary}`);
  const verb = dataOptions(laws.command("solve"), { required: false })
    .summary("ask a fitted law for a decision")
    .description(`Fits a law as \`laws fit\` does and asks it for a decision, with its interval:\n${list.join("\n")}`)
    .requiredOption("--for <question>", "one of those above")
    .option("--domains <names>", "of mixtures: columns of the shares, separated by commas")
    .option("--weights <numbers>", "of mixtures: weights of the losses, separated by commas; equal by default");
  for (const [name, asks] of askedBy()) verb.addOption(new Option(`--${kebab(name)} <value>`, help(asks)));
  verb.action(work<SolveVerbOptions>(solveLaw));
  example(
    verb,
    "palimpsest laws solve --law data-mixing --data out/my-sweep --column share=share_en --loss loss_en --for critical-share --baseline 2.9 --tolerance 0.05",
  );
}

/** Every option that a question asks for, with what each question means by it. */
function askedBy(): Map<string, { of: string; asked: Asked }[]> {
  const options = new Map<string, { of: string; asked: Asked }[]>();
  for (const { name: of, asks } of Object.values(questions))
    for (const [name, asked] of Object.entries(asks)) options.set(name, [...(options.get(name) ?? []), { of, asked }]);
  return options;
}

function help(asks: { of: string; asked: Asked }[]): string {
  const meanings = new Map<string, string[]>();
  for (const { of, asked } of asks) {
    const usual = asked.default === undefined ? "" : `; default ${asked.default}`;
    const meaning = `${asked.summary} (${asked.unit}${usual})`;
    meanings.set(meaning, [...(meanings.get(meaning) ?? []), of]);
  }
  return [...meanings].map(([meaning, of]) => `${of.join(", ")}: ${meaning}`).join("; ");
}

async function solveLaw(_: string[], options: SolveVerbOptions, { signal }: Work): Promise<Outcome> {
  if (!Object.hasOwn(questions, options.for))
    throw new BadArguments(`invalid --for: ${options.for} (one of ${Object.keys(questions).join(", ")})`);
  const question = questions[options.for]!;
  const asked = askedOf(question, options, [...askedBy().keys()]);
  const { progressReporter } = await import("../lab/cell/progress.js");
  const { report, done } = progressReporter();
  try {
    const { given, all, of } = await fitsOf[question.fits]({
      question,
      options,
      watch: { signal, onProgress: report },
    });
    const solved = question.solve({ ...given, ...asked });
    const notes = [
      ...solved.notes,
      ...new Set(all.flatMap(({ fit, doubt }) => [...fit.notes, ...(doubt?.notes ?? [])])),
    ];
    return outcome({ question: question.name, ...of, ...asked }, answersIn(solved), notes);
  } finally {
    done();
  }
}

/** What the question asks, checked; and nothing that it does not ask. */
function askedOf(
  { name: of, asks }: Question,
  options: SolveVerbOptions,
  all: string[],
): Record<string, number | string> {
  const needless = all.find((name) => options[name] !== undefined && !Object.hasOwn(asks, name));
  if (needless !== undefined) {
    const takes =
      Object.keys(asks)
        .map((name) => `--${kebab(name)}`)
        .join(", ") || "none of these";
    throw new BadArguments(`invalid --${kebab(needless)}: ${options[needless]} (${of} takes ${takes})`);
  }
  return Object.fromEntries(
    Object.entries(asks).map(([name, asked]) => {
      const given = options[name] ?? asked.default;
      return [name, typeof asked.default === "string" ? String(given) : numberOf(given?.toString(), kebab(name))];
    }),
  );
}

function outcome(asked: object, answers: [key: string, answer: Derived][], notes: readonly string[]): Outcome {
  const width = Math.max(...answers.map(([, { name }]) => name.length));
  const lines = answers.map(([, { name, unit, value, low, high, determined }]) => {
    // A share of 1e-22 is none.
    const said = (number: number): string => digits(unit === "token share" ? Number(number.toFixed(5)) : number, 5);
    const range = low === null || high === null ? "" : `  (95 % interval ${said(low)} to ${said(high)})`;
    const doubt = determined ? "" : "  not determined";
    const shown = value === null ? "none" : `${said(value)}${["", "loss"].includes(unit) ? "" : ` ${unit}`}`;
    return `${name.padEnd(width)}  ${shown}${range}${doubt}`;
  });
  const single = answers.length === 1 ? [answers[0]![1].sentence] : lines;
  const json = answers.map(([key, answer]) => ({ ...answer, name: key, quantity: answer.name }));
  return {
    json: { ...asked, answers: json, notes },
    text: [...single, ...notes.map((note) => `note: ${note}`)].join("\n"),
  };
}
