import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DataFrame } from "danfojs-node";
import { bundleOf as anyBundleOf, type Showable } from "../../../src/lab/cell/bundle.js";
import type { Bundle } from "../../../src/lab/cell/display.js";
import { type BundleOptions, describeFigure, plotlyMime } from "../../../src/lab/cell/figure-bundle.js";
import { show } from "../../../src/lab/cell/show.js";
import { temporaryFolder } from "../fixture.js";
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
  assert.deepEqual(bundleOf({ latex: "e^{i\\pi}" }), { "text/latex": "$$e^{i\\pi}$$", "text/plain": "e^{i\\pi}" });
  assert.equal(bundleOf({ latex: "an inline $x$" })["text/latex"], "an inline $x$");
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" aria-label="a dot"/>';
  assert.deepEqual(bundleOf({ svg }), { "image/svg+xml": svg, "text/plain": "Picture: a dot" });
  const own = {
    name: "me",
    [Symbol.for("Jupyter.display")]() {
      return { "text/plain": this.name };
    },
  };
  assert.deepEqual(bundleOf(own), { "text/plain": "me" });
});

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==",
  "base64",
);

test("an image is its bytes or its file, of a kind that its first bytes say", () => {
  const file = join(temporaryFolder(), "dot.png");
  writeFileSync(file, png);
  const base64 = png.toString("base64");
  assert.deepEqual(bundleOf({ image: png }), { "image/png": base64, "text/plain": "Image: 1 kB" });
  assert.deepEqual(bundleOf({ image: file }), { "image/png": base64, "text/plain": "Image dot.png: 1 kB" });
  assert.deepEqual(Object.keys(bundleOf({ image: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) })), [
    "image/jpeg",
    "text/plain",
  ]);
  assert.equal(
    bundleOf({ image: Buffer.from("<?xml version='1.0'?>\n<svg/>") })["image/svg+xml"],
    "<?xml version='1.0'?>\n<svg/>",
  );
  const bad: [Uint8Array | string, RegExp][] = [
    ["nowhere.png", /^Error: show: invalid image: no such file: \/.*nowhere\.png$/],
    [Buffer.from("text"), /^Error: show: invalid image: bytes \(known are PNG/],
    [7 as unknown as string, /^Error: show: invalid image: number; give the bytes/],
    [new Uint8Array(11e6), /^Error: show: invalid image: bytes: 11\.0 MB \(at most 10 MB\)$/],
  ];
  for (const [image, message] of bad) assert.throws(() => bundleOf({ image }), message);
});

test("things in a row are one picture where all are, else HTML; text under each other", async () => {
  const svgOf = (): string => '<svg xmlns="x" width="30" height="20"/>';
  const two = bundleOf({ row: [figure, figure] }, { svgOf });
  assert.deepEqual(Object.keys(two), ["image/svg+xml", "text/plain"]);
  assert.match(
    String(two["image/svg+xml"]),
    /width="76" height="20" viewBox="0 0 76 20">\n<svg x="0" .*\n<svg x="46" /,
  );
  assert.equal(String(two["text/plain"]).split("\n").length, 2);
  const mixed = bundleOf({ row: [figure, [{ a: 1 }], { image: png }] }, { svgOf });
  assert.match(
    String(mixed["text/html"]),
    /<img [^>]*svg\+xml;base64,[\s\S]*<table>[\s\S]*<img [^>]*image\/png;base64,/,
  );
  const later = { [Symbol.for("Jupyter.display")]: async () => ({ "text/plain": "later" }) };
  assert.match(String((await anyBundleOf({ row: [later] }))["text/html"]), /<pre>later<\/pre>/);
  assert.throws(() => bundleOf({ row: [] }), /^Error: show: invalid thing: an object with row;/);
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
    ask: () => Promise.reject(new Error("nobody is there")),
    interruptible: new Set(),
    cellEnd: new Set(),
    folder: "/",
    runner: false,
  };
  setHost(host);
  t.after(() => setHost(undefined as unknown as Host));
  show({ markdown: "x" });
  const sentAs = (data: Bundle): [DisplayContent, boolean] => [{ data, metadata: {}, transient: {} }, false];
  assert.deepEqual(sent, [sentAs({ "text/markdown": "x", "text/plain": "x" })]);
  show({ markdown: "x" }, { title: "A < B", caption: "A caption." });
  assert.deepEqual(
    sent[2],
    sentAs({
      "text/html": '<p style="max-width:46em"><b>A &lt; B.</b> A caption.</p>',
      "text/plain": "A < B. A caption.",
    }),
  );
});
