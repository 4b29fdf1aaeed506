/** Plotly itself as the oracle: every figure passes its validator and is drawn; the page needs no network. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { figure, page, paper, type Trace } from "../../src/charts/index.js";
import { interactive } from "../../src/charts/interactive.js";
import { placesOf } from "../../src/charts/svg/places.js";
import { figures } from "./toy.js";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

test(
  "in Chromium: valid for Plotly, all drawn, offline, and static without the script",
  { skip: !chromium && "no Chromium here" },
  async () => {
    const { chromium: browserType } = await import("playwright-core");
    const all = Object.entries(await figures());
    const dir = mkdtempSync(join(tmpdir(), "page-"));
    const html = page({
      title: "Tour <1>",
      figures: all.map(([title, figure]) => ({
        title,
        figure,
        caption: "a < b",
        tables: [{ href: `tables/${title}.csv` }],
      })),
    });
    writeFileSync(join(dir, "index.html"), html);
    const browser = await browserType.launch({ executablePath: chromium, args: ["--no-sandbox"], timeout: 180_000 });
    try {
      const tab = await browser.newPage();
      tab.setDefaultTimeout(180_000);
      const problems: string[] = [];
      tab.on("pageerror", (error) => problems.push(error.message));
      tab.on("request", (request) => {
        if (!request.url().startsWith("file:")) problems.push(request.url());
      });
      const url = pathToFileURL(join(dir, "index.html")).href;
      await tab.goto(url);
      assert.equal(await tab.locator(".plot > svg").count(), all.length, "pictures without the script");
      copyFileSync(
        join(dirname(require.resolve("plotly.js/package.json")), "dist", "plotly.min.js"),
        join(dir, "plotly.min.js"),
      );
      await tab.goto(url);
      await tab.waitForFunction("document.querySelectorAll('.plot.js-plotly-plot .main-svg').length > 0");
      await tab.waitForFunction(`document.querySelectorAll('.js-plotly-plot').length === ${all.length}`);
      const invalid = await tab.evaluate(
        `JSON.parse(document.getElementById("figures").textContent).flatMap(({ id, data, layout }) => (Plotly.validate(data, layout) ?? []).map((e) => id + ": " + e.msg))`,
      );
      assert.deepEqual(invalid, []);
      const printed = all.map(([name, figure]) => ({ name, ...paper({ figure, column: "double", letters: true }) }));
      const invalidInPrint = await tab.evaluate(
        `${JSON.stringify(printed)}.flatMap(({ name, data, layout }) => (Plotly.validate(data, layout) ?? []).map((e) => name + ": " + e.msg))`,
      );
      assert.deepEqual(invalidInPrint, []);
      // Linear, logarithmic, percent, names.
      const plain = all.map(([name, figure]) => ({ name: `plain ${name}`, ...figure }));
      const compared = [...printed, ...plain].filter(({ name }) =>
        /^(plain )?(loss-curves|iso-flop|law-(with-band|residuals|shares)|heat-map|by-layer|forgetting-plane|bootstrap-cloud|fertility-bars)$/.test(
          name,
        ),
      );
      assert.equal(compared.length, 20);
      const ticksInPrint = (await tab.evaluate(
        `(async () => { const all = [];
          for (const { data, layout } of ${JSON.stringify(compared)}) {
            const place = document.body.appendChild(document.createElement("div"));
            await Plotly.newPlot(place, data, layout);
            all.push([...place.querySelectorAll(".xtick text, .ytick text, .x2tick text, .y2tick text")].map((text) => text.dataset.unformatted));
            place.remove();
          }
          return all; })()`,
      )) as string[][];
      compared.forEach(({ name, ...figure }, i) => {
        const places = placesOf(figure, { width: figure.layout.width!, height: figure.layout.height! });
        const panels = places.panels.filter(({ xName }) => /^x2?$/.test(xName));
        const ours = panels.flatMap(({ x, y }) => [...x.ticks, ...y.ticks].map(({ text }) => text));
        assert.deepEqual([...new Set(ticksInPrint[i])].sort(), [...new Set(ours.filter(Boolean))].sort(), name);
      });
      const drawn = (await tab.evaluate(
        `[...document.querySelectorAll('.js-plotly-plot')].map((place) => place.querySelectorAll('.trace, .bars .point, .heatmaplayer .hm').length)`,
      )) as number[];
      all.forEach(([name, { data }], i) =>
        assert.ok(drawn[i]! >= data.length, `${name}: ${drawn[i]} of ${data.length} traces`),
      );
      assert.deepEqual(problems, []);
      assert.equal(await tab.title(), "Tour <1>");
    } finally {
      await browser.close();
      rmSync(dir, { recursive: true, force: true });
    }
  },
);

test("a long name is shortened in the interactive legend and whole on hover; the figure itself keeps it", () => {
  const long = "English replay at a constant learning rate, from the widened tokenizer, ".repeat(3);
  const trace = (name: string, hovertemplate?: string): Trace => ({
    type: "scatter",
    x: [1],
    y: [2],
    name,
    hovertemplate,
  });
  const shown = figure({
    data: [trace("short", "%{y}<extra></extra>"), trace(long), trace(long, "%{y}<extra>%{fullData.name}</extra>")],
    layout: { width: 760 },
  });
  const [short, plain, named] = interactive(shown) as [Trace, Trace, Trace];
  assert.deepEqual(short, shown.data[0]);
  for (const { name, hovertemplate } of [plain, named]) {
    assert.ok(name!.length < 45 && name!.startsWith("English") && name!.includes("…"), name);
    assert.ok(hovertemplate!.endsWith(`<extra>${long}</extra>`), hovertemplate);
  }
  assert.equal(shown.data[1]!.name, long);
});

test("the page carries its figures where no text can break out of them", async () => {
  const [[, figure]] = Object.entries(await figures()) as [[string, Awaited<ReturnType<typeof figures>>[string]]];
  const html = page({
    title: "x",
    figures: [{ title: "t", figure: { ...figure, layout: { title: { text: "</script><script>bad()</script>" } } } }],
    notes: ["<i>"],
    summary: [{ label: "a&b", value: "1" }],
  });
  assert.doesNotMatch(html, /<script>bad|<i>/);
  assert.equal(html.match(/<\/script>/g)!.length, 3);
  assert.match(html, /a&amp;b/);
  assert.doesNotMatch(html, /https?:\/\/(?!www\.w3\.org)/);
});
