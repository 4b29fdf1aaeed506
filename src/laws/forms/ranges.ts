/** The inputs and ranges that many laws share, so that a column means the same everywhere. */
import type { Input, Parameter } from "../types.js";

export const parametersInput: Input = {
  name: "parameters",
  unit: "parameters",
  summary: "model size; say which count (with or without embeddings) and keep to it",
  min: 0,
  max: Infinity,
  openMin: true,
};

export const tokensInput: Input = {
  name: "tokens",
  unit: "tokens",
  summary: "tokens trained on",
  min: 0,
  max: Infinity,
  openMin: true,
};

export const shareInput: Input = {
  name: "share",
  unit: "token share",
  summary: "share of the domain whose loss this is",
  min: 0,
  max: 1,
};

/** A constant that is not negative. */
export const positive = (name: string, unit: string, summary: string, typical: number): Parameter => ({
  name,
  unit,
  summary,
  range: [0, Infinity],
  typical,
});

/** An exponent between 0 and `most`. */
export const exponent = (name: string, summary: string, typical = 0.3, most = 4): Parameter => ({
  name,
  unit: "1",
  summary,
  range: [0, most],
  typical,
});

/** A constant of either sign. */
export const signed = (name: string, unit: string, summary: string, typical: number): Parameter => ({
  name,
  unit,
  summary,
  range: [-Infinity, Infinity],
  typical,
});
