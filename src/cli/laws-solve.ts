/** `palimpsest laws solve`: what a fitted law is asked for, one row of a table for each question. The mathematics is in `laws`. */
import type { Command } from "commander";
import type { Law } from "../laws/index.js";
import { type DataOptions, dataOptions, type Fitted, fitted, lawOf, numberOf, short } from "./laws-data.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

export interface SolveVerbOptions extends DataOptions {
  for: string;
  baseline?: string;
  tolerance: string;
  flops?: string;
  share: string;
  parameters?: string;
  domainTokens?: string;
  domains?: string;
  weights?: string;
}

/** Makes a fit of the verb's rows, or of the same rows with another law or loss. */
type Fitter = (law?: Law, loss?: string) => Promise<Fitted>;

interface Question {
  summary: string;
  solve(fitter: Fitter, options: SolveVerbOptions): Promise<Outcome>;
}

/** A number and where 95 of 100 resamples put it. */
interface Answer {
  name: string;
  unit: string;
  value: number | null;
  low: number | null;
  high: number | null;
  /** There is an answer at the fit and in at least 95 of 100 resamples. */
  determined: boolean;
}

const questions: Record<string, Question> = {
  "critical-share": {
    summary: "the least share that keeps the loss within --tolerance of --baseline",
    async solve(fitter, options) {
      const { solve } = await import("../laws/index.js");
      const [baseline, tolerance] = [numberOf(options.baseline, "baseline"), numberOf(options.tolerance, "tolerance")];
      const { fit, doubt } = await fitter();
      const found = solve.criticalShare({ fit, baseline, tolerance, bootstrap: doubt });
      return { json: { law: fit.law.name, ...found }, text: [found.sentence, ...notesOf({ fit, doubt })].join("\n") };
    },
  },
  "compute-optimal": {
    summary: "the size and tokens with the least loss for --flops = 6ND (chinchilla, d-cpt at --share)",
    async solve(fitter, options) {
      const { solve } = await import("../laws/index.js");
      const [flops, share] = [numberOf(options.flops, "flops"), numberOf(options.share, "share")];
      const { fit, doubt } = await fitter();
      const inputs = fit.law.inputs.map(({ name }) => name);
      const missing = ["parameters", "tokens"].find((name) => !inputs.includes(name));
      if (missing)
        throw new BadArguments(`invalid --law: ${fit.law.name} has no ${missing} (chinchilla, say, or d-cpt)`);
      const at = inputs.includes("share") ? { share } : undefined;
      const { parameters, tokens, ratio, loss, notes } = solve.computeOptimal({ fit, bootstrap: doubt, flops, at });
      const named = { parameters, tokens, "tokens per parameter": ratio, loss };
      const answers = Object.entries(named).map(([name, { value, low, high, determined }]) => ({ name, unit: "", value, low, high, determined })); // prettier-ignore
      return outcome({ law: fit.law.name, flops, ...at }, answers, [...notes, ...notesOf({ fit, doubt })]);
    },
  },
  "limited-share": {
    summary: "the best share when only --domain-tokens tokens of the domain exist, for --parameters (d-cpt)",
    async solve(fitter, options) {
      const { forms } = await import("../laws/index.js");
      const parameters = numberOf(options.parameters, "parameters");
      const domainTokens = numberOf(options.domainTokens, "domain-tokens");
      const found = await fitter();
      if (!found.fit.law.name.startsWith("d-cpt"))
        throw new BadArguments(`invalid --law: ${found.fit.law.name} (d-cpt)`);
      const held = found.fit.law.name === "d-cpt-8";
      const constants = (values: readonly number[]): number[] =>
        held ? [...values.slice(0, 7), 0, ...values.slice(7)] : [...values];
      const at = (values: readonly number[]): Record<string, number> => {
        const { share, loss } = forms.dCptLimitedShare({ values: constants(values), parameters, domainTokens });
        return { share, loss };
      };
      const best = forms.dCptLimitedShare({ values: constants(found.fit.values), parameters, domainTokens });
      const notes = [
        ...(best.atEnd ? ["The best share is an end of the range, not a valley within it."] : []),
        ...(best.sound ? [] : ["There the law says that more of the domain means more loss, which it should not: do not use it."]), // prettier-ignore
      ];
      return told(found, at, ["token share", "loss"], { parameters, domainTokens }, notes);
    },
  },
  mixture: {
    summary: "the shares of --domains with the least mean of the losses (--loss once for each); law mixing-domains",
    async solve(fitter, options) {
      const { forms } = await import("../laws/index.js");
      if (options.law !== "mixing-domains")
        throw new BadArguments(`invalid --law: ${options.law} (mixture is asked of mixing-domains)`);
      const domains = listOf(options.domains, "domains");
      if (options.loss.length === 0) throw new BadArguments("invalid --loss: missing (one column for each loss)");
      const weights = options.weights === undefined ? options.loss.map(() => 1) : listOf(options.weights, "weights").map((each) => numberOf(each, "weights")); // prettier-ignore
      if (weights.length !== options.loss.length)
        throw new BadArguments(`invalid --weights: ${options.weights} (one for each --loss)`);
      const law = forms.mixingDomains({ domains });
      const all: Fitted[] = [];
      for (const loss of options.loss) all.push(await fitter(law, loss));
      const best = (pick: (found: Fitted) => readonly number[], steps: number): Record<string, number> => {
        const losses = all.map((found, i) => ({ law, values: pick(found), weight: weights[i]! }));
        const { shares, loss } = forms.bestMixture({ losses, steps });
        return { ...shares, "mean loss": loss };
      };
      const count = Math.min(...all.map(({ doubt }) => doubt?.samples.length ?? 0));
      const draws = Array.from({ length: count }, (_, i) => best(({ doubt }) => doubt!.samples[i]!, 300));
      const answers = await answered(best(({ fit }) => fit.values, 5000), draws, [...domains.map(() => "token share"), "loss"]); // prettier-ignore
      return outcome({ domains, losses: options.loss, weights }, answers, [...new Set(all.flatMap(notesOf))]);
    },
  },
};

