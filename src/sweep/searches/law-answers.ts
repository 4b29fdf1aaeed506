/** A question of `laws.solve` that a search would have answered more surely: checked, and what each refit answers. */
import { answersIn, type Bootstrap, type Fit, type Law, type Question, questions as rows } from "../../laws/index.js";

/** `{ "question": "critical-share", "baseline": 2.9, "tolerance": 0.05 }`: its row's name and what that asks. */
export type AskedOfLaw = { readonly question: string } & Readonly<Record<string, string | number>>;

const questions: Record<string, Question> = rows;

/** Throws one line where the question does not exist, is no matter of one fit, or is asked otherwise. */
export function checkAsked({ question, ...given }: AskedOfLaw, law: Law): void {
  const single = Object.values(questions).filter(({ fits, name }) => fits === "one" && name !== "next-runs");
  const row = single.find(({ name, laws }) => name === question && (laws.length === 0 || laws.includes(law.name)));
  if (!row)
    throw new Error(
      `law: invalid seek: ${question} for ${law.name} ("least", "surest" or one of ${single.map(({ name }) => name).join(", ")})`,
    );
  const strange = Object.keys(given).find((name) => !Object.hasOwn(row.asks, name));
  const missing = Object.entries(row.asks).find(([name, asked]) => (given[name] ?? asked.default) === undefined);
  if (strange !== undefined || missing)
    throw new Error(
      `law: ${strange === undefined ? `missing seek.${missing![0]}` : `invalid seek: ${strange}`} (${question} asks ${Object.keys(row.asks).join(", ")})`,
    );
}

/** The first number that it answers at each refit, null where there is none. */
export function answersOf({ question, ...given }: AskedOfLaw, fit: Fit, { samples }: Bootstrap): (number | null)[] {
  const { asks, solve } = questions[question]!;
  const asked = Object.fromEntries(
    Object.entries(asks).map(([name, { default: usual }]) => [name, given[name] ?? usual]),
  );
  return samples.map((values) => {
    const parameters = Object.fromEntries(fit.law.parameters.map(({ name }, k) => [name, values[k]!]));
    return answersIn(solve({ fit: { ...fit, values, parameters }, ...asked }))[0]?.[1].value ?? null;
  });
}
