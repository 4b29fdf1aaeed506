/** What merging has to know of the two tables: which rows two models share, and which models fit each other at all. */
import { tablesOf } from "../architecture/index.js";
import type { LanguageModel, ModelConfig, NdArray, Tokenizer } from "../types.js";

/** Whether a parameter of this shape of model has a row for each token. */
export function isTable(config: ModelConfig, name: string): boolean {
  const { embedding, head } = tablesOf(config);
  return name === embedding || name === head;
}

/** Ids that stand for the same token in all of them, ascending. */
export function sharedIds(...tokenizers: Tokenizer[]): number[] {
  const [first, ...others] = tokenizers as [Tokenizer, ...Tokenizer[]];
  const ids = Array.from({ length: first.size }, (_, id) => id);
  return ids.filter((id) => {
    const token = first.tokenOf(id);
    return token !== undefined && others.every((other) => other.tokenOf(id) === token);
  });
}

/** Rows of a table, as a table. */
export function rowsOf({ shape, data }: NdArray, ids: number[]): NdArray {
  const width = shape[1]!;
  const rows = new Float32Array(ids.length * width);
  ids.forEach((id, i) => rows.set(data.subarray(id * width, (id + 1) * width), i * width));
  return { shape: [ids.length, width], data: rows };
}

/** A copy of `table` with these rows instead of its own. */
export function withRows(table: NdArray, ids: number[], { data: rows }: NdArray): NdArray {
  const width = table.shape[1]!;
  const data = table.data.slice();
  ids.forEach((id, i) => data.set(rows.subarray(i * width, (i + 1) * width), id * width));
  return { shape: [...table.shape], data };
}

/** Throws unless all are one architecture with all its weights, the vocabulary aside. */
export function checkAlike(caller: string, models: Record<string, LanguageModel>): void {
  const [[first, reference], ...others] = Object.entries(models) as [
    [string, LanguageModel],
    ...[string, LanguageModel][],
  ];
  for (const [name, model] of others) {
    for (const field of Object.keys(reference.config) as (keyof LanguageModel["config"])[])
      if (field !== "vocabSize" && JSON.stringify(model.config[field]) !== JSON.stringify(reference.config[field]))
        throw new Error(
          `${caller}: invalid ${name}: ${field} is ${said(model.config[field])} (${first} has ${said(reference.config[field])})`,
        );
    for (const [weight, { shape }] of Object.entries(reference.weights)) {
      const other = model.weights[weight]?.shape;
      if (!other || (isTable(reference.config, weight) ? other[1] !== shape[1] : `${other}` !== `${shape}`))
        throw new Error(
          `${caller}: invalid ${name}: ${weight} is ${other ? `[${other}]` : "missing"} (${first} has [${shape}])`,
        );
    }
  }
}

const said = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));
