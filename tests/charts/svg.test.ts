import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import { type Axis, figure, lossCurves, svgOf, type Figure } from "../../src/charts/index.js";
import { type Tick, ticksOf } from "../../src/charts/svg/ticks.js";
import { escape, fit, spare, widthOf } from "../../src/charts/svg/text.js";
import { figures } from "./toy.js";

/** Opens and closes every element in order; enough of XML for what we write. */
function wellFormed(text: string): void {
  const open: string[] = [];
  for (const [, close, name, attributes, alone] of text.matchAll(
    /<(\/?)([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
  )) {
    if (close) assert.equal(open.pop(), name);
    else if (!alone) open.push(name!);
    assert.equal(attributes!.includes("undefined"), false);
  }
  assert.deepEqual(open, []);
  const between = text.replace(/<(\/?)([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, "");
  assert.doesNotMatch(between, /[<>]/);
}

test("every figure becomes well-formed SVG with numbers only, inside its box", async () => {
  for (const [name, shown] of Object.entries(await figures())) {
    const svg = svgOf(shown);
    wellFormed(svg);
    assert.doesNotMatch(svg, /NaN|Infinity|undefined|null/, name);
    const { width, height } = shown.layout;
    for (const [, x, y] of svg.matchAll(/<tspan x="([-\d.]+)" y="([-\d.]+)"/g)) {
      assert.ok(
        Number(x) >= 0 && Number(x) <= width! && Number(y) >= 0 && Number(y) <= height!,
        `${name}: text at ${x}, ${y}`,
      );
    }
  }
});

const plot = (trace: Partial<Figure["data"][number]>, layout: Figure["layout"] = {}): string =>
  svgOf(figure({ data: [{ type: "scatter", x: [1, 10, 100], y: [3, 2, 1], ...trace }], layout }));

test("a point is where its axes say: equal steps on a log axis, gaps where a value has no place", () => {
  const centres = (svg: string): number[] => [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map((m) => Number(m[1]));
  const log = centres(plot({ mode: "markers" }, { xaxis: { type: "log" } }));
  assert.equal(log.length, 3);
  assert.ok(Math.abs(log[2]! - log[1]! - (log[1]! - log[0]!)) < 0.02);
  assert.equal(centres(plot({ mode: "markers", x: [0, 10, 100] }, { xaxis: { type: "log" } })).length, 2);
  const broken = plot({ mode: "lines", x: [1, 2, 3, 4], y: [1, null, 2, 3] });
  assert.match(broken, /d="M[\d.]+,[\d.]+M[\d.]+,[\d.]+L[\d.]+,[\d.]+" fill="none"/);
});

test("a fixed range puts its ends on the frame", () => {
  const svg = plot(
    { mode: "markers", x: [0, 1], y: [0, 1] },
    {
      width: 400,
      height: 300,
      margin: { l: 100, r: 50, t: 20, b: 80 },
      xaxis: { range: [0, 1] },
      yaxis: { range: [0, 1] },
    },
  );
  assert.match(svg, /<circle cx="100" cy="220"/);
  assert.match(svg, /<circle cx="350" cy="20"/);
});

test("a band is filled between its two lines, error bars span their values, bars stand on zero", () => {
  const band = svgOf(
    figure({
      data: [
        { type: "scatter", x: [0, 1], y: [0, 0] },
        { type: "scatter", x: [0, 1], y: [1, 1], fill: "tonexty", fillcolor: "rgba(0,0,0,0.2)" },
      ],
      layout: {
        margin: { l: 100, r: 60, t: 0, b: 0 },
        width: 260,
        height: 100,
        showlegend: false,
        yaxis: { range: [0, 1] },
      },
    }),
  );
  assert.match(band, /<path d="M100,100L200,100L200,0L100,0Z" fill="rgba\(0,0,0,0.2\)"/);
  const bars = plot({ mode: "markers", x: [0, 1, 2], error_y: { type: "data", array: [1, 1, 1] } });
  assert.equal(bars.match(/<path d="M[^"]*M[^"]*M[^"]*" fill="none"/g)?.length, 3);
  const columns = svgOf(
    figure({
      data: [{ type: "bar", x: ["a", "b"], y: [2, 1] }],
      layout: { margin: { l: 100, r: 0, t: 0, b: 0 }, width: 300, height: 100, yaxis: { range: [0, 2] } },
    }),
  );
  const boxes = [
    ...columns.matchAll(/<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="#0072B2"/g),
  ].map((m) => [Number(m[1]), Number(m[2])]);
  assert.deepEqual(boxes, [
    [0, 100],
    [50, 50],
  ]);
});

test("text from data cannot break the picture or run in it", () => {
  const nasty = `<script>alert("1")</script> & "quotes" \u0000 한국어`;
  const svg = plot(
    { name: nasty, mode: "markers+text", text: [nasty, "", ""] },
    { title: { text: nasty }, showlegend: true, annotations: [{ text: nasty, x: 1, y: 1, showarrow: true }] },
  );
  wellFormed(svg);
  assert.ok(!svg.includes("<script") && !svg.includes("\u0000"));
  assert.match(svg, /한국어/);
  assert.equal(escape(`<&>"`), "&lt;&amp;&gt;&quot;");
});

test("two pictures in one page do not share names", async () => {
  const ids = Object.values(await figures()).flatMap((shown) =>
    [...svgOf(shown).matchAll(/ id="([^"]+)"/g)].map((m) => m[1]),
  );
  assert.equal(new Set(ids).size, ids.length);
});

const ticks = (range: [number, number], axis: Axis = {}, length = 400): Tick[] =>
  ticksOf({ axis, range, length, which: "x" });
const texts = (...asked: Parameters<typeof ticks>): string[] => ticks(...asked).map(({ text }) => text);

test("ticks lie in range, are evenly spaced and neither crowded nor alone", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      (low, span) => {
        fc.pre(span > 1e-9 * Math.abs(low));
        const found = ticks([low, low + span]).map(({ value }) => value);
        assert.ok(found.length >= 2 && found.length <= 7, `${found.length}`);
        assert.ok(found[0]! >= low - 1e-3 * span && found.at(-1)! <= low + span * (1 + 1e-3));
      },
    ),
  );
});

test("tick texts are Plotly's", () => {
  assert.deepEqual(texts([-0.1, 1.1]), ["0", "0.5", "1"]);
  assert.deepEqual(texts([-0.25, 0.3], { nticks: 6 }), ["\u22120.2", "\u22120.1", "0", "0.1", "0.2", "0.3"]);
  assert.deepEqual(texts([0, 1], { tickformat: ".0%" }), ["0%", "20%", "40%", "60%", "80%", "100%"]);
  assert.deepEqual(texts([0, 25_000]), ["0", "5k", "10k", "15k", "20k", "25k"]);
  assert.deepEqual(texts([0, 4.1e9]), ["0", "1B", "2B", "3B", "4B"]);
  assert.deepEqual(texts([3, 9], { type: "log" }), ["1000", "10k", "100k", "1M", "10M", "100M", "1B"]);
  assert.deepEqual(texts([3.5, 6.1], { type: "log" }), ["5", "10k", "2", "5", "100k", "2", "5", "1M"]);
  assert.deepEqual(texts([0, 0.5], { type: "log" }), ["1", "1.5", "2", "2.5", "3"]);
});

test("wide characters are measured as wide", () => {
  assert.equal(widthOf("한국", 10), 20);
  assert.ok(widthOf("iiii", 10) < widthOf("WWWW", 10));
  assert.equal(widthOf("<i>ab</i>", 10), widthOf("ab", 10));
  assert.ok(widthOf("<b>ab</b>", 10) > widthOf("ab", 10));
  assert.equal(widthOf("a<br>abc<br>ab", 10), widthOf("abc", 10), "the widest line");
});

test("a size that is none is refused", () => {
  assert.throws(() => svgOf(figure({ data: [], layout: {} }), { width: NaN }), /^Error: svgOf: invalid size: NaN/);
});

/** Loss curves whose runs have these names. */
const named = (runs: string[]): Figure =>
  lossCurves({
    rows: runs.flatMap((run, at) =>
      [1e3, 1e4, 1e5].map((tokens) => ({ run, domain: "ko", tokens, bitsPerByte: 2 - at / 100 + 1 / tokens })),
    ),
  });
const longName =
  "llama-3-8b-ko-25pct-lr3e-4-bs1024-wd0.1-warmup500-seed1-continued-from-step-12000-adamw-cosine-fineweb2";

/** The horizontal ends of the clip of the first panel, which is 8 pixels wider than the axes on each side. */
function widthOfPlot(svg: string): number {
  const clip = /<clipPath[^>]*><rect x="([-\d.]+)" y="[-\d.]+" width="([-\d.]+)"/.exec(svg);
  return Number(clip?.[2]) - 16;
}

test("names of any length leave the plot half of the picture, and end where it ends", () => {
  for (const length of [20, 80, 110, 1000]) {
    const svg = svgOf(named([longName.repeat(10).slice(0, length), "b"]));
    assert.ok(widthOfPlot(svg) > 330, `${length}: ${widthOfPlot(svg)}`);
    const [, x, text] = /<tspan x="([\d.]+)"[^>]*>(llama[^<]*)</.exec(svg) ?? [];
    assert.ok(Number(x) + widthOf(text ?? "", 13) <= 760, `${length}: ${x} ${text}`);
  }
  // The axis still runs from left to right where there is room for nothing.
  for (const width of [60, 120, 200]) assert.ok(widthOfPlot(svgOf(named([longName, "b"]), { width })) >= 40);
});

test("a legend of forty runs stays inside the picture and counts those it does not name", () => {
  const svg = svgOf(named(Array.from({ length: 40 }, (_, at) => `run ${at}`)));
  const shown = [...svg.matchAll(/y="([\d.]+)"[^>]*>run \d+</g)].map(([, y]) => Number(y));
  const [, y, more] = /y="([\d.]+)"[^>]*>and (\d+) more</.exec(svg) ?? [];
  assert.equal(shown.length + Number(more), 40);
  assert.ok(shown.length > 10 && Math.max(...shown) < Number(y) && Number(y) < 440 - 64);
});

test("a name in a legend has room to the picture's edge for a reader whose font is wider", () => {
  const name = "annealed with the rate";
  const x = Number(new RegExp(`x="([\\d.]+)"[^>]*>${name}<`).exec(svgOf(named([name, "b"]), { width: 780 }))![1]);
  assert.ok(x + widthOf(name, 13) / spare < 780);
});

test("text is shortened in the middle, tags and lines kept", () => {
  assert.equal(fit("short", 13, 100), "short");
  assert.equal(fit("abcdefghij", 10, 36), "abc…ij");
  assert.equal(fit("<b>abcdefghij</b><br>k", 10, 38), "<b>abc…ij</b><br>k");
  assert.ok(widthOf(fit("한국어 이름 ".repeat(20), 13, 90), 13) <= 90);
});
