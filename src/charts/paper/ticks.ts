/**
 * The ticks of a panel at print size, written down, so that Plotly and our own pictures have the same: numbers that would run
 * into each other are thinned, names are wrapped, or turned where a word is wider than its place.
 */
import { plain } from "../logged.js";
import { widthOf, wrap } from "../svg/text.js";
import type { Panel } from "../svg/types.js";
import type { Axis } from "../types.js";

/** Pixels between two ticks' labels. */
const apart = 5;
/** Share of the page that names left of an axis may take. */
const mostNames = 0.34;
const mostLines = 3;

export function ticked({ x, y, xAxis, yAxis }: Panel, page: number): { x: Axis; y: Axis } {
  const size = xAxis.tickfont?.size ?? 13;
  const ticksOf = ({ type }: Axis, { ticks }: Panel["x"]): Panel["x"]["ticks"] =>
    type === "log" ? whole(ticks) : ticks;
  const [across, up] = [ticksOf(xAxis, x), ticksOf(yAxis, y)];
  const written = (
    axis: Axis,
    { range }: Panel["x"],
    ticks: readonly { value: number | string; text: string }[],
  ): Axis => ({
    ...axis,
    ...(range && { range, rangemode: undefined }),
    // Plotly's validator throws at the type of labels that are not shown.
    ...(axis.showticklabels === false && { tickfont: undefined }),
    tickvals: ticks.map(({ value }) => value),
    ticktext: ticks.map(({ text }) => text),
  });
  const pitch = Math.min(...across.slice(1).map(({ at }, i) => Math.abs(at - across[i]!.at)), x.band || Infinity);
  const names = named(xAxis, across);
  const slot = Number.isFinite(pitch) ? pitch : Math.abs(x.ends[1] - x.ends[0]);
  const wrapped = across.map((tick) => ({ ...tick, text: names ? wrap(tick.text, size, slot - apart) : tick.text }));
  const wide = wrapped.some(({ text }) => widthOf(text, size) > slot - apart || text.split("<br>").length > mostLines);
  const turned = names && wide;
  const up2 = named(yAxis, up) ? up.map((tick) => ({ ...tick, text: wrap(tick.text, size, mostNames * page) })) : up;
  const wideOf = (i: number): number => widthOf(across[i]!.text, size);
  return {
    x: written(
      { ...xAxis, ...(turned && { tickangle: slot < 1.5 * size ? -90 : -45 }) },
      x,
      turned ? across : names ? wrapped : thinned(across, (i, j) => (wideOf(i) + wideOf(j)) / 2 + apart),
    ),
    y: written(yAxis, y, named(yAxis, up) ? up2 : thinned(up2, () => 1.2 * size)),
  };
}

/** On a logarithmic axis powers of ten alone where there are two beyond 1 and 10, else every number written out: a 2 without its power misleads. */
function whole<T extends { value: number | string; text: string }>(ticks: T[]): T[] {
  const short = ({ value, text }: T): boolean =>
    typeof value === "number" && /^\d$/.test(text) && Number(text) !== value;
  if (!ticks.some(short)) return ticks;
  const powers = ticks.filter(({ value }) => Number(value).toExponential().startsWith("1e"));
  if (powers.length > 1 && Number(powers.at(-1)!.value) > 10) return powers;
  const round = ticks.filter(({ value }) => /^[125]/.test(Number(value).toExponential()));
  return round.map((tick) => ({ ...tick, text: plain(Number(tick.value)) }));
}

/** Words rather than numbers. */
export const named = (axis: Axis, ticks: readonly { text: string }[]): boolean =>
  axis.type === "category" || ticks.some(({ text }) => /\p{L}{2}/u.test(text));

/** Every second, third … so that none is nearer to the one before than `room` says; the first stays. */
function thinned<T extends { at: number }>(ticks: readonly T[], room: (i: number, j: number) => number): T[] {
  for (let step = 1; step < ticks.length; step++) {
    const kept = ticks.map((tick, i) => ({ tick, i })).filter(({ i }) => i % step === 0);
    if (kept.slice(1).every(({ tick, i }, k) => Math.abs(tick.at - kept[k]!.tick.at) >= room(i, kept[k]!.i)))
      return kept.map(({ tick }) => tick);
  }
  return ticks.slice(0, 1);
}
