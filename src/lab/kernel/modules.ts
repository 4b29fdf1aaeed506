/**
 * What cells import when they run: modules of the reader's as the compiler made them, and packages, looked up from the file
 * that imports them and then from the lab's root. What only `import` can load is loaded before the cell runs.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import vm from "node:vm";
import { placeOf, type PlaceOf } from "./places.js";
import type { Code, CompiledModule } from "./types.js";

/** `require`, and `import(…)` as `load`. */
export interface Require {
  (name: string): unknown;
  resolve(name: string): string;
  load(name: string): Promise<unknown>;
}

export interface Modules {
  /** What was made of them before is forgotten. */
  take(modules: readonly CompiledModule[]): void;
  /** Loads what must be awaited of what this code imports; what cannot be found is left to fail where it is imported. */
  ready(code: Code): Promise<Require>;
}

export interface ModulesOptions {
  folder: string;
  root: string;
  places: Map<string, PlaceOf>;
}

export function createModules({ folder, root, places }: ModulesOptions): Modules {
  const compiled = new Map<string, CompiledModule>();
  const loaded = new Map<string, { exports: unknown }>();
  /** What `import` loaded, by who asked and for what. */
  const awaited = new Map<string, unknown>();

  const requireFrom = (file: string, own: Code["own"]): Require => {
    const [here, there] = [createRequire(file), createRequire(join(root, "cell.js"))];
    const resolve = (name: string): string => {
      try {
        return here.resolve(name);
      } catch (error) {
        if ((error as { code?: string }).code !== "MODULE_NOT_FOUND" || /^\.{0,2}\//.test(name)) throw error;
        return there.resolve(name);
      }
    };
    const require = (name: string): unknown => {
      const source = own[name];
      if (source !== undefined) return load(source).exports;
      return awaited.get(`${file}\n${name}`) ?? (here(resolve(name)) as unknown);
    };
    return Object.assign(require, {
      resolve,
      load: async (name: string) => {
        await settle(file, own, [name]);
        const value = require(name) as { __esModule?: boolean } | null;
        return value?.__esModule ? value : { ...value, default: value };
      },
    });
  };

  const settle = async (file: string, own: Code["own"], needs: readonly string[]): Promise<void> => {
    for (const name of needs) {
      const module = compiled.get(own[name] ?? "");
      if (module) {
        if (loaded.has(module.source)) continue;
        await settle(module.source, module.own, module.needs);
        if (module.awaits) await begin(module);
      } else if (!awaited.has(`${file}\n${name}`)) await tryBoth(file, name);
    }
  };

  /** Some packages are for `import` alone. */
  const tryBoth = async (file: string, name: string): Promise<void> => {
    try {
      requireFrom(file, {})(name);
    } catch (error) {
      const { code = "" } = error as { code?: string };
      if (!/^ERR_(REQUIRE_ESM|REQUIRE_ASYNC_MODULE|PACKAGE_PATH_NOT_EXPORTED)$/.test(code)) return;
      const module = await importFrom(file, name).catch(() => importFrom(join(root, "cell.js"), name));
      awaited.set(`${file}\n${name}`, { ...module, __esModule: true });
    }
  };

  const load = (source: string): { exports: unknown } => {
    const known = loaded.get(source);
    if (known) return known;
    void begin(compiled.get(source)!);
    return loaded.get(source)!;
  };

  /** A module that imports itself by another sees what it has exported so far. */
  const begin = ({ source, code, own, awaits }: CompiledModule): unknown => {
    const module = { exports: {} };
    loaded.set(source, module);
    const body = functionOf(code, source, "exports, require, module, __filename, __dirname", awaits);
    try {
      return body(module.exports, requireFrom(source, own), module, source, dirname(source));
    } catch (error) {
      loaded.delete(source);
      throw error;
    }
  };

  return {
    take: (modules) => {
      for (const module of modules) {
        compiled.set(module.source, module);
        loaded.delete(module.source);
        places.set(module.source, placeOf(module.source, module.map));
      }
    },
    ready: async ({ own, needs }) => {
      const cell = join(folder, "cell.js");
      await settle(cell, own, needs);
      return requireFrom(cell, own);
    },
  };
}

/** Code of the compiler's as a function. `name` is what errors call its script. */
export function functionOf(
  code: string,
  name: string,
  given: string,
  awaits: boolean,
): (...given: unknown[]) => unknown {
  const source = `(${awaits ? "async " : ""}function (${given}) { ${code}\n})`;
  return vm.runInThisContext(source, { filename: name, displayErrors: false }) as (...given: unknown[]) => unknown;
}

function importFrom(file: string, name: string): Promise<object> {
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const load = vm.runInThisContext("(name) => import(name)", { filename: file, importModuleDynamically });
  // Node says at the first one that this is new.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return (load as (name: string) => Promise<object>)(name);
  } finally {
    process.emitWarning = emitWarning;
  }
}
