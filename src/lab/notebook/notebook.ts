/**
 * The notebook file: nbformat 2 to 4 in, nbformat 4.5 out (https://nbformat.readthedocs.io/en/latest/format_description.html).
 * Reading takes what Python's `nbformat.read` takes: what is missing gets its default, what is invalid and not needed to run
 * (an old output, a repeated id) is left out, so that what is written is valid. Writing is canonical (sorted keys, one-space indent, text as a list of lines,
 * a newline at the end), so that running a notebook twice changes only what the run changed. Not a runner.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { foreignJson, printable, show } from "../../foreign.js";

/** A MIME bundle: text for text types, an object for JSON types. */
export type MimeBundle = Record<string, unknown>;

export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | { output_type: "display_data"; data: MimeBundle; metadata: Record<string, unknown> }
  | {
      output_type: "execute_result";
      data: MimeBundle;
      metadata: Record<string, unknown>;
      execution_count: number | null;
    }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** A cell of any type; `outputs` and `execution_count` are there for code cells only. */
export interface Cell {
  cell_type: "code" | "markdown" | "raw";
  id: string;
  metadata: Record<string, unknown>;
  source: string;
  outputs?: Output[];
  execution_count?: number | null;
  attachments?: Record<string, MimeBundle>;
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: 4;
  nbformat_minor: number;
}

/** Whether a cell has one of the tags that Jupyter's property inspector shows. */
export function isTagged({ metadata }: Cell, tag: string): boolean {
  return Array.isArray(metadata.tags) && metadata.tags.includes(tag);
}

/** A code cell that has code and is not tagged "skip-execution", which is nbclient's tag. */
export function isRun(cell: Cell): boolean {
  return cell.cell_type === "code" && cell.source.trim() !== "" && !isTagged(cell, "skip-execution");
}

const text = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? value : value.join("")));
const metadata = z.record(z.string(), z.unknown());
const bundle = metadata.transform((data) =>
  Object.fromEntries(Object.entries(data).map(([mime, value]) => [mime, joined(mime, value)])),
);
const count = z.union([z.int(), z.null()]).catch(null);
const output = z.discriminatedUnion("output_type", [
  z.object({ output_type: z.literal("stream"), name: z.enum(["stdout", "stderr"]), text }),
  z.object({ output_type: z.literal("display_data"), data: bundle, metadata }),
  z.object({ output_type: z.literal("execute_result"), data: bundle, metadata, execution_count: count }),
  z.object({ output_type: z.literal("error"), ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) }),
]);
const outputs = z
  .array(z.unknown())
  .catch([])
  .transform((each) => each.flatMap((one) => output.safeParse(one).data ?? []));
/** Metadata without the fields that the format defines and that hold something else. */
const metadataWith = (fields: Record<string, z.ZodType>): z.ZodType<Record<string, unknown>> =>
  metadata.catch({}).transform((data) =>
    Object.fromEntries(
      Object.entries(data).flatMap(([key, value]) => {
        const read = Object.hasOwn(fields, key) ? fields[key]!.safeParse(value) : { success: true, data: value };
        return read.success ? [[key, read.data]] : [];
      }),
    ),
  );
const tags = z.array(z.string().regex(/^[^,]+$/)).transform((each) => [...new Set(each)]);
const cellMetadata = metadataWith({
  tags,
  collapsed: z.boolean(),
  scrolled: z.union([z.boolean(), z.literal("auto")]),
  name: z.string().min(1),
  format: z.string(),
  jupyter: metadata,
  execution: metadata,
});
const cell = z
  .object({
    cell_type: z.string(),
    id: z
      .string()
      .regex(/^[a-zA-Z0-9_-]{1,64}$/)
      .catch(""),
    metadata: cellMetadata,
    source: text.optional(),
    attachments: z.record(z.string(), bundle).optional().catch(undefined),
    outputs,
    execution_count: count,
    // Names that versions 2 and 3 have for the source and for the count, and their headings.
    input: text.optional(),
    prompt_number: count,
    level: z.int().min(1).max(6).catch(1),
  })
  .transform(({ cell_type: type, id, metadata, input = "", source = input, ...rest }): Cell => {
    const shared = { id, metadata, source };
    const { outputs, execution_count: counted, prompt_number: prompt, attachments } = rest;
    if (type === "code") return { ...shared, cell_type: type, outputs, execution_count: counted ?? prompt };
    if (type === "heading") {
      const heading = `${"#".repeat(rest.level)} ${source.replace(/\s*\n\s*/g, " ")}`;
      return { ...shared, cell_type: "markdown", source: heading };
    }
    const known = type === "markdown" || type === "html" ? "markdown" : "raw";
    return { ...shared, cell_type: known, ...(attachments && { attachments }) };
  });
