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
  /** Names of the documents: two generators' documents of one name say the same. Defaults to none. */
  keys?: string[];
  truth?: Truth;
}

/** What is exactly known of the text as a whole, where something is. */
export interface Truth {
  /** Entropy of a symbol given all before it, in nats (over ln 2: in bits): the floor of a loss by symbols. */
  nats?: number;
  /** Entropy of the documents over their UTF-8 bytes, ends not counted: in expectation no model's bits per byte are fewer. */
  bitsPerByte?: number;
  /** What somebody has learned who knows every fact: log2 of how many such worlds were as likely. */
  bits?: number;
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
