/**
 * What the two threads of a kernel say to each other: the front, which speaks Jupyter, and the process's main thread, which
 * runs cells. Plain data. A run is one execution of a cell or of an expression, numbered from 1 for the life of the kernel.
 */
import type { MimeBundle } from "../notebook/notebook.js";
import type { Failure } from "./failure.js";
import type { CompiledCell } from "./types.js";

export type ToCells =
  /** `name`: what errors call it. */
  | { do: "run"; run: number; name: string; cell: CompiledCell }
  /** Work that can end in good order does; where there is none, the run is given up. */
  | { do: "interrupt"; run: number }
  /** The run is over, whatever it still does. */
  | { do: "give up"; run: number }
  /** What the person said to a question, or why there will be no answer. */
  | { do: "answer"; question: number; value?: string; refusal?: string }
  | { do: "exit" };

export type ToFront =
  /** Written to a stream; of a run that may have ended. */
  | { is: "text"; run: number; stream: "stdout" | "stderr"; text: string }
  /** A message to be published as it is. */
  | { is: "message"; run: number; type: string; content: Record<string, unknown> }
  | { is: "question"; run: number; question: number; prompt: string; password: boolean }
  /** An interrupt was heard before its run had ended. */
  | { is: "heard"; run: number }
  | { is: "ended"; run: number; outcome: Outcome }
  /** A signal came that interrupts. */
  | { is: "signal" }
  /** The process is ending, and waits for the front to have closed its sockets. */
  | { is: "exit"; code: number };

/** How a run ended. `names` are the properties of the cells' exports that have a value. */
export interface Outcome {
  /** Whether it came to its end; it may have `failure` even so, when it was interrupted. */
  well: boolean;
  names: string[];
  /** What its last expression is shown as. */
  result?: MimeBundle;
  failure?: Failure;
}

/** What the threads share: characters of text that the front has not yet taken; and 1 once it has closed its sockets. */
export type Flow = Int32Array;
