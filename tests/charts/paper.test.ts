import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ColumnName,
  columns,
  fertilityBars,
  type Figure,
  lossCurves,
  methodDots,
  paper,
  ridgeline,
  scatter,
  scoreCurves,
  svgOf,
  heatMap,
  tokenView,
} from "../../src/charts/index.js";
import { overlap } from "../../src/charts/paper/overlap.js";
import { cornersOf, type Label } from "../../src/charts/svg/text.js";
import { figures } from "./toy.js";

/** Every text of a picture, with the paper it covers, read from the picture itself. */
function wordsOf(svg: string): { text: string; size: number; corners: [number, number][] }[] {
  const attribute = (tag: string, name: string): string | undefined => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
  return [...svg.matchAll(/<text([^>]*)>(.*?)<\/text>/g)].flatMap(([, tag, inner]) => {
    const lines = inner!.split(/(?=<tspan x=)/);
    const [, x, y] = /<tspan x="([-\d.]+)" y="([-\d.]+)"/.exec(lines[0]!)!.map(Number) as [number, number, number];
    const [, degrees, aroundX, aroundY] = (/rotate\(([-\d.]+) ([-\d.]+) ([-\d.]+)\)/.exec(tag!) ?? []).map(Number);
    const text = lines
      .map((line) => {
        const bold = /^<tspan[^>]*font-weight/.test(line);
        const plain = line.replace(/<[^>]*>/g, "").replace(/&(lt|gt|amp|quot);/g, "x");
        return bold ? `<b>${plain}</b>` : plain;
      })
      .join("<br>");
    const size = Number(attribute(tag!, "font-size"));
    const label: Label = { text, x, y, font: { size }, anchor: attribute(tag!, "text-anchor") as Label["anchor"] };
    const turn = ((degrees ?? 0) * Math.PI) / 180;
    const corners = cornersOf(label).map(([a, b]): [number, number] => {
      if (degrees === undefined) return [a, b];
      const [dx, dy] = [a - aroundX!, b - aroundY!];
      return [
        aroundX! + dx * Math.cos(turn) - dy * Math.sin(turn),
        aroundY! + dx * Math.sin(turn) + dy * Math.cos(turn),
      ];
    });
    return text === "" ? [] : [{ text, size, corners }];
  });
}

function check(name: string, shown: Figure, column: ColumnName): void {
  const svg = svgOf(shown);
  const { width, height } = shown.layout;
  const words = wordsOf(svg);
  assert.ok(words.length > 0, name);
  assert.ok(Math.abs(width! / 96 - columns[column].inches) < 1e-3, `${name}: ${width}`);
  words.forEach(({ text, size, corners }, i) => {
    const points = (size * 72) / 96;
    assert.ok(points > 6.99 && points < 9.01, `${name} in ${column}: "${text}" of ${points} pt`);
    for (const [x, y] of corners)
      assert.ok(
        x > -0.5 && x < width! + 0.5 && y > -0.5 && y < height! + 0.5,
        `${name} in ${column}: "${text}" leaves the page at ${x}, ${y} of ${width} × ${height}`,
      );
    for (const other of words.slice(0, i))
      assert.ok(!overlap(corners, other.corners), `${name} in ${column}: "${text}" lies on "${other.text}"`);
  });
}

test("every chart in columns of four widths: text of 7 to 9 pt, none on other text, none off the page", async () => {
  for (const [name, shown] of Object.entries(await figures()))
    for (const column of ["single", "neurips", "double", "nature"] as const) {
      check(name, paper({ figure: shown, column, letters: true }), column);
    }
});

const long = "elastic weight consolidation on the diagonal of the Fisher matrix";
const hard: Record<string, Figure> = {
  "many points with names": scatter({
    rows: Array.from({ length: 60 }, (_, i) => ({
      label: `en:x${i}`,
      x: Math.sin(i),
      y: Math.cos(2 * i),
      group: `g${i % 3}`,
    })),
    x: "Shared trigrams (cosine)",
    y: "Gain (bits per byte) from the second language after the first, with its unit written out in full",
  }),
  "methods with long names": methodDots({
    rows: [long, "replay", "none", `${long}, twice`].flatMap((method, i) =>
      ["a", "b", "c", "d"].flatMap((panel, p) =>
        [0, 1].map((seed) => ({ method, panel, value: 1 + i * p + 0.1 * seed })),
      ),
    ),
    axes: {
      a: "Forgetting of English (bits per byte)",
      b: "Adaptation (bits per byte)",
      c: "Time (s)",
      d: "Memory (MB)",
    },
  }),
  "six panels": scoreCurves({
    rows: ["sft", "dpo", long].flatMap((arm, a) =>
      ["i", "j", "k", "l", "m", "n"].flatMap((score) =>
        [0, 1, 10, 100, 1000].map((step) => ({ arm, seed: 0, step, score, value: a + step / 500 })),
      ),
    ),
    panels: Object.fromEntries(
      ["i", "j", "k", "l", "m", "n"].map((score, i) => [
        score,
        { axis: "Answered (%)", title: `Facts of kind ${score} learned in the first stage`, chance: i },
      ]),
    ),
  }),
  "twelve runs with long names": lossCurves({
    rows: Array.from({ length: 12 }, (_, i) => i).flatMap((i) =>
      [0, 1e3, 1e4, 1e6].map((tokens) => ({
        run: `${long} ${i}`,
        domain: i % 2 ? "en" : "ko",
        tokens,
        bitsPerByte: 2 + i / 9,
      })),
    ),
    title: "A title that a caption replaces",
  }),
  "bars of fourteen languages": fertilityBars({
    rows: Array.from({ length: 14 }, (_, i) => ({
      language: `Language number ${i}`,
      before: 2 + i / 10,
      after: 3 + i / 7,
    })),
  }),
};

