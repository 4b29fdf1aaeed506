/**
 * What heads attend to in a text, a square each: a row for a token that looks, a column for one that is looked at, the darker the
 * more. One head has the tokens at its axes; several are small beside one another.
 */
import type { NdArray } from "../types.js";
import { figure } from "./figure.js";
import { gridOf } from "./grid.js";
import { note } from "./heading.js";
import { shading } from "./shades.js";
import { axis, bare, config, layout } from "./theme.js";
import { shownToken } from "./token-text.js";
import type { Axis, Figure, Layout, Trace } from "./types.js";

/** `train.attentionMaps` gives the first two. */
export interface AttentionViewOptions {
  /** Tokens as a reader sees them. */
  texts: readonly string[];
  /** Of `weights` [heads, time, time] each row is what one token attends to, and sums to 1. */
  layers: readonly { layer: number; weights: NdArray }[];
  /** One of the layers; defaults to all. */
  layer?: number;
  /** From 0; defaults to all. */
  head?: number;
  title?: string;
}

/** Cells of all panels together that a page still draws. */
const MOST = 250_000;
/** Pixels of a token in a large panel; of a small panel, the room about it, and of all of them in a row. */
const [CELL, SIDE, ROOM, WIDE] = [22, 150, 34, 880];

export function attentionView({ texts, layers: given, layer, head, title }: AttentionViewOptions): Figure {
  const fail = (what: string): never => {
    throw new Error(`charts.attentionView: invalid ${what}`);
  };
  const time = texts.length;
  const layers = given.filter((one) => layer === undefined || one.layer === layer);
  if (layers.length === 0) fail(`layer: ${layer} (of ${given.map((one) => one.layer).join(", ") || "none"})`);
  const panels = layers.flatMap(({ layer, weights: { shape, data } }) => {
    const [heads = 0, down, across] = shape;
    if (!(down === time && across === time)) fail(`weights: ${shape.join(" x ")} (${time} tokens)`);
    if (!(head === undefined || (Number.isInteger(head) && head >= 0 && head < heads)))
      fail(`head: ${head} (0 to ${heads - 1})`);
    const asked = head === undefined ? Array.from({ length: heads }, (_, one) => one) : [head];
    return asked.map((head) => {
      const row = (at: number): number[] => Array.from(data.subarray(at * time, (at + 1) * time));
      return { name: `layer ${layer}, head ${head}`, z: texts.map((_, query) => row(head * time + query)) };
    });
  });
  if (panels.length * time ** 2 > MOST)
    fail(
      `texts: ${time} tokens of ${panels.length} heads (a shorter text, or one layer or head: ${MOST} cells at most)`,
    );
  const { range, stops, words } = shading([0, ...panels.flatMap(({ z }) => z.flat())], { scale: "sequential" });
  const alone = panels.length === 1;
  const inRow = panels.length / layers.length;
  const columns = columnsOf(inRow > 1 ? inRow : panels.length);
  const rows = Math.ceil(panels.length / columns);
  const side = alone ? Math.max(220, CELL * time) : Math.min(SIDE, Math.floor((WIDE + ROOM) / columns) - ROOM);
  const [width, height] = [(side + ROOM) * columns - ROOM, (side + ROOM) * rows - ROOM];
  const names = texts.map((text) => shownToken(text));
  const all = texts.map((_, i) => i);
  const ticks: Axis = { ...bare, tickvals: alone ? all : [], ticktext: alone ? names : [] };
  const places = gridOf({ panels: panels.length, columns, across: ROOM / width, down: ROOM / height });
  const axes: Layout = {};
  for (const { x, y, suffix, domains } of places) {
    const [down, across] = alone ? ["Token that looks", "Token looked at"] : ["", ""];
    axes[`xaxis${suffix}`] = axis(across, {
      ...ticks,
      ...{ domain: domains.x, anchor: y, range: [-0.5, time - 0.5], tickangle: -90 },
    });
    axes[`yaxis${suffix}`] = axis(down, { ...ticks, domain: domains.y, anchor: x, range: [time - 0.5, -0.5] });
  }
  const name = alone ? `${panels[0]!.name}; ` : "rows look at columns; ";
  const caption = `${name}share of attention, ${words((share) => share.toFixed(2))}`;
  const edge = alone ? 60 + 8 * Math.max(...names.map((text) => [...text].length)) : 24;
  const margin = { l: edge, r: 24, t: (title ? 64 : 30) + (alone ? 0 : title ? 40 : 20), b: edge };
  return figure({
    data: panels.map(({ z, name }, p): Trace => ({
      ...{ type: "heatmap", name, x: all, y: all, z, zmin: range[0], zmax: range[1], colorscale: stops },
      ...{ showscale: false, xaxis: places[p]!.x, yaxis: places[p]!.y },
      // The axes of small panels have no names that a hover could say.
      ...(alone && { customdata: names.map((from) => names.map((to) => `${from} looks at ${to}`)) }),
      hovertemplate: `${alone ? "%{customdata}" : "%{y} looks at %{x}"}: %{z:.3f}<extra>${name}</extra>`,
    })),
    config,
    layout: layout({
      ...axes,
      width: Math.max(420, width + margin.l + margin.r),
      height: height + margin.t + margin.b,
      margin,
      annotations: [
        note(caption, { x: "paper", y: "paper", above: alone ? 6 : 26, size: 13 }),
        ...(alone
          ? []
          : panels.map(({ name }, p) => note(name, { x: `${places[p]!.x} domain`, y: `${places[p]!.y} domain` }))),
      ],
      ...(title && { title: { text: title } }),
      showlegend: false,
    }),
  });
}

/** As many as there are, or the largest part of them that fits in a row. */
const columnsOf = (panels: number): number =>
  panels <= 8 ? panels : ([8, 7, 6, 5, 4, 3].find((count) => panels % count === 0) ?? 8);
