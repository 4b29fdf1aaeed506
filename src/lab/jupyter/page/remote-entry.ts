/**
 * Where a page of JupyterLab or Notebook 7 finds our extension: the two functions by which it loads a federated module
 * (https://webpack.js.org/concepts/module-federation/). `lab-extension.ts` writes it, and the files it imports, as one
 * script; it runs in the browser, and Node never loads it.
 */
import { outputsSoFar, type Notebooks } from "./outputs-so-far.js";
import { plotlyRenderer, type Widgets } from "./plotly-renderer.js";
import { markStale, type Actions } from "./stale-cells.js";

/** The modules that the page shares, by name and version. */
type Scope = Record<string, Record<string, { get(): Promise<() => unknown> }>>;

interface Page {
  document: { currentScript: { src: string } };
  _JUPYTERLAB?: Record<string, object>;
}

const page = globalThis as unknown as Page;
const library = page.document.currentScript.src.replace(/[^/]*$/, "plotly.min.js");
let scope: Scope = {};

async function shared(name: string): Promise<unknown> {
  const [module] = Object.values(scope[name] ?? {});
  if (!module) throw new Error(`palimpsest: this page shares no ${name}`);
  return (await module.get())();
}

const modules: Record<string, () => Promise<object[]>> = {
  "./mimeExtension": async () => [plotlyRenderer((await shared("@lumino/widgets")) as Widgets, library)],
  "./extension": async () => {
    const notebooks = (await shared("@jupyterlab/notebook")) as Notebooks & Actions;
    return [outputsSoFar(notebooks), markStale(notebooks)];
  },
};

page._JUPYTERLAB ??= {};
page._JUPYTERLAB["palimpsest"] = {
  init: (given: Scope): void => {
    scope = given;
  },
  get: async (name: string): Promise<() => object> => {
    const plugins = await modules[name]!();
    return () => ({ __esModule: true, default: plugins });
  },
};
