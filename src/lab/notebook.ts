/**
 * The notebook file: nbformat 4.5 in, nbformat 4.5 out (https://nbformat.readthedocs.io/en/latest/format_description.html).
 * Reading checks every field that we use; writing is canonical (sorted keys, one-space indent, text as a list of lines,
 * a newline at the end), so that running a notebook twice changes only what the run changed. Not a runner.
 */
import { createHash } from "node:crypto";
import * as z from "zod";

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

const text = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? value : value.join("")));
const metadata = z.record(z.string(), z.unknown());
const bundle = metadata.transform((data) =>
  Object.fromEntries(Object.entries(data).map(([mime, value]) => [mime, joined(mime, value)])),
);
const count = z.union([z.int(), z.null()]);
const output = z.discriminatedUnion("output_type", [
  z.object({ output_type: z.literal("stream"), name: z.enum(["stdout", "stderr"]), text }),
  z.object({ output_type: z.literal("display_data"), data: bundle, metadata }),
  z.object({ output_type: z.literal("execute_result"), data: bundle, metadata, execution_count: count }),
  z.object({ output_type: z.literal("error"), ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) }),
]);
const attachments = z.record(z.string(), bundle).optional();
const shared = {
  metadata,
  source: text,
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
};
const cell = z.discriminatedUnion("cell_type", [
  z.object({ ...shared, cell_type: z.literal("code"), outputs: z.array(output), execution_count: count }),
  z.object({ ...shared, cell_type: z.literal("markdown"), attachments }),
  z.object({ ...shared, cell_type: z.literal("raw"), attachments }),
]);
const notebook = z.object({ cells: z.array(cell), metadata, nbformat: z.literal(4), nbformat_minor: z.int().min(0) });

/** Long text of a bundle may be stored as lines; JSON types are kept as they are. */
function joined(mime: string, value: unknown): unknown {
  const lines = Array.isArray(value) && !isJson(mime) && value.every((line) => typeof line === "string");
  return lines ? value.join("") : value;
}

function isJson(mime: string): boolean {
  return mime === "application/json" || mime.endsWith("+json");
}

/** Reads the text of an .ipynb; `name` is how errors call it. Older minors of version 4 become 4.5: cells without an id get one. */
export function parseNotebook(content: string, name = "notebook"): Notebook {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new Error(`parseNotebook: invalid JSON in ${name}: ${(error as Error).message}`, { cause: error });
  }
  const version = (json as { nbformat?: unknown } | null)?.nbformat;
  if (typeof version === "number" && version !== 4)
    throw new Error(
      `parseNotebook: invalid nbformat in ${name}: ${version}; convert it to 4 (jupyter nbconvert --to notebook)`,
    );
  const result = notebook.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new Error(
      `parseNotebook: invalid ${issue?.path.join(".") || "notebook"} in ${name}: ${issue?.message ?? "unknown"}`,
    );
  }
  const seen = new Set<string>();
  for (const { id } of result.data.cells) {
    if (id !== undefined && seen.has(id))
      throw new Error(`parseNotebook: invalid cell id in ${name}: ${id} is there twice`);
    if (id !== undefined) seen.add(id);
  }
  const cells = result.data.cells.map((each) => ({ ...each, id: each.id ?? freshId(each.source, seen) }));
  return { ...result.data, cells: cells as Cell[], nbformat_minor: Math.max(5, result.data.nbformat_minor) };
}

/** An id made of the cell's own text, so that the same notebook always gets the same ids. */
function freshId(source: string, seen: Set<string>): string {
  for (let copy = 0; ; copy++) {
    const id = createHash("sha256").update(`${copy}\n${source}`).digest("hex").slice(0, 8);
    if (seen.has(id)) continue;
    seen.add(id);
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
