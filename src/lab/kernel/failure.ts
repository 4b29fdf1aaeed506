/** Why a cell failed, in the fields that Jupyter has for it. */
import { hintOf } from "./hint.js";
import { tidyError } from "./traceback.js";
import type { Problem } from "./types.js";

export interface Failure {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** Of something thrown that may throw itself where it is read. */
export function thrownFailure(thrown: unknown): Failure {
  try {
    return failureOf(thrown);
  } catch {
    return plainFailure("Error", "what was thrown cannot be shown");
  }
}

function failureOf(thrown: unknown): Failure {
  const traceback = tidyError(thrown).split("\n");
  if (!(thrown instanceof Error)) return { ename: "Error", evalue: String(thrown), traceback };
  const [line = ""] = thrown.message.split("\n", 1);
  return { ename: thrown.name, evalue: line + hintOf(line), traceback };
}

/** Of a cell that did not compile. */
export function compileFailure(problems: readonly Problem[]): Failure {
  const traceback = problems.map(
    ({ file, line, column, message }) => `${file === undefined ? "" : `${file} `}${line}:${column} - ${message}`,
  );
  return { ename: "TypeScript", evalue: traceback[0] ?? "", traceback };
}

/** Of a cell of which this line is all that can be told. A `KernelError` is no failure that the tag of a cell allows. */
export function plainFailure(ename: "Error" | "Interrupted" | "BrokenOff" | "KernelError", evalue: string): Failure {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}
