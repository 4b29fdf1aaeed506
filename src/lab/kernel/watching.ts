/**
 * Keeps tslab's compiler from watching what a notebook does not edit. It watches every folder below the root for files
 * that might satisfy an import, and when any file appears there (a run's metrics, a rebuilt library) it may throw
 * "Unexpected pending rebuildTimer" into the running cell or fail the next one (tslab keeps one timer where TypeScript
 * needs two). What stays watched are the user's own sources, so an edited module is compiled anew at the next cell.
 * An import that failed is looked up anew once another cell has run.
 */
import { createRequire } from "node:module";
import { sep } from "node:path";
import { packageRoot } from "../paths.js";

interface Watcher {
  close(): void;
}

interface Compiler {
  sys: {
    watchFile(path: string, ...rest: unknown[]): Watcher;
    watchDirectory(path: string, ...rest: unknown[]): Watcher;
  };
}

/** To be called before tslab makes its converter. */
export function watchSourcesOnly(): void {
  const fromTslab = createRequire(require.resolve("tslab/dist/converter.js"));
  const { sys } = fromTslab("@tslab/typescript-for-tslab") as Compiler;
  const nothing: Watcher = { close: () => {} };
  const watchFile = sys.watchFile.bind(sys);
  const library = `${packageRoot}${sep}dist${sep}`;
  sys.watchDirectory = () => nothing;
  sys.watchFile = (path, ...rest) => {
    const edited = /\.[cm]?tsx?$/.test(path) && !/[\\/]node_modules[\\/]/.test(path) && !path.startsWith(library);
    return edited ? watchFile(path, ...rest) : nothing;
  };
}
