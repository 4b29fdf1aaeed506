/**
 * A notebook as its reader meets it, for a person who wants to see it: opened in JupyterLab in Chromium, all cells run, each
 * stage kept as a picture. Prints a line per notebook and ends with 1 where a cell shows an error. Not a test: notebooks take minutes.
 *
 *   node -r ./tests/typescript.cjs tests/lab/run-in-browser.ts PICTURES NOTEBOOK…
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { findBrowser } from "../../src/lab/jupyter/browser.js";
import { startJupyterLab } from "../../src/lab/jupyter/jupyter-lab.js";
import { findJupyterLab, flags } from "./page.js";

/** Milliseconds for one notebook. */
const patience = 40 * 60_000;

async function open(notebook: string, pictures: string): Promise<boolean> {
  const [executablePath, jupyter] = [findBrowser(), findJupyterLab()];
  if (!executablePath || !jupyter) throw new Error("run-in-browser: needs Chromium and JupyterLab 4");
  const root = resolve(__dirname, "../..");
  const overlay = mkdtempSync(join(tmpdir(), "palimpsest-browser-"));
  const name = basename(notebook, ".ipynb");
  const copy = join("out", "browser", basename(notebook));
  mkdirSync(join(root, "out", "browser"), { recursive: true });
  copyFileSync(notebook, join(root, copy));
  const server = await startJupyterLab({ jupyter, folder: root, overlay, notebook: copy });
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0, args: flags });
  try {
    const page = await browser.newPage({ viewport: { width: 1300, height: 1600 } });
    page.setDefaultTimeout(patience);
    await page.goto(server.url);
    await page.getByText("TypeScript (Palimpsest) | Idle").waitFor();
    const began = Date.now();
    await page.getByRole("menuitem", { name: "Run", exact: true }).click();
    await page.getByText("Run All Cells", { exact: true }).first().click();
    // JupyterLab marks what waits with an asterisk, and shows the last cell while all run.
    const shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)");
    const last = shown.locator(".jp-CodeCell .jp-InputPrompt").last();
    await page.waitForTimeout(5000);
    while ((await last.innerText()).includes("*")) await page.waitForTimeout(2000);
    const seconds = Math.round((Date.now() - began) / 1000);
    const [errors, plots] = [new Set<string>(), new Set<string>()];
    // JupyterLab draws what is in view: the page is read from top to bottom.
    const notebookPane = shown.locator(".jp-WindowedPanel-outer").first();
    await notebookPane.evaluate((pane) => void (pane.scrollTop = 0));
    for (let screen = 0, end = false; !end && screen < 60; screen++) {
      await page.waitForTimeout(800);
      await page.screenshot({ path: join(pictures, `${name}-${String(screen).padStart(2, "0")}.png`) });
      for (const text of await shown.locator('[data-mime-type="application/vnd.jupyter.error"]').allInnerTexts())
        errors.add(text);
      for (const title of await shown.locator("svg.main-svg .gtitle, svg.main-svg .xtitle").allTextContents())
        plots.add(title);
      end = await notebookPane.evaluate((pane) => {
        const before = pane.scrollTop;
        pane.scrollTop += 1400;
        return pane.scrollTop === before;
      });
    }
    console.log(`${name}: ${seconds} s, ${errors.size} errors, figures: ${[...plots].join(" | ")}`);
    for (const error of errors) console.log(error);
    return errors.size === 0;
  } finally {
    await browser.close();
    server.stop();
    await server.ended;
    rmSync(overlay, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [pictures, ...notebooks] = positionals;
  if (pictures === undefined || notebooks.length === 0)
    throw new Error("run-in-browser: invalid arguments: none (PICTURES NOTEBOOK…)");
  mkdirSync(pictures, { recursive: true });
  for (const notebook of notebooks) if (!(await open(notebook, pictures))) process.exitCode = 1;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
