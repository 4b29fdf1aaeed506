/** Columns of an Arrow file or stream as rows, a record batch at a time. */
import { arrowBatches } from "../arrow/read.js";
import { plainly } from "../parquet/footer.js";
import { columnsOf } from "./field-path.js";
import type { PlacedRow, Row, RowsOptions } from "./rows.js";
import { chunksOf } from "./unpack.js";

export async function* arrowRows(options: RowsOptions): AsyncGenerator<PlacedRow> {
  const { path, bad, signal } = options;
  let number = 0;
  try {
    for await (const { rows, values } of arrowBatches(chunksOf(path, signal), (names) => columnsOf(options, names)))
      for (let i = 0; i < rows; i++) {
        const where = `${path}, row ${++number}`;
        let row: Row;
        try {
          row = Object.fromEntries([...values].map(([name, column]) => [name, column.at(i)]));
        } catch (error) {
          bad.met(new Error(`load: invalid row in ${where}: ${plainly("it", error).message}`, { cause: error }));
          continue;
        }
        yield { row, where };
      }
  } catch (error) {
    const { message } = plainly("a message that", error);
    if (signal?.aborted || message.startsWith("load: ")) throw error;
    throw new Error(`load: cannot read ${path} as Arrow (damaged, or another format): ${message}`, { cause: error });
  }
}
