/** What a question's fits are made of, from the rows of `laws solve`: one function for each word in `FitsOf`. */
import type { FitsOf, Law, Question } from "../laws/index.js";
import type { Row } from "../runs/index.js";
import {
  columnsOf,
  countOf,
  type DataOptions,
  type Fitted,
  fitTo,
  lawOf,
  numberOf,
  tableOf,
  type Watch,
} from "./laws-data.js";
import { BadArguments } from "./work.js";

export interface FitsOptions extends Omit<DataOptions, "law"> {
  law?: string;
  for: string;
  domains?: string;
  weights?: string;
}

export interface Fits {
  /** As the question takes them. */
  given: object;
  /** What was fitted, for its notes. */
  all: Fitted[];
  /** What was asked of which columns, for the record. */
  of: object;
}

interface Maker {
  question: Question;
  options: FitsOptions;
  watch: Watch;
}

const doubted = ({ fit, doubt }: Fitted): object => ({ fit, bootstrap: doubt });

export const fitsOf: Record<FitsOf, (maker: Maker) => Promise<Fits>> = {
  async one(maker) {
    const law = await theLaw(maker);
    const found = await fitTo(
      law,
      await read(maker, law.inputs, losses(maker, 1, 1)),
      maker.options as DataOptions,
      maker.watch,
    );
    return { given: doubted(found), all: [found], of: { law: law.name } };
  },

  async general(maker) {
    const law = await theLaw(maker);
    const of = losses(maker, 1, 2);
    const rows = await read(maker, law.inputs, of);
    const general = await lossFit(maker, law, rows, 0, "general");
    const rest = rows.map((row) => ({ ...row, share: 1 - (row.share as number) }));
    const domain = of.length > 1 ? await lossFit(maker, law, rest, 1, "domain") : undefined;
    return {
      given: { general: doubted(general), ...(domain && { domain: doubted(domain) }) },
      all: domain ? [general, domain] : [general],
      of: { law: law.name, losses: of },
    };
  },

  async tokens(maker) {
    const { laws } = await import("../laws/index.js");
    const of = losses(maker, 2, 2);
    const rows = await read(maker, laws["cmr-domain-tokens"]!.inputs, of);
    const { domain, general } = await tokenFits(maker, rows, "");
    return {
      given: { domain: doubted(domain), general: doubted(general) },
      all: [domain, general],
      of: { losses: of },
    };
  },

  async shares(maker) {
    const { laws } = await import("../laws/index.js");
    const of = losses(maker, 2, 2);
    const rows = await read(maker, [...laws["cmr-domain-tokens"]!.inputs, { name: "share" }], of);
    const candidates: object[] = [];
    const all: Fitted[] = [];
    for (const share of [...new Set(rows.map((row) => row.share as number))].sort((a, b) => a - b)) {
      const own = rows.filter((row) => row.share === share);
      const { domain, general } = await tokenFits(maker, own, ` ${share}`);
      candidates.push({ share, domain: doubted(domain), general: doubted(general) });
      all.push(domain, general);
    }
    return { given: { candidates }, all, of: { losses: of } };
  },

  async losses(maker) {
    const { forms } = await import("../laws/index.js");
    const domains = named(maker.options.domains, "domains", 2);
    const of = losses(maker, 1, Infinity);
    const weights = weightsFor(maker, of.length);
    const law = forms.mixingDomains({ domains });
    const rows = await read(maker, law.inputs, of);
    const all: Fitted[] = [];
    for (const [k, loss] of of.entries()) all.push(await lossFit(maker, law, rows, k, loss));
    const given = { losses: all.map((found, k) => ({ ...doubted(found), weight: weights[k]! })) };
    return { given, all, of: { law: law.name, domains, losses: of, weights } };
  },

  async domains(maker) {
    const law = await theLaw(maker);
    const domains = named(maker.options.domains, "domains", 2);
    const of = losses(maker, domains.length, domains.length);
    const weights = weightsFor(maker, of.length);
    const rows = await read(maker, [...domains.map((name) => ({ name })), { name: "steps" }], of);
    const all: Fitted[] = [];
    for (const [k, name] of domains.entries())
      all.push(
        await lossFit(
          maker,
          law,
          rows.map((row) => ({ ...row, share: row[name]! })),
          k,
          name,
        ),
      );
    const given = { domains: all.map((found, k) => ({ ...doubted(found), name: domains[k]!, weight: weights[k]! })) };
    return { given, all, of: { law: law.name, domains, losses: of, weights } };
  },

  async rows(maker) {
    const { rng } = await import("../rng.js");
    const domains = named(maker.options.domains, "domains", 2);
    const of = losses(maker, 1, 1);
    const [resamples, seed] = [countOf(maker.options.bootstrap, "bootstrap"), countOf(maker.options.seed, "seed")];
    const rows = (await read(
      maker,
      domains.map((name) => ({ name })),
      of,
    )) as Record<string, number>[];
    const mixtures = rows.map((row) => domains.map((name) => row[name]!));
    const given = { domains, mixtures, losses: rows.map((row) => row.loss0!), rng: rng(seed), resamples };
    return { given, all: [], of: { domains, losses: of } };
  },
};

/** The law of `--law`, or the question's usual one. */
async function theLaw({ question, options }: Maker): Promise<Law> {
  const { laws, name } = question;
  const asked = options.law ?? laws[0];
  if (asked === undefined) throw new BadArguments(`invalid --law: missing (a name that \`laws list\` shows)`);
  if (laws.length > 0 && !laws.includes(asked))
    throw new BadArguments(`invalid --law: ${asked} (${name} is asked of ${laws.join(", ")})`);
  return lawOf(asked);
}

/** The names after `--loss`, as many as the question takes. */
function losses({ question, options }: Maker, least: number, most: number): string[] {
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

/** Rows with inputs by their names, and loss0, loss1 … */
async function read(
  { question, options, watch }: Maker,
  inputs: readonly { name: string }[],
  of: string[],
): Promise<Row[]> {
  const columns = columnsOf(
    inputs.map(({ name }) => name),
    options.column,
    question.name,
  );
  const named = Object.fromEntries(of.map((loss, k) => [`loss${k}`, loss]));
  const rows = await tableOf(options as DataOptions, { ...columns, ...named }, watch.signal);
  return rows.map((row) => ({ ...row, loss: row.loss0! }));
}

function lossFit({ options, watch }: Maker, law: Law, rows: Row[], k: number, of: string): Promise<Fitted> {
  return fitTo(
    law,
    rows.map((row) => ({ ...row, loss: row[`loss${k}`]! })),
    options as DataOptions,
    watch,
    of,
  );
}

async function tokenFits(maker: Maker, rows: Row[], at: string): Promise<{ domain: Fitted; general: Fitted }> {
  const { laws } = await import("../laws/index.js");
  const domain = await lossFit(maker, laws["cmr-domain-tokens"]!, rows, 0, `domain${at}`);
  const general = await lossFit(maker, laws["cmr-general-tokens"]!, rows, 1, `general${at}`);
  return { domain, general };
}

function named(text: string | undefined, name: string, least = 1): string[] {
  const parts = (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length >= least && new Set(parts).size === parts.length) return parts;
  throw new BadArguments(
    `invalid --${name}: ${text ?? "missing"} (${least} or more different names, separated by commas)`,
  );
}

function weightsFor({ options: { weights } }: Maker, count: number): number[] {
  if (weights === undefined) return Array.from({ length: count }, () => 1);
  const values = weights.split(",").map((each) => numberOf(each, "weights"));
  if (values.length === count) return values;
  throw new BadArguments(`invalid --weights: ${weights} (one for each --loss)`);
}