const cells = z.array(cell);
const shared = {
  metadata: metadataWith({ title: z.string(), authors: z.array(z.unknown()) }),
  nbformat_minor: z.int().min(0).catch(0),
};
const newer = z.object({ ...shared, cells });
const older = z
  .object({ ...shared, worksheets: z.array(z.object({ cells })) })
  .transform(({ worksheets, ...rest }) => ({ ...rest, cells: worksheets.flatMap((sheet) => sheet.cells) }));

/** Long text of a bundle may be stored as lines; JSON types are kept as they are. */
function joined(mime: string, value: unknown): unknown {
  const lines = Array.isArray(value) && !isJson(mime) && value.every((line) => typeof line === "string");
  return lines ? value.join("") : value;
}

function isJson(mime: string): boolean {
  return mime === "application/json" || mime.endsWith("+json");
}

/** Reads the text of an .ipynb; `name` is how errors call it. Older versions become 4.5: cells without an id get one. */
export function parseNotebook(content: string, name = "notebook"): Notebook {
  let json: unknown;
  try {
    json = foreignJson(content, { python: true });
  } catch (error) {
    throw new Error(`parseNotebook: invalid JSON in ${name}: ${(error as Error).message}`, { cause: error });
  }
  const version = (json as { nbformat?: unknown } | null)?.nbformat;
  if (version !== 2 && version !== 3 && version !== 4)
    throw new Error(
      `parseNotebook: invalid nbformat in ${name}: ${show(version)} (a notebook of version 2, 3 or 4 is needed)`,
    );
  const result = (version === 4 ? newer : older).safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new Error(
      `parseNotebook: invalid ${printable(issue?.path.join(".") ?? "") || "notebook"} in ${name}: ${issue?.message ?? "unknown"}`,
    );
  }
  const seen = new Set<string>();
  const copies = new Map<string, number>();
  const named = result.data.cells.map((each) => {
    const id = each.id === "" || seen.has(each.id) ? freshId(each.source, seen, copies) : each.id;
    seen.add(id);
    return { ...each, id };
  });
  const { metadata, nbformat_minor: minor } = result.data;
  return { cells: named, metadata, nbformat: 4, nbformat_minor: version === 4 ? Math.max(5, minor) : 5 };
}

/** An id made of the cell's own text and of how many such cells came before, so that the same notebook always gets the same ids. */
function freshId(source: string, seen: Set<string>, copies: Map<string, number>): string {
  for (let copy = copies.get(source) ?? 0; ; copy++) {
    const id = createHash("sha256").update(`${copy}\n${source}`).digest("hex").slice(0, 8);
    if (seen.has(id)) continue;
    seen.add(id);
    copies.set(source, copy + 1);
    return id;
  }
}

/** The canonical text of a notebook; byte for byte what Python's `nbformat.write` gives, but for the spelling of some numbers. */
export function writeNotebook(book: Notebook): string {
  const cells = book.cells.map((each) => ({
    ...each,
    source: lines(each.source),
    ...(each.outputs && { outputs: each.outputs.map(outputOnDisk) }),
    ...(each.attachments && { attachments: mapValues(each.attachments, bundleOnDisk) }),
  }));
  return `${JSON.stringify(sorted({ ...book, cells }), null, 1)}\n`;
}

function outputOnDisk(each: Output): object {
  if (each.output_type === "stream") return { ...each, text: lines(each.text) };
  if (each.output_type === "error") return each;
  return { ...each, data: bundleOnDisk(each.data) };
}

function bundleOnDisk(data: MimeBundle): MimeBundle {
  const long = (mime: string): boolean =>
    mime.startsWith("text/") || mime === "image/svg+xml" || mime === "application/javascript";
  return mapValues(data, (value, mime) => (typeof value === "string" && long(mime) ? lines(value) : value));
}

/** Lines that keep their newline; an empty text has none. */
function lines(value: string): string[] {
  return value.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function mapValues<From, To>(record: Record<string, From>, fn: (value: From, key: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fn(value, key)]));
}

/** The same JSON with the keys of every object in code point order, as Python sorts them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, each]) => [key, sorted(each)]),
  );
}
