/**
 * Runs compiled cells, each as a function in this thread's own context. What cells declare lies in one object, `exports`, and
 * stays there from cell to cell. Knows neither Jupyter nor the compiler.
 */
import Module, { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import vm from "node:vm";
import { placeOf, type PlaceOf } from "./places.js";
import type { CompiledCell } from "./types.js";

export interface Cells {
  /** The value of its last expression. Throws, or rejects, what the cell does; `name` is what errors call it. */
  run(cell: CompiledCell, name: string): Promise<unknown>;
  /** The names that have a value. */
  names(): string[];
}

/** Named, since V8 puts the name before that of a function that is called as a property: see `traceback.ts`. */
class CellNames {}

/** `root`: the folder from which cells import; `places`: by the name of a script, where its code was written. */
export function createCells(root: string, places: Map<string, PlaceOf>): Cells {
  const exports = new CellNames() as Record<string, unknown>;
  const modules = new Map<string, Module | string>();
  const require = requireFrom(join(root, "cell.js"), modules);
  return {
    run: async ({ code, map, awaits, last, modules: compiled }, name) => {
      for (const { path, source, code, map } of compiled) {
        modules.set(path, code);
        places.set(path, placeOf(source, map));
      }
      places.set(name, placeOf(name, map));
      const source = `(${awaits ? "async " : ""}function (exports, require) { ${rewritable(code)}\n})`;
      const body = vm.runInThisContext(source, { filename: name, displayErrors: false }) as (
        ...given: unknown[]
      ) => unknown;
      await body(exports, require);
      if (last === undefined) return undefined;
      const value = exports[last];
      exports[last] = undefined; // Not deleted: V8 then keeps all names in a slower kind of object.
      return await value;
    },
    names: () => Object.keys(exports).filter((name) => exports[name] !== undefined),
  };
}

/** Imported names are getters in what TypeScript writes; a later cell may declare them anew, so here they are values. */
function rewritable(code: string): string {
  return code.replace(
    /^Object\.defineProperty\(exports, ("\w+"), \{ enumerable: true, get: function \(\) \{ return ([^;]+); \} \}\);$/gm,
    "exports[$1] = $2;",
  );
}

/** `require` of a file, which finds modules of the reader's as they were compiled: by their path, loaded or as code. */
function requireFrom(file: string, modules: Map<string, Module | string>): NodeJS.Require {
  const require = createRequire(file);
  return new Proxy(require, {
    apply: (_, __, [id]: [string]) => {
      const path = join(dirname(file), extname(id) === "" ? `${id}.js` : id);
      const module = /^\.{1,2}(\/|$)/.test(id) ? modules.get(path) : undefined;
      if (module === undefined) return require(id) as unknown;
      return (typeof module === "string" ? load(path, module, modules) : module).exports as unknown;
    },
  });
}

function load(path: string, code: string, modules: Map<string, Module | string>): Module {
  const module = Object.assign(new Module(path), { filename: path, require: requireFrom(path, modules) });
  modules.set(path, module);
  (module as unknown as { _compile(code: string, path: string): void })._compile(code, path);
  return module;
}
