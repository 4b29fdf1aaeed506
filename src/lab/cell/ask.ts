/** A question to the person who runs the cell: in Jupyter a line to type in, in a script the terminal. */
import { createInterface } from "node:readline/promises";
import { getHost } from "./host.js";

export interface AskOptions {
  /** Whether what is typed is not shown, in Jupyter; defaults to false. */
  password?: boolean;
}

/** Rejects where nobody can be asked, such as under `palimpsest run`; what a notebook needs there is a parameter. */
export async function ask(question: string, { password = false }: AskOptions = {}): Promise<string> {
  const host = getHost();
  if (host) return host.ask(question, password);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(`${question} `);
  } finally {
    terminal.close();
  }
}
