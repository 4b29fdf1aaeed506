import assert from "node:assert/strict";
import { test } from "node:test";
import { DataFrame } from "danfojs-node";
import { bundleOf as anyBundleOf, type Showable } from "../../../src/lab/cell/bundle.js";
import type { Bundle } from "../../../src/lab/cell/display.js";
import { type BundleOptions, describeFigure, plotlyMime } from "../../../src/lab/cell/figure-bundle.js";
import { show } from "../../../src/lab/cell/show.js";
import { setHost, type DisplayContent, type Host } from "../../../src/lab/cell/host.js";

const bundleOf = (thing: Showable, options?: BundleOptions): Bundle => anyBundleOf(thing, options) as Bundle;

const figure = { data: [{ y: new Float32Array([1, 2, 0.5]) }], layout: { title: { text: "Loss <b>now</b>" } } };

test("a figure is one bundle: an object for Plotly, a picture, a line", () => {
  const bundle = bundleOf(figure, { svgOf: () => "<svg/>" });
  assert.deepEqual(Object.keys(bundle), [plotlyMime, "image/svg+xml", "text/plain"]);
  assert.deepEqual(bundle[plotlyMime], { data: [{ y: [1, 2, 0.5] }], layout: figure.layout });
  assert.equal(bundle["text/plain"], 'Figure "Loss now": 1 trace, 3 points');
  assert.equal(describeFigure({ data: [{}, {}], layout: {} }), "Figure: 2 traces, 0 points");
});

test("a figure that is too large is shown as its picture, with a warning; one that cannot be drawn as Plotly alone", () => {
  const warnings: string[] = [];
  const bundle = bundleOf(figure, { svgOf: () => "<svg/>", maxBytes: 20, warn: (line) => warnings.push(line) });
  assert.deepEqual(Object.keys(bundle), ["image/svg+xml", "text/plain"]);
  assert.match(warnings.join(), /^show: the figure is .* MB/);
  const undrawable = bundleOf(figure, {
    svgOf: () => {
      throw new Error("a chart of no known kind");
    },
  });
  assert.deepEqual(Object.keys(undrawable), [plotlyMime, "text/plain"]);
});

const plain = "name    value\na           1\nb<    0.33333";
const arquero = import("arquero");
const tables: [string, () => Promise<object>][] = [
  [
    "rows",
    async () => [
      { name: "a", value: 1 },
      { name: "b<", value: 1 / 3 },
    ],
  ],
  ["an arquero table", async () => (await arquero).table({ name: ["a", "b<"], value: [1, 1 / 3] })],
  [
    "a danfo.js frame",
    async () =>
      new DataFrame(
        [
          ["a", 1],
          ["b<", 1 / 3],
        ],
        { columns: ["name", "value"] },
      ),
  ],
];
for (const [what, given] of tables) {
  test(`a table is aligned text and escaped HTML: ${what}`, async () => {
    const bundle = bundleOf((await given()) as Showable);
    assert.equal(bundle["text/plain"], plain);
    assert.match(
      String(bundle["text/html"]),
      /<td style="text-align:left">b&lt;<\/td><td style="text-align:right">0.33333<\/td>/,
    );
  });
}

test("a long table shows its head and says how much is left", async () => {
  const rows = Array.from({ length: 25 }, (_, i) => ({ i }));
  assert.match(String(bundleOf(rows)["text/plain"]), /\n19\n… and 5 more rows$/);
  assert.match(
    String(bundleOf((await arquero).table({ i: rows.map(({ i }) => i) }), { maxRows: 24 })["text/plain"]),
    /\n23\n… and 1 more row$/,
  );
  assert.equal(bundleOf([])["text/plain"], "");
});

test("rich text, and objects that say themselves how they are shown", () => {
  assert.deepEqual(bundleOf({ html: "<b>x</b>" }), { "text/html": "<b>x</b>", "text/plain": "x" });
  assert.deepEqual(bundleOf({ markdown: "*x*" }), { "text/markdown": "*x*", "text/plain": "*x*" });
  const own = {
    name: "me",
    [Symbol.for("Jupyter.display")]() {
      return { "text/plain": this.name };
    },
  };
  assert.deepEqual(bundleOf(own), { "text/plain": "me" });
});

test("what cannot be shown is refused in one line that says what can", () => {
  for (const bad of [1, "text", null, undefined, {}, { a: 1 }, [1, 2]])
    assert.throws(
      () => bundleOf(bad as unknown as Showable),
      /^Error: show: invalid thing: [^\n]*; give a figure, a table/,
    );
});

test("show sends one display with nothing transient to keep", (t) => {
  const sent: [DisplayContent, boolean][] = [];
  const host: Host = {
    sender: () => (content, update) => void sent.push([content, update]),
    interruptible: new Set(),
    cellEnd: new Set(),
    folder: "/",
    runner: false,
  };
  setHost(host);
  t.after(() => setHost(undefined as unknown as Host));
  show({ markdown: "x" });
  assert.deepEqual(sent, [[{ data: { "text/markdown": "x", "text/plain": "x" }, metadata: {}, transient: {} }, false]]);
});
