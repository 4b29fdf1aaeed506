/** The two figures of tokenizers: what is drawn is what the rows say, and nonsense is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parityDots, segmentation, svgOf } from "../../src/charts/index.js";
import { parityRows } from "./toy.js";

test("parity: a row per language but the pivot, the dearest first, a mark per tokenizer", () => {
  const shown = parityDots({ rows: parityRows, pivot: "English", languages: { my: "Burmese" } });
  assert.deepEqual(shown.layout.yaxis?.ticktext, ["Burmese", "ko", "zh"]);
  assert.deepEqual(
    shown.data.map(({ name, x, y }) => [name, x, y]),
    [
      ["old", [5, 3, 20], [1, 2, 0]],
      ["new", [1.4, 0.8], [1, 2]],
    ],
  );
  assert.equal(new Set(shown.data.map(({ marker }) => marker?.symbol)).size, 2);
  assert.match(shown.layout.xaxis!.title!.text, /^Tokens for the same text, times English/);
  const [low, high] = shown.layout.xaxis!.range!;
  assert.ok(10 ** low < 0.8 && 10 ** high > 20);
  assert.throws(() => parityDots({ rows: [{ tokenizer: "a", language: "b", parity: null }] }), /invalid parity: none/);
});

test("segmentation: boxes end where tokens end, inside a character too", () => {
  const text = "né 한";
  const rows = [
    { tokenizer: "bytes", bytes: [1, 1, 1, 1, 1, 1, 1] },
    { tokenizer: "whole", bytes: [3, 4] },
  ];
  const { data, layout } = segmentation({ text, rows });
  assert.deepEqual(data[0]!.text!.slice(0, 4), ["n", "é", "·", "한"]);
  const boxes = layout.shapes!;
  assert.equal(boxes.length, 9);
  const [, accent, half] = boxes;
  assert.ok(accent!.x1 - accent!.x0 > 0 && Math.abs(accent!.x1 - accent!.x0 - (half!.x1 - half!.x0)) < 1e-4);
  assert.equal(boxes[7]!.x1, boxes[2]!.x1, "both end after é");
  assert.equal(boxes[6]!.x1, boxes[8]!.x1);
  boxes.forEach((box, i) => assert.ok(i === 0 || i === 7 || box.x0 === boxes[i - 1]!.x1));
  assert.notEqual(boxes[0]!.fillcolor, boxes[1]!.fillcolor);
  assert.deepEqual(
    layout.annotations!.map(({ text: note }) => note),
    ["7 tokens", "2 tokens"],
  );
  assert.equal(svgOf({ data, layout }).match(/<tspan[^>]*>한</g)!.length, 2);
  assert.throws(
    () => segmentation({ text, rows: [{ tokenizer: "x", bytes: [1] }] }),
    /invalid bytes: 1 of x; the text/,
  );
  assert.throws(() => segmentation({ text, rows: [] }), /invalid rows/);
});
