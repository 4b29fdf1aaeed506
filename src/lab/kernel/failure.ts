/**
 * Why a cell failed, in the fields that Jupyter has for it. tslab reports a failure only by calling `console.error`: with
 * what was thrown, or with a format and the parts of a compiler's message, once for each message.
 */
import { format } from "node:util";
import { hintOf } from "./hint.js";
import { tidyError } from "./traceback.js";

export interface Failure {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** `reports`: the arguments of each of those calls during one cell. */
export function describeFailure(reports: unknown[][]): Failure {
  const [thrown, ...more] = reports.at(-1) ?? ["unknown error"];
  if (more.length > 0) {
    const messages = reports.map((report) => format(...report));
    return { ename: "TypeScript", evalue: messages[0] ?? "", traceback: messages };
  }
  if (!(thrown instanceof Error))
    return { ename: "Error", evalue: String(thrown), traceback: tidyError(thrown).split("\n") };
  const [line = ""] = thrown.message.split("\n", 1);
  const evalue = line + hintOf(line);
  return { ename: thrown.name, evalue, traceback: tidyError(thrown).split("\n") };
}
