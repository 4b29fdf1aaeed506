/**
 * Comma- or tab-separated values as rows (RFC 4180), by csv-parse: fields in quotes may hold line ends, separators and doubled
 * quotes; a quote inside a field is itself. The first line names the columns. A row that is too long, or whose quote never closes,
 * is the last one: nobody knows where it ends.
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
  const kind = delimiter === "," ? "CSV" : "TSV";
  // csv-parse counts lines otherwise where a field has line ends of two characters, so rows are named.
  const refused = (error: CsvError): Error =>
    new Error(
      `load: invalid ${kind} in ${path}, row ${Number(error.records)}: ${printable(error.message.replace(/ at line \d+/, ""))}`,
      { cause: error },
    );
  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n"],
    info: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longest,
  });
  pipeline(Readable.from(textPieces(chunksOf(path, signal), path)), parser, () => {
    // Whoever reads the last of the two hears of it.
  });
  let names: string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      if (!names) {
        names = record;
        const twice = names.find((name, i) => names!.indexOf(name) < i);
        if (twice === undefined) continue;
        throw new Error(`load: invalid columns of ${path}: ${printable(twice)} twice (name each otherwise)`);
      }
      const where = `${path}, row ${info.records - 1}`;
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
