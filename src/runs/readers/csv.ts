/**
 * CSV and TSV (RFC 4180), parsed by arquero as the file streams in. What is added here: the header is read first, so that a
 * repeated column or a row with too many cells (a decimal comma, an unquoted name) is an error instead of a silent shift,
 * and text that is held many times is held once.
 */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { TextDecoderStream } from "node:stream/web";
import { checkName } from "../../names.js";
import { arquero } from "../arquero.js";
import { cellOf } from "./cells.js";
import { type Cell, checkSize, mostColumns, refuse, type Row, type Source } from "./types.js";

/** Collects what a row has beyond the header. */
const beyond = "\u0000beyond";
const longestHeader = 4 << 20;
const longestRow = 64 << 20;

export async function readCsv({ path }: Source): Promise<Row[]> {
  const { header, names, delimiter } = await readHeader(path);
  const text = new Map<string, string>();
  const parse = (value: string): Cell => {
    const cell = cellOf(value);
    if (typeof cell !== "string") return cell;
    const known = text.get(cell);
    if (known === undefined && text.size < 100_000) text.set(cell, cell);
    return known ?? cell;
  };
  const parsers = Object.fromEntries(["", ...names, beyond].map((name) => [name, parse]));
  const head = [...names, beyond].map((name) => `"${name.replaceAll('"', '""')}"`).join(delimiter);
  const stream = wholeRows(replaceHeader(textOf(path), header, head), path);
  const table = await arquero().fromCSVStream(stream, { delimiter, parse: parsers });
  const columns = names.map((name) => table.array(name) as ArrayLike<Cell | undefined>);
  const extra = table.array(beyond) as ArrayLike<Cell | undefined>;
  const rows: Row[] = [];
  for (let i = 0; i < table.totalRows(); i++) {
    if (extra[i] !== null && extra[i] !== undefined)
      throw refuse(
        path,
        `row ${i + 1}: more cells than the header's ${names.length}`,
        "quote text that has the delimiter in it",
      );
    const row: Row = {};
    names.forEach((name, k) => (row[name] = columns[k]![i] ?? null));
    // A blank line is no row; in a table of one column it may be a value that is not there.
    if (names.length === 1 || names.some((name) => row[name] !== null)) rows.push(row);
  }
  return rows;
}

const textOf = (path: string): ReadableStream<string> =>
  (Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>).pipeThrough(
    new TextDecoderStream("utf-8", { fatal: true }) as unknown as TransformStream<Uint8Array, string>,
  );

/** The header as it stands in the file, its names, and what parts its cells. */
async function readHeader(path: string): Promise<{ header: string; names: string[]; delimiter: string }> {
  let text = "";
  for await (const chunk of textOf(path) as unknown as AsyncIterable<string>) {
    text += chunk;
    if (endOfLine(text) >= 0) break;
    if (text.length > longestHeader) throw refuse(path, "header: longer than 4 MB", "is this a CSV file?");
  }
  const end = endOfLine(text);
  const header = end < 0 ? text : text.slice(0, end);
  const plain = header.replace(/"[^"]*"/g, "");
  const count = (mark: string): number => plain.split(mark).length;
  const delimiter = count("\t") > count(",") ? "\t" : count(";") > count(",") ? ";" : ",";
  if (header.trim() === "") throw refuse(path, "header: empty", "the first line names the columns");
  if (/\r(?!$)/.test(plain))
    throw refuse(
      path,
      "line ends: carriage returns alone",
      "save it with line feeds, as all but the oldest programs do",
    );
  const first = arquero().fromCSV(`${header.replace(/\r$/, "")}\n`, { delimiter, header: false, autoType: false });
  const names = first
    .columnNames()
    .map((column, k) => String(first.get(column, 0) ?? "").trim() || (k === 0 ? "index" : `column ${k + 1}`));
  if (names.length > mostColumns) throw refuse(path, `header: ${names.length} columns`, `at most ${mostColumns}`);
  for (const name of names) checkName(name, "column");
  const again = names.find((name, k) => names.indexOf(name) !== k);
  if (again !== undefined)
    throw refuse(path, `header: ${JSON.stringify(again)} twice`, "give each column its own name");
  return { header, names, delimiter };
}

/** Where the first line ends, quotes respected; −1 when it does not. */
function endOfLine(text: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === "\n" && !quoted) return i;
  }
  return -1;
}

function replaceHeader(body: ReadableStream<string>, header: string, by: string): ReadableStream<string> {
  let left = header.length;
  let begun = false;
  return body.pipeThrough(
    new TransformStream<string, string>({
      transform(chunk, controller) {
        if (!begun) controller.enqueue(by);
        begun = true;
        const cut = Math.min(left, chunk.length);
        left -= cut;
        if (cut < chunk.length) controller.enqueue(chunk.slice(cut));
      },
    }),
  );
}

/**
 * The same text in pieces that end where a row ends: arquero 8.0.3 loses its place when a piece of the stream ends inside
 * quotes. A newline ends a row when the quotes before it are paired.
 */
function wholeRows(text: ReadableStream<string>, path: string): ReadableStream<string> {
  let held = "";
  let seen = 0;
  let quoted = false;
  let lines = 0;
  return text.pipeThrough(
    new TransformStream<string, string>({
      transform(chunk, controller) {
        held += chunk;
        let end = 0;
        for (; seen < held.length; seen++) {
          const code = held.charCodeAt(seen);
          if (code === 34) quoted = !quoted;
          else if (code === 10 && !quoted) [end, lines] = [seen + 1, lines + 1];
        }
        checkSize(path, lines);
        if (end > 0) controller.enqueue(held.slice(0, end));
        held = held.slice(end);
        seen -= end;
        if (held.length > longestRow) throw refuse(path, `row ${lines}: longer than 64 MB`, "is a quote left open?");
      },
      flush(controller) {
        if (quoted)
          throw refuse(path, `row ${lines}: a quote that does not close`, "close it, or double it inside text");
        if (held !== "") controller.enqueue(`${held}\n`);
      },
    }),
  );
}
