/**
 * Comma- or tab-separated values as rows (RFC 4180), by csv-parse: fields in quotes may hold line ends, separators and doubled
 * quotes. The first line names the columns. In tab-separated files a quote inside a field is itself.
 */
import { pipeline, Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { printable } from "../../foreign.js";
import type { PlacedRow, RowsOptions } from "./rows.js";
import { chunksOf } from "./unpack.js";
import { textPieces } from "./utf8.js";

export interface CsvRowsOptions extends RowsOptions {
  delimiter: "," | "\t";
}

export async function* csvRows({ path, delimiter, longest, bad, signal }: CsvRowsOptions): AsyncGenerator<PlacedRow> {
  const refused = (error: CsvError): Error =>
    new Error(`load: invalid ${delimiter === "," ? "CSV" : "TSV"} in ${path}: ${printable(error.message)}`, {
      cause: error,
    });
  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n"],
    info: true,
    relax_quotes: delimiter === "\t",
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longest,
    skip_records_with_error: true,
    on_skip(error) {
      // After one that is too long the parser does not find its way.
      if (error && error.code !== "CSV_MAX_RECORD_SIZE") bad.met(refused(error));
      else if (error) throw refused(error);
      return undefined;
    },
  });
  pipeline(Readable.from(textPieces(chunksOf(path, signal), path)), parser, () => {
    // Whoever reads the last of the two hears of it.
  });
  let names: string[] | undefined;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const where = `${path}, line ${line}`;
      line = info.lines + 1;
      if (!names) {
        names = record;
        const twice = names.find((name, i) => names!.indexOf(name) < i);
        if (twice === undefined) continue;
        throw new Error(`load: invalid columns of ${path}: ${printable(twice)} twice (name each otherwise)`);
      }
      if (record.length === names.length)
        yield { row: Object.fromEntries(names.map((name, i) => [name, record[i]])), where };
      else
        bad.met(
          new Error(`load: invalid row in ${where}: ${record.length} fields where the first line has ${names.length}`),
        );
    }
  } catch (error) {
    throw error instanceof CsvError ? refused(error) : error;
  }
}
