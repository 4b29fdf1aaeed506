/** Text of which the truth is known, made by rule: documents to train on, and questions about what they say. */
import type { Made } from "../../registry.js";
import type { Rng } from "../../rng.js";

export interface Generator extends Made {
  /** The same draws give the same text. */
  generate(at: { rng: Rng }): Generated;
}

export interface Generated {
  /** What a model is trained on to know the answers. */
  documents: string[];
  questions: Question[];
}

/** Which of the choices goes on from the context, after a blank where there is a context. */
export interface Question {
  context: string;
  choices: string[];
  /** Index of the right one. */
  gold: number;
  /** What questions are told apart by in scores, e.g. "depth-2". */
  group?: string;
}
