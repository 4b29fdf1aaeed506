/**
 * Runs compiled cells, each as a function in this thread's own context. What cells declare lies in one object, `exports`, and
 * stays there from cell to cell. Knows neither Jupyter nor the compiler.
 */
import { createModules, functionOf, type ModulesOptions } from "./modules.js";
import { placeOf } from "./places.js";
import type { CompiledCell } from "./types.js";

export interface Cells {
  /** The value of its last expression. Throws, or rejects, what the cell does; `name` is what errors call it. */
  run(cell: CompiledCell, name: string): Promise<unknown>;
  /** The names that have a value. */
  names(): string[];
}

/** Named, since V8 puts the name before that of a function that is called as a property: see `traceback.ts`. */
class CellNames {}

/** `places`: by the name of a script, where its code was written. */
export function createCells(options: ModulesOptions): Cells {
  const exports = new CellNames() as Record<string, unknown>;
  const modules = createModules(options);
  return {
    run: async (cell, name) => {
      const { code, map, awaits, last } = cell;
      modules.take(cell.modules);
      options.places.set(name, placeOf(name, map));
      const require = await modules.ready(cell);
      await functionOf(rewritable(code), name, "exports, require", awaits)(exports, require);
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
