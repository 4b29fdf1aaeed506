/** How long the rows of the two tables are, on the way: the mean, of old rows and of new ones. No text is read. */
import { tablesOf } from "../../architecture/index.js";
import { rowNorms as normsOf } from "../../measure/index.js";
import { made, type Json } from "../../registry.js";
import type { NewRows } from "../step/parameters/trainables.js";
import type { Evaluator } from "./types.js";

export interface RowNormsOptions {
  /** Which rows are new, e.g. `{ from: base.tokenizer.size }`; defaults to none. */
  newRows?: NewRows;
}

/** Rows: metrics `row-norm.embedding.old` and `.new`, `row-norm.head.old` and `.new` where the head is a table of its own. */
export function rowNorms({ newRows }: RowNormsOptions = {}): Evaluator {
  return made({
    name: "row-norms",
    options: { newRows: newRows as Json | undefined },
    begin({ model: { config, weights }, leaves }) {
      const names = Object.keys({ ...weights, ...leaves.added });
      const { embedding, head } = tablesOf(config);
      const tables = { embedding, ...(!config.tied && head !== undefined && { head }) };
      const fresh = idsOf(newRows, config.vocabSize);
      return {
        async evaluate(state) {
          const own = await state.read(names);
          const now = leaves.merged?.(own) ?? own;
          return Object.entries(tables).flatMap(([table, name]) =>
            normsOf({ table: now[name]!, newRows: fresh }).map(({ rows, mean }) => ({
              metric: `row-norm.${table}.${rows}`,
              value: mean,
            })),
          );
        },
        async dispose() {},
      };
    },
  });
}

function idsOf(newRows: NewRows | undefined, count: number): number[] {
  if (newRows === undefined || Array.isArray(newRows)) return newRows ?? [];
  return Array.from({ length: Math.max(0, count - newRows.from) }, (_, i) => newRows.from + i);
}
