import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { bundle, type Figure, figure, paper, svgOf } from "../../src/charts/index.js";
import { readable } from "../../src/charts/svg/math.js";
import { fit, widthOf, wrap } from "../../src/charts/svg/text.js";

const shown = (title: string): Figure =>
  figure({
    data: [
      { type: "scatter", mode: "lines", name: "$\\hat L(N, D)$", x: [1, 2], y: [1, 2] },
      { type: "scatter", mode: "lines", name: "measured", x: [1, 2], y: [2, 1] },
    ],
    layout: { xaxis: { title: { text: title } }, yaxis: { title: { text: "Loss" } }, showlegend: true },
  });

test("math in labels is drawn as outlines, between the words around it", () => {
  const svg = svgOf(shown("Tokens $D^{0.37}$ (nats)"));
  assert.ok(svg.match(/<path d="M\d/g)!.length > 8);
  assert.doesNotMatch(svg, /\$|\\hat|data-/);
  const place = (word: string): number => Number(new RegExp(`x="([\\d.]+)"[^>]*>${word}<`).exec(svg)![1]);
  const between = place(" \\(nats\\)") - place("Tokens ");
  assert.ok(Math.abs(between - widthOf("Tokens ", 13) - widthOf("$D^{0.37}$", 13)) < 0.05);
  assert.deepEqual(svgOf(shown("$x$")), svgOf(shown("$x$")));
});

test("a formula is neither shortened nor cut into lines", () => {
  assert.equal(fit("$a + b + c + d + e$", 13, 10), "$a + b + c + d + e$");
  assert.equal(wrap("Loss $E + A N^{-1}$ of it", 13, 10), "Loss<br>$E + A N^{-1}$<br>of<br>it");
  const { layout } = paper({
    figure: shown("A long title of $L(N, D)$ that does not fit in one line of a column of a paper"),
  });
  assert.match(layout.xaxis!.title!.text, /<br>/);
});

test("where text is all there is, math is in Unicode", () => {
  assert.equal(readable("Loss $L_0 = E + A N^{-\\alpha}$ (nats)"), "Loss L₀ = E+AN^(−α) (nats)");
  assert.equal(readable("$\\hat L(N, D) \\le 10^{19}$"), "L\u0302(N, D) ≤ 10¹⁹");
  assert.equal(readable("$\\frac{a+b}{2}$, $\\lambda_{max}$"), "(a+b)/2, λₘₐₓ");
  assert.equal(readable("costs $5"), "costs $5");
  assert.equal(readable("$\\frac{a$"), "$\\frac{a$");
  const { data, layout } = bundle(shown("$\\alpha$"))["application/vnd.plotly.v1+json"] as Figure;
  assert.deepEqual([data[0]!.name, layout.xaxis!.title!.text], ["L\u0302(N, D)", "α"]);
  assert.throws(() => svgOf(shown("$\\frac{a$")), /^Error: svgOf: invalid math: \\frac\{a: Missing/);
});

test("MathJax is loaded for the first formula, not before", () => {
  const script = `const charts = require("./dist/charts/index.js"); charts.svgOf({ data: [{ type: "scatter", x: [1], y: [1] }], layout: { title: { text: "a" } } });
    const before = Object.keys(require.cache).some((path) => path.includes("@mathjax"));
    charts.svgOf({ data: [], layout: { title: { text: "$a$" } } });
    console.log(before, Object.keys(require.cache).some((path) => path.includes("@mathjax")));`;
  const said = execFileSync(process.execPath, ["-e", script], { encoding: "utf8", cwd: join(__dirname, "..", "..") });
  assert.equal(said.trim(), "false true");
});
