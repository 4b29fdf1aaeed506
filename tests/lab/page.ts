/** What the tests of JupyterLab in a browser share: finding it, and reading its page. */
import { join, resolve } from "node:path";
import type { Locator, Page } from "playwright-core";
import { jupyterInVenv, jupyterOnPath, usable, type Jupyter } from "../../src/lab/jupyter/jupyter.js";

/** The first JupyterLab that would do, in the places where one may be. */
export function findJupyterLab(): Jupyter | undefined {
  const named = process.env.PALIMPSEST_TEST_VENV;
  const venvs = [...(named ? [named] : []), resolve(__dirname, "../../.venv")];
  return [...venvs.map(jupyterInVenv), jupyterOnPath()].find((each) => each !== undefined && usable(each));
}

/** Milliseconds that a page may take for anything, on a machine that has much else to do. */
export const patience = 180_000;

export const flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
flags.push("--disable-component-update", "--disable-sync");

/** Keeps a screenshot where PALIMPSEST_TEST_SCREENSHOTS names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PALIMPSEST_TEST_SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** How many points the line of a figure has now. */
export async function points(figure: Locator): Promise<number> {
  const path = await figure.locator("path.js-line").evaluateAll(([line]) => line?.getAttribute("d") ?? "");
  return path.split(/[ML]/).length - 1;
}

/** Waits until the line of a figure has so many points, as long as the page waits for anything. */
export async function reach(figure: Locator, least: number): Promise<void> {
  await figure
    .page()
    .waitForFunction(
      ([element, count]) =>
        (element?.querySelector("path.js-line")?.getAttribute("d") ?? "").split(/[ML]/).length > count,
      [await figure.elementHandle(), least] as const,
      { polling: 100 },
    );
}

/** Waits until it has so many more points than now. */
export const more = async (figure: Locator, added: number): Promise<void> =>
  reach(figure, (await points(figure)) + added);
