/** What a recipe may say is trained: parts, rows of the two tables, and names of usual choices. What they come to is in `trainable.ts`. */
import * as z from "zod";

export type { NewRows } from "../rows.js";

/** Rows of a table: all, those that `newRows` names, from an id on, or listed by id. */
export type Rows = "all" | "new" | { from: number } | number[];

/** Absent means frozen. A tied head is the embedding table: what either field names is trained. */
export interface TrainableParts {
  /** Of the input embeddings. */
  embedding?: Rows;
  /** Of the output head. */
  head?: Rows;
  /** Whole layers, their norms included; negative numbers count from the last, which is -1. With all of them, what lies between them and the tables too. */
  layers?: "all" | number[];
  /** Every norm, the last one included. */
  norms?: boolean;
  /** Every bias, those of norms included. */
  biases?: boolean;
  /** Queries, keys, values and outputs of attention, in every layer. */
  attention?: boolean;
  /** The table of learned positions, where the model has one. */
  positions?: boolean;
}

/** A row of `trainables`, or parts. */
export type Trainable = TrainableName | TrainableParts;
export type TrainableName =
  "all" | "new-rows" | "tables" | "body" | "2x2LS" | "first-and-last" | "biases" | "attention";

export interface TrainableRow {
  summary: string;
  reference: string;
  parts: TrainableParts;
}

export const trainables: Record<TrainableName, TrainableRow> = {
  all: {
    summary: "every parameter",
    reference: "continual pre-training as such",
    parts: { embedding: "all", head: "all", layers: "all", norms: true, positions: true },
  },
  "new-rows": {
    summary: "the rows of new tokens, in both tables",
    reference: "Kim et al. 2024 (EEVE), stage 3, https://arxiv.org/abs/2402.14714",
    parts: { embedding: "new", head: "new" },
  },
  tables: {
    summary: "both tables, all rows",
    reference: "Artetxe et al. 2020, https://arxiv.org/abs/1910.11856",
    parts: { embedding: "all", head: "all" },
  },
  body: {
    summary: "everything but the two tables",
    reference: "Kim et al. 2024 (EEVE), stage 7, https://arxiv.org/abs/2402.14714",
    parts: { layers: "all", norms: true, positions: true },
  },
  "2x2LS": {
    summary: "both tables, the first two layers and the last two",
    reference: "Yamaguchi et al. 2024, https://arxiv.org/abs/2412.11704",
    parts: { embedding: "all", head: "all", layers: [0, 1, -2, -1] },
  },
  "first-and-last": {
    summary: "the first layer and the last",
    reference: "Yoo et al. 2026 (ELO), first stage, https://arxiv.org/abs/2601.03648",
    parts: { layers: [0, -1] },
  },
  biases: {
    summary: "every bias; a model without any has nothing to train",
    reference: "Ben Zaken et al. 2022 (BitFit), https://arxiv.org/abs/2106.10199",
    parts: { biases: true },
  },
  attention: {
    summary: "queries, keys, values and outputs of attention in every layer",
    reference: "Lee et al. 2025 (CLO), https://arxiv.org/abs/2505.14297",
    parts: { attention: true },
  },
};

const id = z.int().min(0);
const from = z.strictObject({ from: id });
const rows = z.union([z.enum(["all", "new"]), from, z.array(id).min(1)]).optional();
/** Shape of `newRows` and `trainable` in a recipe. */
export const newRows = z.union([from, z.array(id).min(1)], { error: `expected ids, or { "from": id }` });
export const trainable = z.union(
  [
    z.enum(Object.keys(trainables) as [TrainableName]),
    z.strictObject({
      embedding: rows,
      head: rows,
      layers: z.union([z.literal("all"), z.array(z.int()).min(1)]).optional(),
      norms: z.boolean().optional(),
      biases: z.boolean().optional(),
      attention: z.boolean().optional(),
      positions: z.boolean().optional(),
    }),
  ],
  {
    error: `expected one of ${Object.keys(trainables).join(", ")}, or parts: embedding, head, layers, norms, biases, attention, positions`,
  },
);
