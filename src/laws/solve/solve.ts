/** Asking a fitted law for a decision: `laws.solve({ question: "compute-optimal", fit, bootstrap, flops: 1e22 })`. */
import { questions } from "./questions.js";

export type QuestionName = keyof typeof questions;

/** What a question is asked with: its name, the fits it takes with their bootstraps, and what else its row asks. */
export type SolveOptions<Name extends QuestionName> = { question: Name } & Parameters<
  (typeof questions)[Name]["solve"]
>[0];

/** What a question answers: numbers with intervals (`Derived`), what was found with them, and notes. */
export type Answer<Name extends QuestionName> = ReturnType<(typeof questions)[Name]["solve"]>;

export function solve<Name extends QuestionName>(options: SolveOptions<Name>): Answer<Name> {
  const { question, ...asked } = options;
  if (!Object.hasOwn(questions, question))
    throw new Error(`laws.solve: invalid question: ${question}; known: ${Object.keys(questions).join(", ")}`);
  return questions[question].solve(asked as never) as Answer<Name>;
}
