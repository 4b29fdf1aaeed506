/**
 * Draws Plotly figures in JupyterLab and Notebook 7. It exists because the renderer that comes with Python's plotly draws a
 * figure once and ignores every later `update_display_data` (seen in plotly 7.1.0), so that live charts stand still; and so
 * that any JupyterLab 4 will do, without Python's plotly. A figure, or a picture, is never wider than its cell, and in a dark theme what is
 * light is dark and the hues stay; print, and the picture that Plotly saves, are as the figure is.
 * https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html#mime-renderer-plugins
 */

interface Figure {
  data: object[];
  layout?: { width?: number; autosize?: boolean } & Record<string, unknown>;
  config?: object;
}

interface Plotly {
  react(node: object, data: object[], layout: object, config: object): Promise<unknown>;
  relayout(node: object, change: object): Promise<unknown>;
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

export interface Widgets {
  Widget: new () => Widget;
}

interface Element {
  src: string;
  textContent: string;
  onload: () => void;
  onerror: () => void;
}

/** The parts of a browser's global object that this file touches; Node's types know none of them. */
interface Page {
  document: {
    head: { append(element: Element): void };
    createElement(name: "script" | "style"): Element;
  };
  Plotly?: Plotly;
}

const page = globalThis as unknown as Page;
const mime = "application/vnd.plotly.v1+json";

/** White becomes nearly the black of JupyterLab's dark theme. */
const style = `
.jp-RenderedPlotly { overflow: hidden; }
.jp-RenderedSVG img { max-width: 100%; height: auto; }
@media screen {
  body[data-jp-theme-light="false"] :is(.jp-RenderedPlotly, img.palimpsest-figure) { filter: invert(0.93) hue-rotate(180deg); }
}
`;

let loading: Promise<Plotly> | undefined;

function loadPlotly(address: string): Promise<Plotly> {
  return (loading ??= new Promise((resolve, reject) => {
    const script = page.document.createElement("script");
    script.src = address;
    script.onload = () => resolve(page.Plotly as Plotly);
    script.onerror = () => reject(new Error(`cannot load ${address}`));
    page.document.head.append(script);
  }));
}

/** The width that a figure has in its cell: its own where there is room for it, else all there is. */
function widthIn(widget: Widget, own: number | undefined): number | undefined {
  const room = widget.node.offsetWidth;
  return own === undefined || room === 0 ? own : Math.min(own, room);
}

/** `library`: the address of plotly.js. */
export function plotlyRenderer({ Widget }: Widgets, library: string): object {
  const sheet = page.document.createElement("style");
  sheet.textContent = style;
  page.document.head.append(sheet);

  class RenderedPlotly extends Widget {
    private own: number | undefined;
    private drawn: number | undefined;

    constructor() {
      super();
      this.addClass("jp-RenderedPlotly");
    }

    /** A copy, since Plotly writes into what it is given; `uirevision` keeps a reader's zoom while a chart is live. */
    async renderModel(model: { data: Record<string, Figure> }): Promise<void> {
      const plotly = await loadPlotly(library);
      if (this.isDisposed) return;
      const { data, layout = {}, config = {} } = structuredClone(model.data[mime] as Figure);
      this.own = layout.width;
      this.drawn = widthIn(this, layout.width);
      const sized = { height: 400, uirevision: "live", ...layout, ...(this.drawn && { width: this.drawn }) };
      await plotly.react(this.node, data, sized, { responsive: true, displaylogo: false, ...config });
    }

    onResize(): void {
      if (!page.Plotly || this.node.offsetWidth === 0 || !("_fullLayout" in this.node)) return;
      const width = widthIn(this, this.own);
      if (width === undefined) void page.Plotly.Plots.resize(this.node);
      else if (width !== this.drawn) void page.Plotly.relayout(this.node, { width });
      this.drawn = width;
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
  return { id: "palimpsest:figures", rendererFactory, rank: 1, dataType: "json" };
}
