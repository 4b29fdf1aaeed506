/**
 * The parameters of a notebook's file, before anything runs: which defaults its call of `lab.params` has, and the cell that
 * puts other values in their place, tagged and placed as papermill does. Not the reading of them in a cell: `params.ts`.
 */
import { runInNewContext } from "node:vm";
import ts from "typescript";
import { foreignJson, isRecord } from "../../foreign.js";
import { isTagged, type Cell, type Notebook } from "./notebook.js";
import { settle } from "../cell/settings.js";

export interface Parameters {
  /** The index of the cell that calls `lab.params`. */
  at: number;
  /** What that cell calls them, `settings`; none where it takes them apart. */
  name?: string;
  /** None where they cannot be known without running what stands before them. */
  defaults?: Record<string, unknown>;
}

/** The first call of `params({ defaults })` in a notebook, or nothing. */
export function parametersOf({ cells }: Notebook): Parameters | undefined {
  for (const [at, { cell_type: type, source }] of cells.entries()) {
    if (type !== "code" || !source.includes("params")) continue;
    const found = callIn(source);
    if (found) return { at, ...found };
  }
  return undefined;
}

/**
 * The notebook with a cell, tagged "injected-parameters", of what is given: in the place of such a cell that an earlier run
 * left, after the cell tagged "parameters", or first. Throws one line for a name the notebook does not have and for another type.
 */
export function withParameters(notebook: Notebook, given: object): Notebook {
  const found = parametersOf(notebook);
  if (found?.defaults) settle(found.defaults, given);
  const { at = Infinity, name } = found ?? {};
  const old = notebook.cells.findIndex((cell) => isTagged(cell, "injected-parameters"));
  const cells = notebook.cells.filter((_, index) => index !== old);
  const tagged = notebook.cells.findIndex((cell) => isTagged(cell, "parameters"));
  const place = name === undefined ? 0 : old >= 0 ? old : tagged + 1;
  // Before the call of `lab.params` its result has no name yet.
  const source = place > at && name !== undefined ? assigned(name, given) : announced(given);
  const ids = new Set(cells.map(({ id }) => id));
  let id = "injected-parameters";
  while (ids.has(id)) id += "-";
  const metadata = { tags: ["injected-parameters"] };
  const cell: Cell = { cell_type: "code", id, metadata, source, outputs: [], execution_count: null };
  return { ...notebook, cells: [...cells.slice(0, place), cell, ...cells.slice(place)] };
}

/** `void`, for a kernel shows the value of a cell's last expression. */
function assigned(name: string, given: object): string {
  return `// Parameters\nvoid Object.assign(${name}, ${literal(given)});`;
}

function announced(given: object): string {
  return `// Parameters\nvoid Object.assign(process.env, { PALIMPSEST_PARAMS: JSON.stringify(${literal(given)}) });`;
}

function literal(given: object): string {
  const lines = Object.entries(given).map(([key, value]) => `  ${keyOf(key)}: ${JSON.stringify(value)},\n`);
  return `{\n${lines.join("")}}`;
}

const keyOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

function callIn(source: string): Omit<Parameters, "at"> | undefined {
  const visit = (node: ts.Node): Omit<Parameters, "at"> | undefined => {
    const written = ts.isCallExpression(node) && defaultsIn(node);
    if (!written) return ts.forEachChild(node, visit);
    const { parent } = node;
    const named = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name);
    return { name: named ? parent.name.getText() : undefined, defaults: valueOf(written.getText()) };
  };
  try {
    return visit(ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true));
  } catch {
    return undefined; // Deeper than the compiler can go; the kernel will say so.
  }
}

/** What `defaults` is in `lab.params({ defaults: … })`. */
function defaultsIn({ expression: called, arguments: [options] }: ts.CallExpression): ts.Expression | undefined {
  const name = ts.isPropertyAccessExpression(called) ? called.name.text : called.getText();
  if (name !== "params" || options === undefined || !ts.isObjectLiteralExpression(options)) return undefined;
  const property = options.properties.find((each) => each.name?.getText() === "defaults");
  if (property === undefined) return undefined;
  return ts.isPropertyAssignment(property) ? property.initializer : options;
}

/** The value of an expression that needs nothing around it, if it is an object of JSON. */
function valueOf(expression: string): Record<string, unknown> | undefined {
  try {
    const script = ts.transpile(`(${expression})`, { target: ts.ScriptTarget.ES2022 });
    const value = foreignJson(JSON.stringify(runInNewContext(script, {}, { timeout: 1000 })));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
