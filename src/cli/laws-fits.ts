/** What a question's fits are made of, from the rows of `laws solve`: one function for each word in `FitsOf`. */
import type { FitsOf, Law } from "../laws/index.js";
import type { Row } from "../runs/index.js";
import { domainsOf, type Maker, lossesOf, theLaw, weightsOf } from "./laws-asked.js";
import { columnsOf, countOf, type DataOptions, type Fitted, fitTo, tableOf } from "./laws-data.js";

export interface Fits {
  /** As the question takes them. */
  given: object;
  /** What was fitted, for its notes. */
  all: Fitted[];
  /** What was asked of which columns, for the record. */
  of: object;
}

const doubted = ({ fit, doubt }: Fitted): object => ({ fit, bootstrap: doubt });

export const fitsOf: Record<FitsOf, (maker: Maker) => Promise<Fits>> = {
  async one(maker) {
    const law = await theLaw(maker);
    const found = await fitTo(
      law,
      await read(maker, law.inputs, lossesOf(maker, 1, 1)),
      maker.options as DataOptions,
      maker.watch,
    );
    return { given: doubted(found), all: [found], of: { law: law.name } };
  },

  async general(maker) {
    const law = await theLaw(maker);
    const of = lossesOf(maker, 1, 2);
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
    const of = lossesOf(maker, 2, 2);
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
    const of = lossesOf(maker, 2, 2);
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
    const domains = domainsOf(maker);
    const of = lossesOf(maker, 1, Infinity);
    const weights = weightsOf(maker, of.length);
    const law = forms.mixingDomains({ domains });
    const rows = await read(maker, law.inputs, of);
    const all: Fitted[] = [];
    for (const [k, loss] of of.entries()) all.push(await lossFit(maker, law, rows, k, loss));
    const given = { losses: all.map((found, k) => ({ ...doubted(found), weight: weights[k]! })) };
    return { given, all, of: { law: law.name, domains, losses: of, weights } };
  },

  async domains(maker) {
    const law = await theLaw(maker);
    const domains = domainsOf(maker);
    const of = lossesOf(maker, domains.length, domains.length);
    const weights = weightsOf(maker, of.length);
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
    const domains = domainsOf(maker);
    const of = lossesOf(maker, 1, 1);
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
