/**
 * What a kernel answers at once, whatever its cells do: one row for each request. Running cells, interrupts and the end are
 * no rows; they are in `front.ts`. A request that has no row is refused.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { version as typescript } from "typescript";
import { packageRoot } from "../paths.js";
import type { Content, Message } from "../wire.js";
import { historyOf, type Entry } from "./history.js";
import type { CellCompiler } from "./types.js";

/** What the replies are made of. */
export interface Desk {
  compiler: CellCompiler;
  history: readonly Entry[];
}

type Reply = (desk: Desk, request: Message) => Content;

export const replies: Record<string, Reply> = {
  kernel_info_request: () => kernelInfo,
  complete_request: ({ compiler }, { content }) => {
    const [code, at] = sourceOf(content);
    const { start, end, matches } = compiler.complete(code, at);
    return { matches, cursor_start: points(code, start), cursor_end: points(code, end), metadata: {} };
  },
  inspect_request: ({ compiler }, { content }) => {
    const data = compiler.inspect(...sourceOf(content));
    return { found: data !== undefined, data: data ?? {}, metadata: {} };
  },
  is_complete_request: ({ compiler }, { content }) => {
    const { status, indent = "" } = compiler.isComplete(String(content.code));
    return status === "incomplete" ? { status, indent } : { status };
  },
  history_request: ({ history }, request) => ({ ...historyOf(history, request) }),
  // No cell can open a comm, and one that a client opens is closed: there are no widgets of JavaScript's own.
  comm_info_request: () => ({ comms: {} }),
};

const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };

const kernelInfo: Content = {
  protocol_version: "5.4",
  implementation: "palimpsest",
  implementation_version: version,
  language_info: {
    name: "typescript",
    version: typescript,
    mimetype: "text/typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    nbconvert_exporter: "script",
    // Jupyter Notebook before 7 colours by the name, JupyterLab by the mode.
    codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
  },
  banner: `TypeScript (Palimpsest ${version})`,
  help_links: [],
  debugger: false,
  supported_features: [],
};

/** Jupyter counts Unicode characters, JavaScript units of UTF-16: an emoji is one of those and two of these. */
function sourceOf({ code, cursor_pos: cursor }: Content): [code: string, at: number] {
  const source = String(code);
  return [source, Array.from(source).slice(0, Number(cursor)).join("").length];
}

const points = (code: string, at: number): number => Array.from(code.slice(0, at)).length;
