/**
 * Draws Plotly figures in JupyterLab. It runs in the browser: its compiled text is the whole of a prebuilt JupyterLab
 * extension, which `lab-extension.ts` writes, and Node never loads it. It exists because the renderer that comes with
 * Python's plotly draws a figure once and ignores every later `update_display_data` (seen in plotly 7.1.0), so that live
 * charts stand still; and so that any JupyterLab 4 will do, without Python's plotly.
 * https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html#mime-renderer-plugins
 */

interface Figure {
  data: object[];
  layout?: Record<string, unknown>;
  config?: object;
}

interface Plotly {
  react(node: object, data: object[], layout: object, config: object): Promise<unknown>;
  purge(node: object): void;
  Plots: { resize(node: object): Promise<unknown> };
}

/** What we use of Lumino's Widget. */
interface Widget {
  node: { offsetWidth: number };
  isDisposed: boolean;
  addClass(name: string): void;
  dispose(): void;
}

interface Shared {
  [version: string]: { get(): Promise<() => { Widget: new () => Widget }> };
}

interface Script {
  src: string;
  onload: () => void;
  onerror: () => void;
}

/** The parts of a browser's global object that this file touches; Node's types know none of them. */
interface Page {
  document: {
    currentScript: { src: string };
    head: { append(script: Script): void };
    createElement(name: "script"): Script;
  };
  Plotly?: Plotly;
  _JUPYTERLAB?: Record<string, object>;
}

(() => {
  const page = globalThis as unknown as Page;
  const mime = "application/vnd.plotly.v1+json";
  const library = page.document.currentScript.src.replace(/[^/]*$/, "plotly.min.js");
  let shared: Record<string, Shared> = {};
  let loading: Promise<Plotly> | undefined;

  const loadPlotly = (): Promise<Plotly> =>
    (loading ??= new Promise((resolve, reject) => {
      const script = page.document.createElement("script");
      script.src = library;
      script.onload = () => resolve(page.Plotly as Plotly);
      script.onerror = () => reject(new Error(`cannot load ${library}`));
      page.document.head.append(script);
    }));

  /** A copy, since Plotly writes into what it is given; `uirevision` keeps a reader's zoom while a chart is live. */
  const draw = async (widget: Widget, figure: Figure): Promise<void> => {
    const plotly = await loadPlotly();
    if (widget.isDisposed) return;
    const { data, layout = {}, config = {} } = structuredClone(figure);
    const sized = { height: 400, uirevision: "live", ...layout };
    await plotly.react(widget.node, data, sized, { responsive: true, displaylogo: false, ...config });
  };

  const extension = (widgets: { Widget: new () => Widget }): object => {
    class RenderedPlotly extends widgets.Widget {
      constructor() {
        super();
        this.addClass("jp-RenderedPlotly");
      }
      renderModel(model: { data: Record<string, Figure> }): Promise<void> {
        return draw(this, model.data[mime] as Figure);
      }
      onResize(): void {
        if (page.Plotly && this.node.offsetWidth > 0 && "_fullLayout" in this.node)
          void page.Plotly.Plots.resize(this.node);
      }
      onAfterShow(): void {
        this.onResize();
      }
      override dispose(): void {
        if (page.Plotly && !this.isDisposed) page.Plotly.purge(this.node);
        super.dispose();
      }
    }
    const rendererFactory = {
      safe: true,
      mimeTypes: [mime],
      defaultRank: 1,
      createRenderer: () => new RenderedPlotly(),
    };
    return [{ id: "palimpsest-plotly:factory", rendererFactory, rank: 1, dataType: "json" }];
  };

  // The two functions by which a page loads a federated module: https://webpack.js.org/concepts/module-federation/
  page._JUPYTERLAB ??= {};
  page._JUPYTERLAB["palimpsest-plotly"] = {
    init: (scope: Record<string, Shared>): void => {
      shared = scope;
    },
    get: async (): Promise<() => object> => {
      const [widgets] = Object.values(shared["@lumino/widgets"] ?? {});
      if (!widgets) throw new Error("palimpsest-plotly: this JupyterLab shares no @lumino/widgets");
      const plugins = extension((await widgets.get())());
      return () => ({ __esModule: true, default: plugins });
    },
  };
})();
