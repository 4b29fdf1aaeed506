/**
 * What the two halves of a kernel say to each other: the compiler of cells, and what runs what it makes. All is plain data, so
 * that each may live in a thread of its own. Not the Jupyter protocol.
 */

/** What the compiler says against a cell, at the cell's own place; lines and columns count from 1. */
export interface Problem {
  /** The module of the reader's that is wrong; absent where it is the cell itself. */
  file?: string;
  line: number;
  column: number;
  message: string;
}

/** By which errors of compiled code are placed in what was written: see `placeOf` of `places.ts`. */
export interface CodeMap {
  /** Source maps as JSON, from what runs to what was written. */
  steps: string[];
  /** Lines that the compiler wrote above the first line of the cell. */
  above: number;
}

/** Compiled code: CommonJS, in which `import(…)` is `require.load(…)`. */
export interface Code {
  code: string;
  map: CodeMap;
  /** Whether it awaits at its top, so that it must run as an async function. */
  awaits: boolean;
  /** The names that it requires before all else. */
  needs: string[];
  /** Of the names that it imports, those of the reader's own modules, with the files that they are. */
  own: Record<string, string>;
}

/** A module of the reader's that a cell imports. */
export interface CompiledModule extends Code {
  /** The file that was written. */
  source: string;
}

/**
 * A cell that can run: the body of a function of `exports` and `require`. Names of the cell are properties of `exports`, which is
 * the same for all cells; so are those of earlier cells that it uses.
 */
export interface CompiledCell extends Code {
  /** The property of `exports` that holds the value of its last expression; absent where it ends in a statement. */
  last?: string;
  /** Those that are new or were edited since they were last compiled: what was made of them before is to be forgotten. */
  modules: CompiledModule[];
}

/** `cell` is absent where there are problems, and where there is nothing to run. */
export interface Compilation {
  problems: Problem[];
  cell?: CompiledCell;
}

/** What completes a source: `matches` may stand for what is between the two offsets (in UTF-16 units). */
export interface Completion {
  start: number;
  end: number;
  matches: string[];
}

/** Whether a source is to be run when Enter is pressed, and if not, how far its next line is indented. */
export interface Completeness {
  status: "complete" | "incomplete" | "invalid";
  indent?: string;
}

/** Compiles the cells of one kernel, one after the other; each sees the names of those before it that ended. */
export interface CellCompiler {
  compile(source: string): Compilation;
  /**
   * The cell that was compiled last has run. `names`: the properties of `exports` that have a value (not undefined) now; of a
   * cell that failed half-way, later cells see those.
   */
  ended(well: boolean, names: Iterable<string>): void;
  /** Reads what every first import reads, which takes seconds: a cell that comes later is compiled at once. */
  warm(): void;
  /** Forgets what cells have declared. */
  forget(): void;
  complete(source: string, at: number): Completion;
  /** Help on what is at an offset, by MIME type; undefined where there is nothing to say. */
  inspect(source: string, at: number): Record<string, string> | undefined;
  isComplete(source: string): Completeness;
  close(): void;
}