for (const [name, shown] of Object.entries(hard))
  test(`${name}: words stay apart`, () => {
    for (const column of ["single", "acl", "double"] as const)
      check(name, paper({ figure: shown, column, letters: true }), column);
  });

test("a paper's figure is plain data: no title, white ground, thin lines, its ticks written down", () => {
  const before = hard["twelve runs with long names"]!;
  const { data, layout } = paper({ figure: before, column: "neurips" });
  assert.equal(layout.title, undefined);
  assert.equal(layout.paper_bgcolor, "#ffffff");
  assert.ok(
    data.every(({ line }) => line!.width! < 1.2),
    "lines under 0.9 pt",
  );
  assert.deepEqual(
    data.map(({ x, y }) => [x, y]),
    before.data.map(({ x, y }) => [x, y]),
  );
  assert.ok(layout.xaxis!.tickvals!.length > 1 && layout.xaxis!.ticktext!.length === layout.xaxis!.tickvals!.length);
  assert.deepEqual(paper({ figure: before, column: "neurips" }), paper({ figure: before, column: "neurips" }));
});

test("letters are written before the headings of panels, and only where there are panels", () => {
  const lettersOf = (figure: Figure, letters = true): string[] =>
    (paper({ figure, column: "double", letters }).layout.annotations ?? []).flatMap(
      ({ text }) => /^<b>([a-z])<\/b>/.exec(text)?.[1] ?? [],
    );
  assert.deepEqual(lettersOf(hard["six panels"]!), ["a", "b", "c", "d", "e", "f"]);
  assert.deepEqual(lettersOf(hard["methods with long names"]!), ["a", "b", "c", "d"]);
  assert.deepEqual(lettersOf(hard["six panels"]!, false), []);
  assert.deepEqual(lettersOf(hard["many points with names"]!), []);
});

test("panels of a narrow column stand in fewer columns, each with the ticks and titles it needs", () => {
  const { layout } = paper({ figure: hard["methods with long names"]!, column: "single" });
  const left = ["yaxis", "yaxis2", "yaxis3", "yaxis4"].map((key) => layout[key as "yaxis"]!.ticktext!.length);
  assert.deepEqual(left, [4, 0, 4, 0]);
  const six = paper({ figure: hard["six panels"]!, column: "single" }).layout;
  const titles = ["", 2, 3, 4, 5, 6].map((key) => six[`xaxis${key}` as "xaxis"]!.title?.text ?? "");
  assert.deepEqual(titles, ["", "", "", "", "Updates", "Updates"]);
});

test("a figure whose cells need a wider column is refused in one line", () => {
  const rows = Array.from({ length: 9 }, (_, i) => ({ row: "after", column: `c${i}`, value: -1.234 - i }));
  const wide = heatMap({ rows, down: "Stage", across: "Language", value: "Score", digits: 3 });
  assert.throws(() => paper({ figure: wide }), /^Error: charts\.paper: invalid column: single \(what is written/);
  check("matrix", paper({ figure: wide, column: "double" }), "double");
  assert.throws(() => paper({ figure: wide, column: "cvpr" as ColumnName }), /invalid column: cvpr \(one of single, /);
});

test("a text of tokens is set anew in lines of the column, each as high as the others", () => {
  const tokens = Array.from({ length: 40 }, (_, i) => ({ token: i === 2 ? "end\n" : ` token${i}`, value: i }));
  const sizes = (["single", "double"] as const).map((column) => {
    const { layout, data } = paper({ figure: tokenView({ tokens, value: "Loss (bits)" }), column });
    const inner = layout.height! - layout.margin!.t - layout.margin!.b;
    const lines = layout.yaxis!.range![0] + 0.5;
    assert.equal(data.flatMap(({ text = [] }) => text).length, 40);
    assert.equal(layout.shapes!.filter(({ y0 }) => y0 === -0.4).length, 3);
    return [lines, Math.round(inner / lines)];
  });
  assert.ok(sizes[0]![0]! > sizes[1]![0]!, `${sizes[0]} and ${sizes[1]} lines`);
  assert.equal(sizes[0]![1], sizes[1]![1]);
});

test("a logarithmic axis has no 2 or 5 without its power", () => {
  const ticksOf = (...ends: [number, number]): string[] =>
    paper({
      figure: lossCurves({
        rows: ends.map((tokens) => ({ run: "a", domain: "ko", tokens, bitsPerByte: 2 })),
      }),
      column: "double",
    }).layout.xaxis!.ticktext!;
  assert.deepEqual(ticksOf(1200, 2e6), ["1000", "10k", "100k", "1M"]);
  assert.deepEqual(ticksOf(2200, 2.8e4), ["2000", "5000", "10000", "20000"]);
  assert.deepEqual(ticksOf(1, 64), ["1", "2", "5", "10", "20", "50"]);
  const rows = [0, 4, 16].flatMap((ridge) => [1, 2, 3, 4].map((value) => ({ ridge, value })));
  const ridges = paper({ figure: ridgeline({ rows, axis: "Loss (bits)", down: "Updates" }) });
  assert.deepEqual(ridges.layout.yaxis!.ticktext, ["0", "4", "16"], "names are not powers");
});
