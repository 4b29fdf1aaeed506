/**
 * Separated values as rows (RFC 4180), by csv-parse: fields in quotes may hold line ends, separators and doubled quotes; a quote
 * inside a field is itself. The first line names the columns, and says what separates them: what a column is without a name is no
 * field. A row that is too long, or whose quote never closes, is the last one: nobody knows where it ends.
 */
import { pipeline, Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { printable } from "../../foreign.js";
import type { PlacedRow, RowsOptions } from "./rows.js";
import { chunksOf } from "./unpack.js";
import { textPieces } from "./utf8.js";

export interface CsvRowsOptions extends RowsOptions {
  /** What a .tsv is separated by; of others the first line says it. */
  delimiter?: "\t" | undefined;
  /** Whether quotes are text as any other sign. */
  unquoted: boolean;
}

export async function* csvRows(options: CsvRowsOptions): AsyncGenerator<PlacedRow> {
  const { path, unquoted, longest, bad, signal } = options;
  const kind = options.delimiter === "\t" ? "TSV" : "CSV";
  const pieces = textPieces(chunksOf(path, signal), path);
  const { value: first = "" } = await pieces.next();
  const { delimiter = delimiterIn(first) } = options;
  // csv-parse counts lines otherwise where a field has line ends of two characters, so rows are named.
  const refused = (error: CsvError): Error =>
    new Error(
      `load: invalid ${kind} in ${path}, row ${Number(error.records)}: ${printable(error.message.replace(/ at line \d+/, ""))}`,
      { cause: error },
    );
  const parser = parse({
    delimiter,
    record_delimiter: lineEndsIn(first),
    ...(unquoted && { quote: null }),
    info: true,
    raw: !unquoted,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longest,
  });
  pipeline(Readable.from(after(first, pieces)), parser, () => {
    // Whoever reads the last of the two hears of it.
  });
  let names: string[] | undefined;
  try {
    for await (const { record, info, raw } of parser as AsyncIterable<{ record: string[]; info: Info; raw?: string }>) {
      if (!names) {
        names = record;
        const twice = names.find((name, i) => name !== "" && names!.indexOf(name) < i);
        if (twice === undefined) continue;
        throw new Error(`load: invalid columns of ${path}: ${printable(twice)} twice (name each otherwise)`);
      }
      const where = `${path}, row ${info.records - 1}`;
      if (raw !== undefined && runsOn(raw, delimiter))
        bad.met(
          new Error(
            `load: invalid row in ${where}: a quote that opens a field and closes in the middle of one, lines below (quotes: "none" where quotes are text)`,
          ),
        );
      else if (record.length === names.length)
        yield { row: Object.fromEntries(names.flatMap((name, i) => (name === "" ? [] : [[name, record[i]]]))), where };
      else
        bad.met(
          new Error(`load: invalid row in ${where}: ${record.length} fields where the first line has ${names.length}`),
        );
    }
  } catch (error) {
    throw error instanceof CsvError ? refused(error) : error;
  }
}

async function* after(first: string, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* pieces;
}

/** The first line, without what stands in quotes. */
const headOf = (text: string): string => text.replace(/"[^"]*"/g, "").split("\n", 1)[0]!;

/** Whichever there are most of; a comma where there are none. */
function delimiterIn(text: string): string {
  const head = headOf(text);
  const count = (mark: string): number => head.split(mark).length;
  return [",", ";", "\t", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** Carriage returns alone end lines where the first is ended by one. */
const lineEndsIn = (text: string): string[] => (/\r(?!$)/.test(headOf(text)) ? ["\r"] : ["\r\n", "\n"]);

/** Whether a row of several lines has a field whose quotes do not close where it ends: then nobody knows how many rows it is. */
function runsOn(raw: string, delimiter: string): boolean {
  const row = raw.trim();
  if (!/[\r\n]/.test(row)) return false;
  for (let at = 0; at < row.length; at++) {
    if (row[at] === '"') {
      do at = row.indexOf('"', at + 1) + 1;
      while (at > 0 && row[at] === '"');
      if (at === 0 || (at < row.length && row[at] !== delimiter)) return true;
    } else if ((at = row.indexOf(delimiter, at)) < 0) return false;
  }
  return false;
}
