/**
 * Figures of one panel beside one another in one: whatever kind they are of, a panel for each group of runs. Axes that are called
 * the same are shared, and what is called the same looks the same in all panels and is in the legend once.
 */
import { figure } from "./figure.js";
import { columnsFor, type GridPlace, gridOf, keysHeight } from "./grid.js";
import { heading } from "./heading.js";
import { config, faded, layout, type Style, styleOf } from "./theme.js";
import type { Annotation, Axis, Figure, Layout, Shape, Trace } from "./types.js";

export interface SmallMultiplesOptions {
  /** By what is written over the panel, in order, e.g. `{ Korean: charts.byLayer(…), Finnish: charts.byLayer(…) }`. */
  figures: Record<string, Figure>;
  /** Panels in a row; defaults to 3, to 2 where there are two or four. */
  columns?: number;
  /** Axes whose range all panels have; defaults to "both". */
  share?: "both" | "x" | "y" | "none";
  title?: string;
}

/** Pixels of a panel, and between two whose axes have no names there. */
const [WIDE, HIGH, BETWEEN] = [236, 190, 34];

export function smallMultiples({ figures, columns: asked, share = "both", title }: SmallMultiplesOptions): Figure {
  const fail = (what: string): never => {
    throw new Error(`charts.smallMultiples: invalid ${what}`);
  };
  const panels = Object.entries(figures);
  if (panels.length === 0) fail("figures: none; there is nothing to draw");
  if (!["both", "x", "y", "none"].includes(share)) fail(`share: ${share} ("both", "x", "y" or "none")`);
  const columns = asked ?? columnsFor(panels.length);
  if (!(Number.isInteger(columns) && columns >= 1)) fail(`columns: ${columns} (a whole number from 1)`);
  const several = panels.find(([, { layout }]) => layout.xaxis2 ?? layout.yaxis2);
  if (several) fail(`figures: ${several[0]} has panels of its own`);
  const shared = { x: share === "both" || share === "x", y: share === "both" || share === "y" };
  const most = (side: "l" | "b"): number => Math.max(...panels.map(([, { layout }]) => layout.margin?.[side] ?? 64));
  const across = shared.y ? BETWEEN : most("l");
  const down = BETWEEN + (shared.x ? 0 : most("b") - 10);
  const rows = Math.ceil(panels.length / columns);
  const [wide, high] = [WIDE * columns + across * (columns - 1), HIGH * rows + down * (rows - 1)];
  const places = gridOf({ panels: panels.length, columns, across: across / wide, down: down / high });
  const looks = lookAlike();
  const legend = new Set<string>();
  const data = panels.flatMap(([, { data }], p) =>
    data.map((trace): Trace => {
      const group = trace.legendgroup ?? trace.name;
      const named = trace.showlegend !== false && group !== undefined && group !== "";
      const first = named && !legend.has(group);
      if (first) legend.add(group);
      const own = { xaxis: places[p]!.x, yaxis: places[p]!.y, showlegend: first };
      return { ...looks(trace, group), ...own, ...(group && { legendgroup: group }) };
    }),
  );
  const axes: Layout = {};
  panels.forEach(([, own], p) => {
    const { x, y, suffix, domains, column, above } = places[p]!;
    const others = panels.map(([, { layout }]) => layout);
    const [bottom, left] = [!above, column === 0];
    axes[`xaxis${suffix}`] = {
      ...shownAt(
        own.layout.xaxis,
        others.map(({ xaxis }) => xaxis),
        { shared: shared.x, edge: bottom },
      ),
      ...{ domain: domains.x, anchor: y, ...(shared.x && p > 0 && { matches: "x" }) },
    };
    axes[`yaxis${suffix}`] = {
      ...shownAt(
        own.layout.yaxis,
        others.map(({ yaxis }) => yaxis),
        { shared: shared.y, edge: left },
      ),
      ...{ domain: domains.y, anchor: x, ...(shared.y && p > 0 && { matches: "y" }) },
    };
  });
  const keys = legend.size > 1 && panels.some(([, { layout }]) => layout.showlegend !== false);
  const margin = {
    l: most("l"),
    r: 24,
    t: title ? 88 : 40,
    b: most("b") + (keys ? 22 + keysHeight([...legend], wide) : 0),
  };
  return figure({
    data,
    config,
    layout: layout({
      ...axes,
      shapes: panels.flatMap(([, own], p) => (own.layout.shapes ?? []).map((shape) => moved(shape, places[p]!))),
      annotations: panels.flatMap(([name, own], p) => [
        heading(name, places[p]!),
        ...(own.layout.annotations ?? []).map((note) => moved(note, places[p]!)),
      ]),
      ...{ width: wide + margin.l + margin.r, height: high + margin.t + margin.b, margin },
      ...(title && { title: { text: title } }),
      showlegend: keys,
      ...(keys && { legend: { orientation: "h", x: 0, y: -(most("b") + 4) / high, yanchor: "top" } }),
    }),
  });
}

/** An axis in its place: titled and ticked at the edge of the figure alone where all panels share it, in the range of all. */
function shownAt(
  own: Axis = {},
  all: (Axis | undefined)[],
  { shared, edge }: { shared: boolean; edge: boolean },
): Axis {
  const alike = all.every((axis) => axis?.title?.text === own.title?.text);
  const ranges = all.flatMap((axis) => (axis?.range ? [axis.range] : []));
  const backwards = ranges.some(([from, to]) => from > to);
  const ends = ranges.flat();
  const whole: [number, number] = [Math.min(...ends), Math.max(...ends)];
  return {
    ...own,
    ...(alike && !edge && { title: undefined }),
    ...(shared && !edge && { showticklabels: false, tickfont: undefined }),
    ...(shared && { range: ranges.length < all.length ? undefined : backwards ? [whole[1], whole[0]] : whole }),
  };
}

/** Of another pair of axes; what was of the whole picture is of the panel. */
function moved<T extends Shape | Annotation>(mark: T, { x, y }: GridPlace): T {
  const of = (ref: string | undefined, name: string): string =>
    ref === "paper" || ref?.endsWith(" domain") ? `${name} domain` : name;
  return { ...mark, xref: of(mark.xref, x), yref: of(mark.yref, y) };
}

/** What has a name has the style it was first drawn in; where another name has its colour already, the next that is free. */
function lookAlike(): (trace: Trace, group: string | undefined) => Trace {
  const given = new Map<string, Partial<Style> & { color: string }>();
  return (trace, group) => {
    const color = trace.line?.color ?? trace.marker?.color;
    if (!group || !color || !hex.test(color)) return trace;
    if (!given.has(group)) {
      const taken = new Set([...given.values()].map((look) => look.color));
      const free = [...taken].map((_, i) => styleOf(i + 1)).find((style) => !taken.has(style.color));
      given.set(group, taken.has(color) && free ? { ...free } : { color });
    }
    const look = given.get(group)!;
    const { dash = look.dash } = trace.line ?? {};
    const { symbol = look.symbol } = trace.marker ?? {};
    look.dash ??= dash;
    look.symbol ??= symbol;
    if (look.color === color) return trace;
    const text = JSON.stringify(trace)
      .replaceAll(JSON.stringify(color), JSON.stringify(look.color))
      .replaceAll(faded(color, 0).slice(0, -2), faded(look.color, 0).slice(0, -2));
    const made = JSON.parse(text) as Trace;
    if (made.line?.dash) made.line.dash = look.dash;
    if (made.marker?.symbol) made.marker.symbol = look.symbol;
    return made;
  };
}

const hex = /^#[\da-f]{6}$/i;
