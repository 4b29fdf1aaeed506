/**
 * What every verb shares: one place where an Error becomes one line and an exit code, where Ctrl-C becomes an abort
 * signal, and where `--json` becomes one object on stdout. Exit codes: 0 done, 1 the work failed, 2 bad arguments,
 * 130 stopped at once by a second Ctrl-C.
 */
import type { Command } from "commander";

/** Thrown by a verb whose arguments cannot be what the user meant: exit code 2 instead of 1. */
export class BadArguments extends Error {}

/** Errors of a check become bad arguments. */
export function understand<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof BadArguments ? error : new BadArguments((error as Error).message);
  }
}

/** What a verb leaves: `json` is printed with --json, `text` otherwise; `failed` makes the exit code 1. */
export interface Outcome {
  json: object;
  text?: string;
  failed?: boolean;
}

export interface Work {
  /** Aborted by the first Ctrl-C: finish the step, save, return. */
  signal: AbortSignal;
}

/**
 * Makes a commander action of `body`, which gets the verb's arguments, then its options, then `Work`.
 * Commander calls an action with (…arguments, options, command).
 */
export function work<Options extends object>(
  body: (args: string[], options: Options, work: Work) => Promise<Outcome | void>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals() as Options & { json?: boolean };
    const verb = nameOf(command);
    const controller = new AbortController();
    const onInterrupt = (): void => {
      if (controller.signal.aborted) process.exit(130);
      process.stderr.write("\nfinishing; press again to stop at once\n");
      controller.abort(new Error("interrupted"));
    };
    process.on("SIGINT", onInterrupt);
    try {
      const outcome = await body(command.args, options, { signal: controller.signal });
      if (outcome === undefined) return;
      if (options.json) print(JSON.stringify(outcome.json));
      else if (outcome.text) print(outcome.text);
      if (outcome.failed) process.exitCode = 1;
    } catch (error) {
      const line = describe(error);
      process.stderr.write(`palimpsest ${verb}: ${line}\n`);
      if (process.env.DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
      if (options.json) print(JSON.stringify({ error: line }));
      process.exitCode = error instanceof BadArguments ? 2 : 1;
    } finally {
      process.off("SIGINT", onInterrupt);
    }
  };
}

/** "kernel install" for a verb of a verb. */
function nameOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(" ");
}

/** An error as one line: what was thrown may hold many. */
function describe(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.split("\n", 1)[0] ?? "unknown error";
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Appends a runnable example to a verb's --help. */
export function example(command: Command, line: string): Command {
  return command.addHelpText("after", `\nExample:\n  $ ${line}`);
}
