/**
 * Executes a notebook cell by cell on a kernel, without Python. A cell counts as done only when its own reply is "ok"
 * (a notebook whose cells were skipped or aborted must not look green); the first that is not stops the run, unless it is
 * tagged "raises-exception". Reads and writes no files: `run-file.ts` does.
 */
import type { OnProgress } from "../../types.js";
import { startKernel, type Kernel } from "./connection.js";
import type { Failure } from "../kernel/failure.js";
import { isRun, isTagged, type Cell, type Notebook, type Output } from "./notebook.js";
import { collectOutputs, type Collector } from "./outputs.js";
import type { Content } from "../wire.js";

export interface RunOptions {
  /** How progress calls the notebook; defaults to "notebook". */
  name?: string;
  /** The folder cells see as the notebook's; defaults to the current one. */
  folder?: string;
  /** What `params()` returns in the notebook: JSON, given to the kernel as PALIMPSEST_PARAMS, and told by a cell of the result. */
  params?: object;
  /** Variables of the kernel's environment on top of this process's own. */
  env?: Record<string, string>;
  /** Aborting interrupts the running cell and runs no other. */
  signal?: AbortSignal;
  /** Called when a cell begins, and with the progress that cells report. */
  onProgress?: OnProgress;
  /** Called with lines for the person who waits, such as one about a cell that keeps the kernel from answering. */
  onNotice?: (line: string) => void;
  /** Ids of the cells to run, where not all; the others keep what they have. */
  only?: ReadonlySet<string>;
  /** By id, what is written down of a cell that ended well, as `metadata.palimpsest`. */
  records?: ReadonlyMap<string, object>;
  /** Called after every cell with the notebook as far as it ran. */
  onCell?: (notebook: Notebook) => void;
}

export interface FailedCell extends Failure {
  /** 1 for the first cell of the notebook, markdown counted. */
  cell: number;
  source: string;
}

/** How a failure of the kernel itself is called, which no tag of a cell allows. */
export const kernelError = "KernelError";

export interface RunResult {
  status: "ok" | "failed" | "interrupted";
  /** The notebook with the outputs of what ran; the one that was given is left alone. */
  notebook: Notebook;
  /** Code cells that ended well, and code cells there are to run. */
  done: number;
  total: number;
  failure?: FailedCell;
  seconds: number;
}

/** Throws only when `params` are not the notebook's, no kernel can be started or `onCell` throws; any other failure is in the result, with what ran so far. */
export async function runNotebook(given: Notebook, options: RunOptions = {}): Promise<RunResult> {
  const { folder, params, signal, name = "notebook", onProgress = () => {}, onNotice = () => {}, onCell } = options;
  const { only, records } = options;
  checkLanguage(given);
  const started = Date.now();
  const notebook = await ready(given, options);
  const cells = notebook.cells.filter((cell) => isRun(cell) && (only?.has(cell.id) ?? true));
  const total = cells.length;
  let done = 0;
  const finish = (status: RunResult["status"], failure?: FailedCell): RunResult => {
    const seconds = (Date.now() - started) / 1000;
    return { status, notebook, done, total, seconds, ...(failure && { failure }) };
  };
  if (signal?.aborted) return finish("interrupted");
  if (only?.size === 0) return finish("ok");

  const env = { ...options.env, PALIMPSEST_RUNNER: "1" };
  const parameters: Record<string, string> = params === undefined ? {} : { PALIMPSEST_PARAMS: JSON.stringify(params) };
  onProgress({ label: name, done, total, note: "starting the kernel" });
  const kernel = await startKernel({ folder, env: { ...env, ...parameters } });
  const interrupt = (): void => kernel.interrupt();
  signal?.addEventListener("abort", interrupt);
  try {
    const where = (): string => `${name} ${Math.min(done + 1, total)}/${total}`;
    const collector = collectOutputs((each) => onProgress({ ...each, label: `${where()} ${each.label}` }));
    kernel.onPublish(collector.take);
    noticeSilence(kernel, (seconds) => onNotice(`${where()}: the cell has not paused for ${seconds} s; still waiting`));
    for (const cell of cells) {
      if (signal?.aborted) return finish("interrupted");
      onProgress({ label: name, done, total, note: headingAbove(notebook, cell) });
      const failure = await runCell(kernel, cell, collector);
      const allowed = isTagged(cell, "raises-exception") && failure?.ename !== kernelError && !signal?.aborted;
      if (failure === undefined || allowed) done++;
      if (only) recount(cell, notebook.cells.filter(isRun).indexOf(cell) + 1);
      if (failure === undefined && records?.has(cell.id)) cell.metadata.palimpsest = records.get(cell.id);
      onCell?.(notebook);
      if (failure === undefined || allowed) continue;
      const at = { cell: notebook.cells.indexOf(cell) + 1, source: cell.source };
      return finish(signal?.aborted ? "interrupted" : "failed", { ...failure, ...at });
    }
    onProgress({ label: name, done, total });
    return finish("ok");
  } finally {
    signal?.removeEventListener("abort", interrupt);
    await kernel.close();
  }
}

