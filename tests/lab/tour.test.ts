/**
 * The tour in JupyterLab, as a reader meets it, at a size that takes a minute: cell by cell, its figures drawn by
 * JupyterLab, the live loss moving while the base trains, Interrupt during that training, and the rest of the notebook
 * run on the model that was kept.
 */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { chromium, type Locator } from "playwright-core";
import { findBrowser } from "../../src/lab/browser.js";
import { startJupyterLab } from "../../src/lab/jupyter-lab.js";
import { temporaryFolder } from "./fixture.js";
import { findJupyterLab, flags, picture, points } from "./page.js";

const small = { corpus: "npm", size: "nano", vocabSize: 512, newTokens: 64, steps: 4, shares: [0, 0.1, 0.3, 0.6, 1] };

const later = [
  "sweep",
  "curves",
  "plane",
  "fit",
  "check",
  "law-figure",
  "generate",
  "claims",
  "law-claims",
  "remarks",
  "compare",
];

interface Cell {
  id: string;
}

test("the tour runs in JupyterLab, and goes on with the base model whose training was interrupted", async (t) => {
  const executablePath = findBrowser();
  if (executablePath === undefined) return t.skip("needs Chromium: apt install chromium, or name one in CHROMIUM");
  const jupyter = findJupyterLab();
  if (jupyter === undefined) return t.skip("needs JupyterLab 4: `palimpsest lab` makes it in .venv");

  const folder = temporaryFolder();
  const out = join(folder, "out");
  const tour = resolve(__dirname, "../../notebooks/00-tour.ipynb");
  copyFileSync(tour, join(folder, "tour.ipynb"));
  const ids = (JSON.parse(readFileSync(tour, "utf8")) as { cells: Cell[] }).cells.map(({ id }) => id);
  // Enough steps that the base ends because it is interrupted.
  const params = { ...small, baseSteps: 3000, heldOutBytes: 4096, out };
  process.env.PALIMPSEST_PARAMS = JSON.stringify(params);
  process.env.PALIMPSEST_CACHE = join(folder, "cache");
  const server = await startJupyterLab({ jupyter, folder, overlay: temporaryFolder(), notebook: "tour.ipynb" });
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0, args: flags });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
    page.setDefaultTimeout(180_000);
    await page.goto(server.url);
    const cells = page.locator(".jp-Notebook .jp-Cell");
    await page.getByText("TypeScript (Palimpsest) | Idle").waitFor();
    const cell = (id: string): Locator => cells.nth(ids.indexOf(id));
    const run = async (id: string): Promise<void> => {
      await cell(id).locator(".cm-content").click();
      await page.keyboard.press("Shift+Enter");
    };
    const finished = async (id: string): Promise<void> => {
      await cell(id)
        .locator(".jp-InputPrompt", { hasText: /\[\d+\]/ })
        .waitFor();
      const errors = cell(id).locator(
        '[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"]',
      );
      assert.deepEqual(await errors.allInnerTexts(), [], id);
    };
    const drawn = (id: string): Promise<void> => cell(id).locator("svg.main-svg").first().waitFor();

    for (const id of ["settings", "load", "tokenizers"]) {
      await run(id);
      await finished(id);
    }
    await drawn("tokenizers");

    await run("pretrain");
    await drawn("pretrain");
    const before = await points(cell("pretrain"));
    for (let tries = 0; tries < 120 && (await points(cell("pretrain"))) <= before + 5; tries++)
      await page.waitForTimeout(500);
    assert.ok((await points(cell("pretrain"))) > before + 5, "the live loss moves");
    await picture(page, "tour-training");
    await page.getByRole("menuitem", { name: "Kernel", exact: true }).click();
    await page.getByText("Interrupt Kernel", { exact: false }).first().click();
    await finished("pretrain");

    for (const id of later) {
      await run(id);
      await finished(id);
    }
    for (const id of ["curves", "plane", "law-figure"]) await drawn(id);
    await picture(page, "tour-end");
    const summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as Record<string, unknown>;
    assert.equal((summary.outcomes as object[]).length, small.shares.length);
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
