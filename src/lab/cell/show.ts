/**
 * `show` and `liveChart`: figures and tables in the output of a cell, wherever in the cell they are. What a cell's last
 * expression is shown as is `result.ts`'s.
 */
import { randomUUID } from "node:crypto";
import { svgOf } from "../../charts/index.js";
import { captionBundle } from "./caption.js";
import { bundleOf, isLater, type Showable } from "./bundle.js";
import { type Bundle, displaySender } from "./display.js";
import { type BundleOptions, type FigureLike, figureBundle } from "./figure-bundle.js";
import { getHost } from "./host.js";

export interface ShowOptions extends BundleOptions {
  /** What is under it: its title, in bold, and a sentence or three. */
  title?: string;
  caption?: string;
  /** Kept beside the output in the notebook's file, e.g. where its figure was saved. */
  metadata?: Record<string, unknown>;
}

/**
 * Shows a figure (interactive, with a still picture for readers without Plotly), a table, a run, a model, `{ markdown }`,
 * `{ html }`, `{ latex }`, `{ svg }`, an `{ image }`, or several things in a `{ row: [...] }`.
 */
export function show(thing: Showable, options: ShowOptions = {}): void {
  const send = displaySender();
  const { title, caption, metadata = {}, ...bounds } = options;
  const put = (data: Bundle, metadata: Record<string, unknown> = {}): void =>
    send({ data, metadata, transient: {} }, false);
  const bundle = bundleOf(thing, { svgOf: draw, ...bounds });
  const all = (data: Bundle): void => {
    put(data, metadata);
    if (title !== undefined || caption !== undefined) put(captionBundle({ title, caption }));
  };
  if (isLater(bundle)) void bundle.then(all);
  else all(bundle);
}

/** As the last expression of a cell it is nothing more: it has been shown. */
export interface LiveChart {
  /** Replaces the figure in place, now or as soon as the last change is a second old. */
  update(figure: FigureLike): void;
}

export interface LiveChartOptions {
  /** Least milliseconds between two changes; defaults to 1000. */
  every?: number;
}

/**
 * Shows a figure that changes while the cell runs. What is on the page when the cell ends is always the last figure; only
 * that one is sent with its still picture.
 */
export function liveChart(figure: FigureLike, options: LiveChartOptions = {}): LiveChart {
  const { every = 1000 } = options;
  const send = displaySender();
  const transient = { display_id: randomUUID() };
  let latest = figure;
  let sent: "nothing" | "figure" | "figure and picture" = "nothing";
  let sentAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const put = (picture: boolean): void => {
    clearTimeout(timer);
    timer = undefined;
    const update = sentAt > 0;
    sentAt = Date.now();
    sent = picture ? "figure and picture" : "figure";
    send({ data: figureBundle(latest, picture ? { svgOf: draw } : {}), metadata: {}, transient }, update);
  };
  const end = (): void => {
    getHost()?.cellEnd.delete(end);
    if (sent !== "figure and picture") put(true);
  };
  put(true);
  return {
    update: (next) => {
      getHost()?.cellEnd.add(end);
      latest = next;
      sent = "nothing";
      const wait = sentAt + every - Date.now();
      if (wait <= 0) put(false);
      else timer ??= setTimeout(() => put(false), wait);
    },
    [Symbol.for("Jupyter.display")]: () => ({}),
  };
}

function draw(figure: FigureLike): string {
  return svgOf(figure as Parameters<typeof svgOf>[0]);
}
