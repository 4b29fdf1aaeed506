/** What Unicode's CLDR says of countries, from the package `cldr-core`, and what Node itself calls things in a language. */
import { join } from "node:path";
import { findPackage, packageJson } from "../sources/packages.js";

export const countryRelations = ["currency", "language", "name"] as const;
export type CountryRelation = (typeof countryRelations)[number];

export interface CountryFact {
  /** ISO 3166 code. */
  country: string;
  /** Code of the answer: ISO 4217 of the currency, BCP 47 of the language, or the country's own. */
  answer: string;
}

type Population = Record<string, { _officialStatus?: string }>;
type Territories = Record<string, { _population: string; languagePopulation?: Population }>;
type Currencies = Record<string, Record<string, { _to?: string; _tender?: string }>[]>;

/** Of countries that have one answer, the most populous first. */
export function countryFacts(relation: CountryRelation): CountryFact[] {
  const { territoryInfo } = supplemental("territoryInfo") as { territoryInfo: Territories };
  const countries = Object.keys(territoryInfo)
    .filter((code) => /^[A-Z]{2}$/.test(code) && code !== "ZZ")
    .sort((a, b) => Number(territoryInfo[b]!._population) - Number(territoryInfo[a]!._population) || (a < b ? -1 : 1));
  const { region } = (supplemental("currencyData") as { currencyData: { region: Currencies } }).currencyData;
  const answersOf: Record<CountryRelation, (country: string) => string[]> = {
    currency: (country) =>
      (region[country] ?? []).flatMap((entry) =>
        Object.entries(entry).flatMap(([code, { _to, _tender }]) => (_to || _tender === "false" ? [] : [code])),
      ),
    language: (country) =>
      Object.entries(territoryInfo[country]!.languagePopulation ?? {}).flatMap(([code, { _officialStatus: status }]) =>
        status === "official" || status === "de_facto_official" ? [code.replace("_", "-")] : [],
      ),
    name: (country) => [country],
  };
  return countries.flatMap((country) => {
    const answers = answersOf[relation](country);
    return answers.length === 1 ? [{ country, answer: answers[0]! }] : [];
  });
}

function supplemental(name: string): unknown {
  const found = findPackage("cldr-core");
  if (!found) throw new Error("countries: the package cldr-core is not installed; run npm install");
  return packageJson(join(found.folder, "supplemental", `${name}.json`)).supplemental;
}

/** Names of things by their codes; undefined where the language has none. */
export function namesIn(
  language: string,
  type: "region" | "currency" | "language",
): (code: string) => string | undefined {
  const names = new Intl.DisplayNames([language], { type, fallback: "none" });
  return (code) => names.of(code);
}

/** Whether Node has names in it. */
export function hasNames(language: string): boolean {
  try {
    return Intl.DisplayNames.supportedLocalesOf([language]).length > 0;
  } catch {
    return false;
  }
}