/** Executes one cell into its `outputs`; what went wrong, or nothing. */
export async function runCell(kernel: Kernel, cell: Cell, collector: Collector): Promise<Failure | undefined> {
  const outputs: Output[] = [];
  cell.outputs = outputs;
  delete cell.metadata.palimpsest;
  let failure: Failure | undefined;
  try {
    const content = {
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    };
    const reply = await kernel.request("execute_request", { ...content, code: cell.source }, (id) =>
      collector.follow(id, outputs),
    );
    if (typeof reply.execution_count === "number") cell.execution_count = reply.execution_count;
    if (reply.status !== "ok") failure = failureOf(reply);
  } catch (error) {
    failure = { ename: kernelError, evalue: (error as Error).message, traceback: [] };
  }
  const told = outputs.some((each) => each.output_type === "error");
  if (failure && !told) outputs.push({ output_type: "error", ...failure });
  return failure;
}

/** Counts a cell as if all had run, so that those that did not are not counted twice. */
function recount(cell: Cell, count: number): void {
  cell.execution_count = count;
  for (const output of cell.outputs ?? []) if (output.output_type === "execute_result") output.execution_count = count;
}

/** Our kernel says why in its reply; any reply that is not "ok" is a failure, whatever it is called. */
function failureOf(reply: Content): Failure {
  const {
    ename = "Aborted",
    evalue = `the kernel replied "${String(reply.status)}"`,
    traceback = [],
  } = reply as Partial<Failure>;
  return { ename, evalue, traceback };
}

/** A cell that computes without a pause keeps the kernel silent; said at 30 s and then every minute. */
function noticeSilence(kernel: Kernel, tell: (seconds: number) => void): void {
  let next = 30;
  kernel.onSilence((seconds) => {
    if (seconds === 0) next = 30;
    if (seconds < next) return;
    tell(seconds);
    next = seconds + 60;
  });
}

/** A copy, with a cell of the parameters; who gives none does not wait for a parser. */
async function ready(given: Notebook, { params, only }: RunOptions): Promise<Notebook> {
  const copy = onOurKernel(given, only === undefined);
  if (params === undefined) return copy;
  const { withParameters } = await import("./parameters-cell.js");
  return withParameters(copy, params);
}

/** A copy without what an earlier run left. */
export function cleared(given: Notebook): Notebook {
  return onOurKernel(given, true);
}

/** A copy that names our kernel; without what an earlier run left, if it is to be cleared. */
function onOurKernel(given: Notebook, clear: boolean): Notebook {
  const cells = given.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const copy = { ...cell, metadata: { ...cell.metadata } };
    if (!clear) return copy;
    delete copy.metadata.palimpsest;
    return { ...copy, outputs: [], execution_count: null };
  });
  const kernelspec = { name: "palimpsest", display_name: "TypeScript (Palimpsest)", language: "typescript" };
  const language = { name: "typescript", file_extension: ".ts", mimetype: "text/typescript" };
  return { ...given, cells, metadata: { ...given.metadata, kernelspec, language_info: language } };
}

/** Kernels that some notebooks name without saying their language. */
const typescriptKernel = /palimpsest|tslab|typescript|deno/i;

function checkLanguage({ metadata }: Notebook): void {
  const { kernelspec, language_info: info } = metadata as Record<string, Record<string, unknown> | null | undefined>;
  const language = kernelspec?.language ?? info?.name;
  const name = kernelspec?.name;
  const is = String(language ?? (name === undefined || typescriptKernel.test(String(name)) ? "typescript" : name));
  if (is.toLowerCase() === "typescript") return;
  throw new Error(`runNotebook: invalid notebook language: ${is} (not a TypeScript notebook)`);
}

/** The section a cell belongs to, for the person who watches. */
export function headingAbove(notebook: Notebook, cell: Cell): string | undefined {
  const above = notebook.cells.slice(0, notebook.cells.indexOf(cell)).reverse();
  for (const { cell_type, source } of above) {
    const heading = cell_type === "markdown" ? /^#+ +(.*)$/m.exec(source)?.[1] : undefined;
    if (heading) return heading;
  }
  return undefined;
}
