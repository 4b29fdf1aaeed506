/**
 * JupyterLab in a browser, as a user sees it: first three small cells, a figure that JupyterLab itself draws and a loop
 * whose live chart ends where Interrupt ended it; then the tour, at a size that takes a minute: cell by cell, the live loss
 * moving while the base trains, Interrupt during that training, and the rest of the notebook run on the model that was kept.
 * `PALIMPSEST_TEST_SCREENSHOTS=folder` keeps a picture of each stage.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { chromium, type Locator } from "playwright-core";
import { findBrowser } from "../../src/lab/jupyter/browser.js";
import { startJupyterLab } from "../../src/lab/jupyter/jupyter-lab.js";
import { parseNotebook, writeNotebook, type Cell } from "../../src/lab/notebook/notebook.js";
import { notebookOf, temporaryFolder } from "./fixture.js";
import { findJupyterLab, flags, more, patience, picture, points, reach } from "./page.js";

const settings = {
  corpus: "npm",
  size: "nano",
  vocabSize: 512,
  newTokens: 64,
  steps: 4,
  shares: [0, 0.1, 0.3, 0.6, 1],
};

/** The three small cells. */
const small = Object.entries({
  figure: `import { lab, show } from "palimpsest";
const line = (y: number[]) => ({ data: [{ y, line: { simplify: false } }], layout: { title: { text: "Loss" }, height: 300 } });
show(line([3, 1, 2]));`,
  loop: `let turns = 0;
const chart = lab.liveChart(line([]));
const ended = await lab.interruptible(async (signal) => {
  const losses: number[] = [];
  while (!signal.aborted) {
    losses.push(1 / ++turns);
    chart.update(line(losses));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { losses };
});`,
  after: 'console.log("kept", ended.losses.length, "later turns", turns - ended.losses.length);',
}).map(([id, source]): Cell => ({ ...notebookOf([source]).cells[0]!, id }));

test("JupyterLab draws figures, moves live charts, and interrupts training without losing it: the tour goes on", async (t) => {
  const executablePath = findBrowser();
  if (executablePath === undefined) return t.skip("needs Chromium: apt install chromium, or name one in CHROMIUM");
  const jupyter = findJupyterLab();
  if (jupyter === undefined) return t.skip("needs JupyterLab 4: `palimpsest lab` makes it in .venv");

  const folder = temporaryFolder();
  const out = join(folder, "out");
  const tour = resolve(__dirname, "../../notebooks/00-tour.ipynb");
  const book = parseNotebook(readFileSync(tour, "utf8"));
  book.cells.unshift(...small);
  writeFileSync(join(folder, "tour.ipynb"), writeNotebook(book));
  const ids = book.cells.map(({ id }) => id);
  const code = book.cells.filter(({ cell_type }) => cell_type === "code").map(({ id }) => id);
  const figures = new Set(book.cells.filter(({ source }) => source.includes("report.figure(")).map(({ id }) => id));
  // Enough steps that the base ends because it is interrupted, however fast it trains and slow the page is.
  const params = { ...settings, baseSteps: 30_000, heldOutBytes: 4096, out };
  process.env.PALIMPSEST_PARAMS = JSON.stringify(params);
  process.env.JUPYTERLAB_SETTINGS_DIR = join(folder, "settings");
  process.env.JUPYTERLAB_WORKSPACES_DIR = join(folder, "workspaces");
  process.env.PALIMPSEST_CACHE = join(folder, "cache");
  const server = await startJupyterLab({ jupyter, folder, overlay: temporaryFolder(), notebook: "tour.ipynb" });
  const chromiumSandbox = process.getuid?.() !== 0;
  const browser = await chromium.launch({ executablePath, chromiumSandbox, args: flags, timeout: patience });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
    page.setDefaultTimeout(patience);
    await page.goto(server.url);
    const cells = page.locator(".jp-Notebook .jp-Cell");
    await page.getByText("TypeScript (Palimpsest) | Idle").waitFor();
    const cell = (id: string): Locator => cells.nth(ids.indexOf(id));
    const run = async (id: string): Promise<void> => {
      await cell(id).locator(".cm-content").click();
      await page.keyboard.press("Shift+Enter");
    };
    const finished = async (id: string, errors: RegExp = /^$/): Promise<void> => {
      await cell(id)
        .locator(".jp-InputPrompt", { hasText: /\[\d+\]/ })
        .waitFor();
      const shown = cell(id).locator(
        '[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"]',
      );
      assert.match((await shown.allInnerTexts()).join("\n"), errors, id);
    };
    const drawn = (id: string): Promise<void> => cell(id).locator("svg.main-svg").first().waitFor();
    /** Runs a cell until its live chart has moved, interrupts it, and waits for its end. */
    const interrupted = async (id: string): Promise<void> => {
      await run(id);
      await drawn(id);
      await more(cell(id), 5);
      await picture(page, id);
      await page.getByRole("menuitem", { name: "Kernel", exact: true }).click();
      await page.getByText("Interrupt Kernel", { exact: false }).first().click();
      await finished(id, /^Interrupted: /);
    };

    await run("figure");
    await drawn("figure");
    await finished("figure");
    await reach(cell("figure"), 3);
    assert.equal(await points(cell("figure")), 3);
    await interrupted("loop");
    await run("after");
    await finished("after");
    const said = (await cell("after").locator(".jp-OutputArea").innerText()).trim();
    assert.match(said, /^kept \d+ later turns 0$/);
    const kept = Number(said.split(" ")[1]);
    await reach(cell("loop"), kept);
    assert.equal(await points(cell("loop")), kept, "the chart ends with the last figure");

    const whole = async (id: string): Promise<void> => {
      await run(id);
      await finished(id);
      if (figures.has(id)) await drawn(id);
    };
    const base = code.indexOf("pretrain");
    for (const id of code.slice(code.indexOf("settings"), base)) await whole(id);
    await interrupted("pretrain");
    for (const id of code.slice(base + 1)) await whole(id);
    await picture(page, "tour-end");
    const summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as Record<string, unknown>;
    assert.equal((summary.outcomes as object[]).length, settings.shares.length);
    assert.equal(typeof summary.answer, "string");
    assert.equal((summary.claims as object[]).length, 6);
  } catch (error) {
    const [page] = browser.contexts().flatMap((context) => context.pages());
    if (page) await picture(page, "tour-failure");
    throw error;
  } finally {
    await browser.close();
    server.stop();
    await server.ended;
  }
});
