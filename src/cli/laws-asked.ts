/** What the options of `laws solve` name: a question's law, its losses, domains and weights, each checked. */
import type { FitsOf, Law, Question } from "../laws/index.js";
import { type DataOptions, lawOf, numberOf, type Watch } from "./laws-data.js";
import { BadArguments } from "./work.js";

export interface FitsOptions extends Omit<DataOptions, "law"> {
  law?: string;
  for: string;
  domains?: string;
  weights?: string;
}

/** What fits are made from. */
export interface Maker {
  question: Question;
  options: FitsOptions;
  watch: Watch;
}

/** The law of `--law`, or the question's usual one. */
export async function theLaw({ question, options }: Maker): Promise<Law> {
  const { laws, name } = question;
  const asked = options.law ?? laws[0];
  if (asked === undefined) throw new BadArguments(`invalid --law: missing (a name that \`laws list\` shows)`);
  if (laws.length > 0 && !laws.includes(asked))
    throw new BadArguments(`invalid --law: ${asked} (${name} is asked of ${laws.join(", ")})`);
  return lawOf(asked);
}

/** The names after `--loss`, as many as the question takes. */
export function lossesOf({ question, options }: Maker, least: number, most: number): string[] {
  const given = options.loss.length > 0 ? options.loss : least === 1 ? ["loss"] : [];
  if (given.length >= least && given.length <= most) return given;
  const wanted = least === most ? String(least) : `${least} or more`;
  throw new BadArguments(
    `invalid --loss: ${given.length} given (${question.name} takes ${wanted}: ${order[question.fits] ?? "one for each loss"})`,
  );
}

const order: Partial<Record<FitsOf, string>> = {
  one: "the loss",
  general: "the general loss, then the domain's",
  tokens: "the domain's loss, then the general loss",
  shares: "the domain's loss, then the general loss",
  domains: "one for each domain, in the same order",
  rows: "the loss",
};

/** The names after `--domains`. */
export function domainsOf({ options: { domains } }: Maker): string[] {
  const parts = (domains ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length > 1 && new Set(parts).size === parts.length) return parts;
  throw new BadArguments(`invalid --domains: ${domains ?? "missing"} (2 or more different names, separated by commas)`);
}

/** The numbers after `--weights`, equal by default. */
export function weightsOf({ options: { weights } }: Maker, count: number): number[] {
  if (weights === undefined) return Array.from({ length: count }, () => 1);
  const values = weights.split(",").map((each) => numberOf(each, "weights"));
  if (values.length === count) return values;
  throw new BadArguments(`invalid --weights: ${weights} (one for each --loss)`);
}
