/**
 * JupyterLab in a browser, as a user sees it: a notebook runs cell by cell on our kernel, its figures are drawn by
 * JupyterLab itself, a live chart moves, Interrupt ends training, and the next cell goes on with what was trained.
 * `PALIMPSEST_TEST_SCREENSHOTS=folder` keeps a picture of each stage.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chromium, type Locator } from "playwright-core";
import { findBrowser } from "../../src/lab/browser.js";
import { startJupyterLab } from "../../src/lab/jupyter-lab.js";
import { writeNotebook } from "../../src/lab/notebook.js";
import { notebookOf, temporaryFolder } from "./fixture.js";
import { findJupyterLab, flags, picture, points } from "./page.js";

const book = notebookOf([
  "# A small training",
  `import { lab, show } from "palimpsest";
const curve = (y: number[]) => ({ data: [{ y, line: { simplify: false } }], layout: { title: { text: "Loss" }, height: 300 } });
show(curve([3, 1, 2]));`,
  `let steps = 0;
const chart = lab.liveChart(curve([]));
const run = await lab.interruptible(async (signal) => {
  const losses: number[] = [];
  while (!signal.aborted) {
    losses.push(1 / ++steps);
    chart.update(curve(losses));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { losses };
});`,
  'console.log("kept", run.losses.length, "later steps", steps - run.losses.length);',
]);

test("JupyterLab draws figures, moves live charts, and interrupts training without losing it", async (t) => {
  const executablePath = findBrowser();
  if (executablePath === undefined) return t.skip("needs Chromium: apt install chromium, or name one in CHROMIUM");
  const jupyter = findJupyterLab();
  if (jupyter === undefined) return t.skip("needs JupyterLab 4: `palimpsest lab` makes it in .venv");

  const folder = temporaryFolder();
  const metadata = {
    kernelspec: { name: "palimpsest", display_name: "TypeScript (Palimpsest)", language: "typescript" },
  };
  writeFileSync(join(folder, "book.ipynb"), writeNotebook({ ...book, metadata }));
  const server = await startJupyterLab({
    jupyter,
    folder,
    overlay: temporaryFolder(),
    notebook: "book.ipynb",
    port: undefined,
  });
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0, args: flags });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
    page.setDefaultTimeout(120_000);
    await page.goto(server.url);
    const cells = page.locator(".jp-Notebook .jp-Cell");
    await cells.nth(3).waitFor();
    await page.getByText("TypeScript (Palimpsest) | Idle").waitFor();
    const output = (at: number): Locator => cells.nth(at).locator(".jp-OutputArea");
    const finished = (at: number): Promise<void> =>
      cells
        .nth(at)
        .locator(".jp-InputPrompt", { hasText: /\[\d+\]/ })
        .waitFor();
    await cells.nth(1).locator(".cm-content").click();

    await page.keyboard.press("Shift+Enter");
    await output(1).locator("svg.main-svg").first().waitFor();
    await finished(1);
    assert.equal(await points(output(1)), 3);
    await picture(page, "figure");

    await page.keyboard.press("Shift+Enter");
    await output(2).locator("svg.main-svg").first().waitFor();
    const before = await points(output(2));
    for (let tries = 0; tries < 60 && (await points(output(2))) <= before + 5; tries++) await page.waitForTimeout(500);
    assert.ok((await points(output(2))) > before + 5, "the live chart moves");
    await picture(page, "training");

    await page.getByRole("menuitem", { name: "Kernel", exact: true }).click();
    await page.getByText("Interrupt Kernel", { exact: false }).first().click();
    await finished(2);
    assert.equal(await output(2).locator('[data-mime-type="application/vnd.jupyter.stderr"]').count(), 0);

    await cells.nth(3).locator(".cm-content").click();
    await page.keyboard.press("Shift+Enter");
    await finished(3);
    const said = (await output(3).innerText()).trim();
    await picture(page, "after");
    assert.match(said, /^kept \d+ later steps 0$/);
    assert.equal(await points(output(2)), Number(said.split(" ")[1]), "the chart ends with the last figure");
  } catch (error) {
    const [page] = browser.contexts().flatMap((context) => context.pages());
    if (page) await picture(page, "failure");
    throw error;
  } finally {
    await browser.close();
    server.stop();
    await server.ended;
  }
});
