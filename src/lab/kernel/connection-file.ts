/** The file by which a Jupyter client tells a kernel where to listen and with which key to sign. Read and checked, not written. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { foreignJson, show } from "../../foreign.js";

const port = z.int().min(0).max(65535);
const connection = z.object({
  transport: z.literal("tcp"),
  ip: z.string().regex(/^[\w.:*-]{1,255}$/),
  key: z.string(),
  signature_scheme: z.literal("hmac-sha256").optional(),
  shell_port: port,
  iopub_port: port,
  control_port: port,
  stdin_port: port,
  hb_port: port,
});

export type Connection = z.infer<typeof connection>;

/** Throws one line that names the file and the field. */
export function readConnectionFile(path: string): Connection {
  let value: unknown;
  try {
    value = foreignJson(readFileSync(path, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`kernel: invalid connection file: ${path}: ${code ?? message}`, { cause: error });
  }
  const { data, error } = connection.safeParse(value);
  if (data) return data;
  const [field] = error.issues[0]!.path;
  const found = field === undefined ? value : (value as Record<string, unknown>)[String(field)];
  throw new Error(
    `kernel: invalid connection file: ${path}: ${field === undefined ? "" : `${String(field)} is `}${show(found)} (Jupyter writes this file)`,
  );
}
