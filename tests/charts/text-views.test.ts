/** Texts shaded by a number or a word, and what heads look at: what is painted how, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { attentionView, figure, svgOf, tokenHtml, tokenView } from "../../src/charts/index.js";
import { shading } from "../../src/charts/shades.js";
import { attentionToy, shadedTokens } from "./toy.js";

test("a token is painted by its number, its letters light on dark; the caption says what the ends mean", () => {
  const { layout, data } = tokenView({ tokens: shadedTokens, value: "Loss (bits)" });
  assert.deepEqual(
    layout.shapes!.map(({ fillcolor }) => fillcolor),
    ["#f6f8fa", "#7fa8cb", "#0c3460", "#f6f8fa", "#7fa8cb", "#ffffff"],
  );
  assert.deepEqual(
    data.map(({ text, customdata, textfont }) => [text, customdata, textfont!.color]),
    [
      [["The", "·cat", "⏎", "‹s›", "none"], ["0.00", "2.00", "0.00", "2.00", ""], "#1f2328"],
      [["\\xed\\x95"], ["4.00"], "#ffffff"],
    ],
  );
  assert.equal(layout.annotations![0]!.text, "Loss (bits): pale 0.00 to strong 4.00");
  // A new line begins one.
  assert.deepEqual(layout.yaxis!.range, [1.5, -0.5]);
});

test("numbers on both sides of 0 go from orange over white to blue, as dark on either side", () => {
  const { range, fill, stops } = shading([-1, 4]);
  assert.deepEqual([range, fill(-4), fill(0), fill(4)], [[-4, 4], "#6a2800", "#f6f8fa", "#0c3460"]);
  const lightness = (hex: string): number =>
    [0.299, 0.587, 0.114].reduce((sum, part, k) => sum + part * parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16), 0);
  for (const value of [1, 2, 3, 4])
    assert.ok(Math.abs(lightness(fill(value)) - lightness(fill(-value))) < 20, `${fill(value)} and ${fill(-value)}`);
  assert.deepEqual([stops.length, stops[2]], [5, [0.5, "#f6f8fa"]]);
  assert.equal(shading([-3, -1], { dark: "low" }).fill(-3), "#0c3460");
});

test("tokens below 0 are framed where there are numbers on both sides: grey print has no sign otherwise", () => {
  const tokens = [-2, 1, -0.001, NaN].map((value, i) => ({ token: `t${i}`, value }));
  const framed = ({ layout }: ReturnType<typeof tokenView>): boolean[] =>
    layout.shapes!.map(({ line }) => line!.width! > 1);
  const view = tokenView({ tokens, value: "Change (bits)" });
  assert.deepEqual(framed(view), [true, false, false, false]);
  assert.equal(view.layout.annotations![0]!.text, "Change (bits): orange −2.00, pale 0, blue 2.00; framed: below 0");
  assert.equal(tokenHtml({ tokens, value: "x" }).split("inset 0 0 0 1.2px").length, 2);
  assert.deepEqual(framed(tokenView({ tokens: tokens.slice(0, 1), value: "Log-likelihood" })), [false]);
});

test("words are fills with a key; HTML says each value and holds no tag of a token's", () => {
  const tokens = [
    { token: "the", value: "English" },
    { token: " <b>", value: "" },
    { token: "das", value: "German" },
  ];
  const { data, layout } = tokenView({ tokens, value: "Language" });
  assert.deepEqual(
    layout.shapes!.map(({ fillcolor }) => fillcolor),
    ["#cfe2f1", "#ffffff", "#e9a46c"],
  );
  assert.deepEqual(
    data.flatMap(({ name }) => name ?? []),
    ["English", "German"],
  );
  const html = tokenHtml({ tokens, value: "Language", title: "a < b" });
  assert.match(html, /title="the English"[^>]*>the</);
  assert.match(html, /&lt;b&gt;/);
  assert.doesNotMatch(html, /<b>|a < b/);
});

test("one head has the tokens at its axes, several are panels; cells are as dark as their weight", () => {
  const one = attentionView({ ...attentionToy, layer: 2, head: 1 });
  assert.deepEqual(one.data[0]!.z, [
    [1, 0, 0],
    [1, 0, 0],
    [0.5, 0.25, 0.25],
  ]);
  assert.deepEqual(one.layout.xaxis!.ticktext, ["<|endoftext|>", "The", "·cat"]);
  const svg = svgOf(one);
  assert.equal(svg.match(/fill="#7fa8cb"/g)!.length, 1);
  assert.equal(svg.match(/&lt;\|endoftext\|&gt;/g)!.length, 2, "at both axes");
  const { data, layout } = attentionView(attentionToy);
  assert.deepEqual(
    data.map(({ name, xaxis }) => [name, xaxis]),
    [
      ["layer 1, head 0", "x"],
      ["layer 1, head 1", "x2"],
      ["layer 2, head 0", "x3"],
      ["layer 2, head 1", "x4"],
    ],
  );
  assert.ok(layout.yaxis!.domain![0] > layout.yaxis3!.domain![1], "a row for each layer");
});

test("neighbours of one colour in a row are one rectangle, a null is none", () => {
  const cells = (z: (number | null)[][], more = {}): string[] =>
    svgOf(
      figure({
        data: [
          {
            type: "heatmap",
            x: [0, 1, 2],
            y: [0],
            z,
            colorscale: [
              [0, "#000000"],
              [1, "#ff0000"],
            ],
            ...more,
          },
        ],
        layout: { width: 300, height: 100, margin: { l: 0, r: 0, t: 0, b: 0 } },
      }),
    ).match(/<rect [^>]*fill="#(?:00|80|ff)0000"\/>/g) ?? [];
  assert.equal(cells([[1, 1, 0]]).length, 2);
  assert.equal(cells([[1, 1, 0]], { xgap: 2 }).length, 3);
  assert.equal(cells([[0.5, null, 0.5]]).length, 2);
});

test("what cannot be drawn is said", () => {
  const refused: [() => unknown, RegExp][] = [
    [() => tokenView({ tokens: [], value: "x" }), /^Error: charts\.tokenView: invalid rows: none/],
    [() => tokenHtml({ tokens: [{ token: "a", value: NaN }], value: "x" }), /tokenHtml: invalid value: not one is/],
    [() => attentionView({ ...attentionToy, layer: 3 }), /attentionView: invalid layer: 3 \(of 1, 2\)/],
    [() => attentionView({ ...attentionToy, head: 2 }), /attentionView: invalid head: 2 \(0 to 1\)/],
    [() => attentionView({ ...attentionToy, texts: ["a"] }), /attentionView: invalid weights: 2 x 3 x 3 \(1 tokens\)/],
    [
      () => tokenView({ tokens: [..."abcdefg"].map((token) => ({ token, value: token })), value: "x" }),
      /tokenView: invalid value: 7 different words \(6 at most\)/,
    ],
  ];
  for (const [make, message] of refused) assert.throws(make, message);
});