export function addSolve(laws: Command): void {
  const list = Object.entries(questions).map(([name, { summary }]) => `  ${name}: ${summary}`);
  const verb = dataOptions(laws.command("solve"))
    .summary("ask a fitted law for a decision")
    .description(`Fits a law as \`laws fit\` does and asks it for a decision, with its interval:\n${list.join("\n")}`)
    .requiredOption("--for <question>", Object.keys(questions).join(", "))
    .option("--baseline <loss>", "loss before continual training")
    .option("--tolerance <loss>", "how much more is acceptable", "0")
    .option("--flops <number>", "compute, 6ND")
    .option("--share <number>", "token share at which a d-cpt law is asked", "1")
    .option("--parameters <number>", "model size")
    .option("--domain-tokens <number>", "how many tokens of the domain there are")
    .option("--domains <names>", "columns of the shares, separated by commas")
    .option("--weights <numbers>", "of the losses, separated by commas; equal by default")
    .action(work<SolveVerbOptions>(solveLaw));
  example(
    verb,
    "palimpsest laws solve --law data-mixing --data out/my-sweep --column share=share_en --loss loss_en --for critical-share --baseline 2.9 --tolerance 0.05",
  );
}

async function solveLaw(_: string[], options: SolveVerbOptions, { signal }: Work): Promise<Outcome> {
  const question = Object.hasOwn(questions, options.for) ? questions[options.for] : undefined;
  if (!question) throw new BadArguments(`invalid --for: ${options.for} (one of ${Object.keys(questions).join(", ")})`);
  const named = options.for === "mixture" ? undefined : await lawOf(options.law);
  const { progressReporter } = await import("../lab/progress.js");
  const { report, done } = progressReporter();
  try {
    return await question.solve(
      (law = named, loss) => fitted(law!, options, { ...(loss && { loss }), signal, onProgress: report }),
      options,
    );
  } finally {
    done();
  }
}

/** The answer at the fit and its interval over the resamples. */
async function told(
  found: Fitted,
  at: (values: readonly number[]) => Record<string, number>,
  units: readonly string[],
  asked: object,
  notes: readonly string[] = [],
): Promise<Outcome> {
  const answers = await answered(at(found.fit.values), (found.doubt?.samples ?? []).map(at), units);
  return outcome({ law: found.fit.law.name, ...asked }, answers, [...notes, ...notesOf(found)]);
}

async function answered(
  best: Record<string, number>,
  draws: readonly Record<string, number>[],
  units: readonly string[],
): Promise<Answer[]> {
  const { interval } = await import("../laws/predict.js");
  return Object.entries(best).map(([name, value], k) => {
    const own = draws.map((draw) => draw[name]!).filter(Number.isFinite);
    const [low, high] = own.length > 1 ? interval(own, 0.95) : [null, null];
    const determined = Number.isFinite(value) && own.length >= 0.95 * draws.length;
    return { name, unit: units[k] ?? "", value, low, high, determined };
  });
}

function outcome(asked: object, answers: readonly Answer[], notes: readonly string[]): Outcome {
  const width = Math.max(...answers.map(({ name }) => name.length));
  const lines = answers.map(({ name, unit, value, low, high, determined }) => {
    // A share of 1e-22 is none.
    const said = (number: number): string => short(unit === "token share" ? Number(number.toFixed(5)) : number);
    const range = low === null || high === null ? "" : `  (95 % interval ${said(low)} to ${said(high)})`;
    const doubt = determined ? "" : "  not determined";
    return `${name.padEnd(width)}  ${value === null ? "none" : said(value)}${unit ? ` ${unit}` : ""}${range}${doubt}`;
  });
  return { json: { ...asked, answers, notes }, text: [...lines, ...notes.map((note) => `note: ${note}`)].join("\n") };
}

const notesOf = ({ fit, doubt }: Pick<Fitted, "fit" | "doubt">): string[] => [...fit.notes, ...(doubt?.notes ?? [])];

function listOf(text: string | undefined, name: string): string[] {
  const parts = (text ?? "").split(",").map((part) => part.trim()).filter(Boolean); // prettier-ignore
  if (parts.length < 1) throw new BadArguments(`invalid --${name}: ${text ?? "missing"} (names separated by commas)`);
  return parts;
}
