/**
 * One execute_request from its beginning to its reply: compiled here, run elsewhere. Outputs of the cell are published by
 * `publish.ts` as they come; here is what stands around them.
 */
import type { MimeBundle } from "../notebook/notebook.js";
import type { Content, Message } from "../wire.js";
import { compileFailure, type Failure } from "./failure.js";
import type { Entry } from "./history.js";
import type { Outcome } from "./talk.js";
import { cellName } from "./traceback.js";
import type { CellCompiler, CompiledCell } from "./types.js";

export interface Execution {
  compiler: CellCompiler;
  history: Entry[];
  /** Runs on behalf of a request; `name` is what errors call it. */
  run(request: Message, name: string, cell: CompiledCell): Promise<Outcome>;
  publish(request: Message, type: string, content: Content): void;
  /** The count of a cell that begins. */
  begin(request: Message, count: number): void;
}

type Ended = { result?: MimeBundle; failure?: Failure };

/** Makes the content of replies; the executions of one kernel, which count together. */
export function createExecute(kernel: Execution): (request: Message) => Promise<Content> {
  const { compiler, history, publish } = kernel;
  let counted = 0;

  const evaluate = async (request: Message, name: string, code: string): Promise<Ended> => {
    const { problems, cell } = compiled(compiler, code);
    if (problems.length > 0) return { failure: compileFailure(problems) };
    if (!cell) {
      compiler.ended(true, []);
      return {};
    }
    const { well, names, ...ended } = await kernel.run(request, name, cell);
    compiler.ended(well, names);
    return ended;
  };

  const expressionsOf = async (request: Message): Promise<Content> => {
    const values: Content = {};
    const asked = Object.entries((request.content.user_expressions ?? {}) as Record<string, unknown>);
    for (const [key, code] of asked) {
      const { result, failure } = await evaluate(request, cellName(0), String(code));
      values[key] = failure ? { status: "error", ...failure } : { status: "ok", data: result ?? {}, metadata: {} };
    }
    return values;
  };

  return async (request) => {
    const { content } = request;
    const code = String(content.code);
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false && code.trim() !== "";
    if (stored) counted++;
    const count = counted;
    const entry: Entry = { line: count, input: code };
    if (stored) history.push(entry);
    kernel.begin(request, count);
    if (!silent) publish(request, "execute_input", { code, execution_count: count });
    const { result, failure } = await evaluate(request, cellName(stored ? count : 0), code);
    if (typeof result?.["text/plain"] === "string") entry.output = result["text/plain"];
    if (result && !silent) publish(request, "execute_result", { data: result, metadata: {}, execution_count: count });
    if (failure) {
      if (!silent) publish(request, "error", { ...failure });
      return { status: "error", execution_count: count, ...failure };
    }
    const user_expressions = await expressionsOf(request);
    return { status: "ok", execution_count: count, payload: [], user_expressions };
  };
}

/** A compiler that fails itself is a problem of the cell that it failed on. */
function compiled(compiler: CellCompiler, code: string): ReturnType<CellCompiler["compile"]> {
  try {
    return compiler.compile(code);
  } catch (error) {
    return { problems: [{ line: 1, column: 1, message: `the compiler failed: ${(error as Error).message}` }] };
  }
}
