/** Figures of a report as a paper prints them: what is found, what is written, and that a PDF is whole. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { charts, lab } from "../../../src/index.js";
import { exportFigures, type ExportOptions } from "../../../src/lab/figures/export.js";
import { withFonts } from "../../../src/lab/figures/fonts.js";
import { type Printer, printer } from "../../../src/lab/figures/printer.js";
import { savedIn } from "../../../src/lab/figures/saved.js";
import { findBrowser } from "../../../src/lab/jupyter/browser.js";
import { create } from "../../../src/runs/index.js";
import { hashOf } from "../../../src/train/hash.js";
import { matrixRows } from "../../charts/toy.js";

const dir = mkdtempSync(join(tmpdir(), "palimpsest-figures-"));
const at = (...names: string[]): string => join(dir, ...names);
const browser = findBrowser();
const poppler = spawnSync("pdffonts", ["-v"]).error === undefined;
let press: Printer | undefined;

const rows = [1, 10, 100, 1000].flatMap((tokens) =>
  ["a", "b"].map((run) => ({ run, domain: "ko", tokens, bitsPerByte: 2 + 1 / tokens })),
);
const recipe = { steps: 3, seed: 7 };

before(async () => {
  const engine = { mode: "compiled", device: "cpu", reason: "it was asked for", threads: 1 };
  create({
    dir: at("run"),
    record: { name: "a", recipe, seed: 7, engine, parameters: { total: 1, withoutEmbeddings: 1 } },
  }).close();
  const report = lab.report({ dir: at("04"), title: "t" });
  const figure = charts.lossCurves({ rows });
  report.figure({ name: "losses", figure, title: "Losses <of> two", caption: "Both fall.", table: rows });
  const matrix = charts.heatMap({ rows: matrixRows, down: "Stage", across: "Language", value: "Score" });
  report.figure({ name: "scores", figure: matrix, title: "Scores", caption: "", table: matrixRows });
  if (browser) press = await printer({ browser, dotsPerInch: 150 });
});
after(async () => {
  await press?.close();
  rmSync(dir, { recursive: true });
});

const write = (out: string, more: Partial<ExportOptions> = {}): Promise<string[]> =>
  exportFigures({
    ...{ saved: savedIn(at("04")), dir: at(out), column: "single", letters: false, formats: ["svg"] },
    ...{ onNote: assert.fail, ...more },
  });

test("a report's figures come with their tables, captions and the runs they rest on", async () => {
  await write("svg");
  assert.deepEqual(
    readdirSync(at("svg")).sort(),
    ["losses", "scores"].flatMap((name) => ["csv", "json", "svg"].map((ending) => `${name}.${ending}`)),
  );
  assert.deepEqual(readFileSync(at("svg", "losses.csv")), readFileSync(at("04", "tables", "losses.csv")));
  const said = JSON.parse(readFileSync(at("svg", "losses.json"), "utf8")) as Record<string, unknown>;
  assert.deepEqual([said.title, said.caption, said.notebook], ["Losses <of> two", "Both fall.", null]);
  assert.deepEqual(said.runs, [{ name: "a", recipe: hashOf(recipe), seed: 7, engine: "cpu (compiled)" }]);
  assert.deepEqual(Object.keys(said.versions as object), ["palimpsest", "node", "onnxruntime"]);
  assert.deepEqual((said.drawn as { inches: number }).inches, 3.25);
});

test("an SVG carries the letters it is set in, and no more files of the font than it uses", () => {
  const faces = (text: string): string[] =>
    [...withFonts(`<svg width="1">${text}</svg>`).matchAll(/font-weight:(\d+).*?unicode-range:U\+(\w+)/g)].map(
      ([, weight, from]) => `${weight} ${from}`,
    );
  assert.deepEqual(faces("<text>a − b</text>"), ["400 0000"]);
  assert.deepEqual(faces("<text>β</text>"), ["400 0370"]);
  assert.deepEqual(faces('<tspan font-weight="bold">a</tspan><text>β &amp;</text>'), [
    "400 0000",
    "400 0370",
    "700 0000",
    "700 0370",
  ]);
});

const notebook = (outputs: object[]): string => {
  const path = at("nb.ipynb");
  const cell = { cell_type: "code", id: "a", metadata: {}, source: "1", execution_count: 1, outputs };
  writeFileSync(path, JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  return path;
};
const shown = (metadata: object): object => {
  const data = { "application/vnd.plotly.v1+json": charts.lossCurves({ rows }) };
  return { output_type: "display_data", data, metadata };
};

test("a notebook's figures are those of its report, or what its outputs hold", () => {
  const { figures, notebook: of } = savedIn(
    notebook([shown({ palimpsest: { figure: "losses", report: "04" } }), shown({})]),
  );
  assert.deepEqual(
    figures.map(({ name, table }) => [name, table]),
    [
      ["losses", at("04", "tables", "losses.csv")],
      ["figure-2", undefined],
    ],
  );
  assert.equal(of!.file, "nb.ipynb");
  const lost = savedIn(notebook([shown({ palimpsest: { figure: "losses", report: "gone" } })]));
  assert.deepEqual([lost.missing, lost.figures[0]!.name], ["gone", "losses"]);
  assert.equal(of!.sha256, savedIn(notebook([shown({})])).notebook!.sha256, "of the cells, not of their outputs");
});

test("what has no figures is refused in one line that says how to get some", () => {
  assert.throws(() => savedIn(notebook([])), /nb\.ipynb \(it was never run: palimpsest run .*nb\.ipynb, then give out/);
  assert.throws(() => savedIn(notebook([{ output_type: "stream", name: "stdout", text: "" }])), /none of its outputs/);
  assert.throws(() => savedIn(at("no")), /no such file or folder/);
  mkdirSync(at("empty"));
  assert.throws(() => savedIn(at("empty")), /no figures\/\*\.plotly\.json: was its notebook run/);
});

test("PDF and PNG are the same bytes twice", { skip: !browser && "no Chromium here" }, async () => {
  for (const out of ["one", "two"]) await write(out, { formats: ["pdf", "png"], printer: press });
  for (const file of readdirSync(at("one")))
    assert.deepEqual(readFileSync(at("one", file)), readFileSync(at("two", file)), file);
  const png = readFileSync(at("one", "losses.png"));
  assert.deepEqual([png.readUInt32BE(16), png.toString("latin1", 37, 41)], [Math.ceil(3.25 * 150), "pHYs"]);
  assert.equal(Math.round(png.readUInt32BE(41) * 0.0254), 150);
});

test(
  "letters that no font here has are told from those that one has",
  { skip: !browser && "no Chromium here" },
  async () => {
    const svg = withFonts('<svg xmlns="http://www.w3.org/2000/svg"><text>aβ\u0379</text></svg>');
    assert.deepEqual(await press!.withoutGlyph({ name: "a", svg, width: 9, height: 9 }), ["\u0379"]);
  },
);

const noPdf = !browser ? "no Chromium here" : !poppler && "no poppler here (pdffonts)";
test("a PDF is one page of 3.25 in with its fonts inside and text of 7 to 9 pt", { skip: noPdf }, async () => {
  await write("pdf", { formats: ["pdf"], printer: press });
  const ask = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: "utf8" });
  for (const name of ["losses", "scores"]) {
    const file = at("pdf", `${name}.pdf`);
    const fonts = ask("pdffonts", file).trim().split("\n").slice(2);
    assert.ok(fonts.length > 0 && fonts.every((line) => /Arimo.* yes yes yes /.test(line)), fonts.join("\n"));
    const info = ask("pdfinfo", file);
    assert.match(info, /Pages: +1\n/);
    const width = Number(/Page size: +([\d.]+)/.exec(info)![1]);
    assert.ok(Math.abs(width - 234) < 0.5, info);
    const boxes = ask("pdftotext", "-bbox", file, "-").matchAll(
      /xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</g,
    );
    // A word of four letters is longer than high, turned or not.
    const words = [...boxes].filter(([, , , , , text]) => text!.length >= 4);
    assert.ok(words.length > 4);
    for (const [left, top, right, bottom] of words.map(([, ...ends]) => ends.slice(0, 4).map(Number))) {
      // The blank over a turned word's letters may lie outside.
      assert.ok(left! >= -1 && right! <= width + 1, `${name}: a word at ${left} to ${right}`);
      // A word's box is as high as its font's ascender and descender.
      const points = Math.min(bottom! - top!, right! - left!) / 1.117;
      assert.ok(points > 6.95 && points < 9.05, `${name}: ${points} pt`);
    }
  }
});
