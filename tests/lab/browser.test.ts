/**
 * A notebook as its reader meets it in JupyterLab 4 and in Notebook 7: what a cell shows and how it is worked with, light;
 * then the tab is closed while a cell runs, and opened again, dark. One server, and a notebook and its kernel for each.
 * `PALIMPSEST_TEST_SCREENSHOTS=folder` keeps a picture of each stage.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { findBrowser } from "../../src/lab/jupyter/browser.js";
import { startJupyterLab, type JupyterLab } from "../../src/lab/jupyter/jupyter-lab.js";
import { writeNotebook } from "../../src/lab/notebook/notebook.js";
import { notebookOf, temporaryFolder } from "./fixture.js";
import { findJupyterLab, flags, more, patience, picture, points, reach } from "./page.js";

const sources = {
  figure: `import { charts, lab, laws } from "palimpsest";
const line = (y: number[], width?: number) => ({
  data: [{ type: "scatter", x: y.map((_, i) => i), y, line: { simplify: false } }],
  layout: { height: 220, width },
});
line([3, 1, 2], 1500)`,
  table: `[{ name: "one", value: 1 }, { name: "two", value: 2 }]`,
  error: `const here = 1;
throw new Error("at its line");`,
  stuck: `await null;
for (;;) {}`,
  help: `laws.fit({ law: "chin" });`,
  loop: `const bar = lab.progress();
const chart = lab.liveChart(line([]), { every: 200 });
const turns = await lab.interruptible(async (signal) => {
  const y: number[] = [];
  while (!signal.aborted) {
    chart.update(line([...y, 1 / (1 + y.length)]));
    y.push(1 / (1 + y.length));
    bar.report({ label: "turns", done: y.length, total: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return y.length;
});
bar.done();`,
  after: `["kept", turns > 0]`,
  made: `const wide = 2`,
  used: `wide * 2`,
};
type Id = keyof typeof sources;
const ids = Object.keys(sources) as Id[];

const executablePath = findBrowser();
const jupyter = findJupyterLab();
const missing =
  executablePath === undefined
    ? "needs Chromium: apt install chromium, or name one in CHROMIUM"
    : jupyter === undefined && "needs JupyterLab 4: `palimpsest lab` makes it in .venv";

let server: JupyterLab;
let browser: Browser;
let token = "";
const origin = (): string => new URL(server.url).origin;

before(async () => {
  if (missing) return;
  const folder = temporaryFolder();
  for (const name of ["lab", "notebook"]) {
    const book = notebookOf(Object.values(sources), { kernelspec: { name: "palimpsest", display_name: "TypeScript" } });
    writeFileSync(join(folder, `${name}.ipynb`), writeNotebook(book));
  }
  // A theme that is chosen is kept there, and which notebooks are open.
  process.env.JUPYTERLAB_SETTINGS_DIR = join(folder, "settings");
  process.env.JUPYTERLAB_WORKSPACES_DIR = join(folder, "workspaces");
  server = await startJupyterLab({ jupyter: jupyter!, folder, overlay: temporaryFolder() });
  token = new URL(server.url).searchParams.get("token")!;
  const chromiumSandbox = process.getuid?.() !== 0;
  browser = await chromium.launch({ executablePath, chromiumSandbox, args: flags, timeout: patience });
});
after(async () => {
  await browser?.close();
  server?.stop();
  await server?.ended;
});

/** The look that pages have which are opened from now on. */
async function look(theme: "Light" | "Dark"): Promise<void> {
  const at = `${origin()}/lab/api/settings/@jupyterlab/apputils-extension:themes?token=${token}`;
  const raw = JSON.stringify({ theme: `JupyterLab ${theme}` });
  assert.ok((await fetch(at, { method: "PUT", body: JSON.stringify({ raw }) })).ok);
}

async function open(address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1100 } });
  page.setDefaultTimeout(patience);
  await page.goto(`${origin()}${address}?token=${token}`);
  await page.locator(".jp-Notebook-ExecutionIndicator:is([data-status=idle], [data-status=busy])").waitFor();
  return page;
}

const cellOf = (page: Page, id: Id): Locator => page.locator(".jp-Notebook .jp-Cell").nth(ids.indexOf(id));
const shownBy = (page: Page, id: Id): Locator => cellOf(page, id).locator(".jp-OutputArea-output");

/** Does it until it shows: a page that has just been loaded moves the focus, and JupyterLab waits a second for help. */
async function until(shown: Locator, act: () => Promise<void>, timeout = 3000): Promise<void> {
  for (let waited = timeout; (await shown.count()) === 0; waited += timeout) {
    await act();
    await shown
      .first()
      .waitFor({ timeout })
      .catch((error: Error) => {
        if (waited >= patience) throw error;
      });
  }
}

/** A cell that is only slow to show that it runs is not to be run twice. */
const run = (page: Page, id: Id): Promise<void> => {
  const work = async (): Promise<void> => {
    await cellOf(page, id).locator(".cm-content").click();
    await page.keyboard.press("Shift+Enter");
  };
  return until(cellOf(page, id).locator(".jp-InputPrompt", { hasText: /\[(\*|\d+)\]/ }), work, 20_000);
};

const ended = (page: Page, id: Id): Promise<void> =>
  cellOf(page, id)
    .locator(".jp-InputPrompt", { hasText: /\[\d+]/ })
    .waitFor();

const state = (page: Page, status: "busy" | "idle"): Promise<void> =>
  page.locator(`.jp-Notebook-ExecutionIndicator[data-status="${status}"]`).waitFor();

/** By the menu: two presses of a key are one command only where the page hears them within a second. */
async function interrupt(page: Page): Promise<void> {
  await page.getByRole("menuitem", { name: "Kernel", exact: true }).click();
  await page.getByText("Interrupt Kernel").first().click();
}

const fronts = [
  { name: "JupyterLab", address: "/lab/tree/lab.ipynb" },
  { name: "Notebook 7", address: "/notebooks/notebook.ipynb" },
];
for (const { name, address } of fronts)
  test(`a notebook in ${name}`, { skip: missing }, async (t) => {
    await look("Light");
    let page = await open(address);
    const keep = (stage: string): Promise<void> => picture(page, `${name.replace(" ", "-").toLowerCase()}-${stage}`);
    const step = (what: string, work: () => Promise<void>): Promise<void> =>
      t.test(what, async () => {
        try {
          await work();
        } catch (error) {
          await keep(`failure-${what.split(" ").slice(0, 4).join("-")}`);
          throw error;
        }
      });

    await step("the last expression of a cell is shown as what it is, and a wide figure in its column", async () => {
      await run(page, "figure");
      await run(page, "table");
      await ended(page, "table");
      const figure = shownBy(page, "figure");
      await figure.locator("svg.main-svg").first().waitFor();
      assert.equal(await figure.count(), 1);
      const [drawn, room] = await figure.evaluate((element) => [
        element.querySelector(".main-svg")!.clientWidth,
        element.clientWidth,
      ]);
      assert.ok(drawn! <= room!, `${drawn} in ${room} pixels`);
      assert.match(await cellOf(page, "figure").locator(".jp-OutputPrompt").first().innerText(), /\[1\]:/);
      await shownBy(page, "table").locator("td").nth(3).waitFor();
      assert.equal(await shownBy(page, "table").locator("td").count(), 4);
    });

    await step("an error is at its line, and the cell has its number", async () => {
      await run(page, "error");
      await ended(page, "error");
      assert.match(await shownBy(page, "error").innerText(), /at its line[\s\S]*cell\[3\]:2:7/);
    });

    await step("a loop after an await is busy, and ends where it is interrupted", async () => {
      await run(page, "stuck");
      await state(page, "busy");
      await interrupt(page);
      await ended(page, "stuck");
      await state(page, "idle");
    });

    await step("names of a registry are completed in a string, and Shift+Tab says what a call takes", async () => {
      const line = cellOf(page, "help").locator(".cm-line").first();
      await line.getByText("chin").click({ position: { x: 5, y: 5 } });
      await page.keyboard.press("End");
      for (let i = 0; i < '" });'.length; i++) await page.keyboard.press("ArrowLeft");
      await until(line.getByText("chinchilla"), () => page.keyboard.press("Tab"));
      await page.keyboard.press("Home");
      for (let i = 0; i < "laws.fit({ ".length; i++) await page.keyboard.press("ArrowRight");
      await until(page.locator(".jp-Tooltip", { hasText: "objective" }), () => page.keyboard.press("Shift+Tab"));
      await keep("help");
      await page.keyboard.press("Escape");
    });

    await step(
      "a cell that used what was since made from other code is marked, and runs when it is told to",
      async () => {
        await run(page, "made");
        await run(page, "used");
        await ended(page, "used");
        const stale = page.locator(".jp-Notebook .palimpsest-stale");
        assert.equal(await stale.count(), 0);
        const again = async (id: Id, typed: string): Promise<void> => {
          await cellOf(page, id).locator(".cm-content").click();
          await page.keyboard.press("End");
          await page.keyboard.type(typed);
          await page.keyboard.press("Shift+Enter");
        };
        await again("made", "0");
        await stale.waitFor();
        assert.match(String(await stale.getAttribute("title")), /^stale: uses wide, which cell \[\d+\] made anew$/);
        assert.match(await shownBy(page, "used").innerText(), /4/);
        await keep("stale");
        await again("used", " ");
        await stale.waitFor({ state: "detached" });
        await shownBy(page, "used").filter({ hasText: /40/ }).waitFor();
      },
    );

    await step("a live chart moves, with one line of progress; a tab that was closed gets all of it back", async () => {
      await run(page, "loop");
      await more(cellOf(page, "loop"), 5);
      await cellOf(page, "loop").locator("progress").waitFor();
      await keep("running");
      const before = await points(cellOf(page, "loop"));
      await page.close();
      await look("Dark");
      page = await open(address);
      await cellOf(page, "loop").locator("svg.main-svg").first().waitFor();
      await reach(cellOf(page, "loop"), before + 1);
      await more(cellOf(page, "loop"), 5);
      assert.equal(await cellOf(page, "loop").locator(".jp-InputPrompt").innerText(), "[*]:");
      await state(page, "busy");
      await keep("opened-again");
      await interrupt(page);
      await ended(page, "loop");
      assert.equal(await cellOf(page, "loop").locator("progress").count(), 1);
      await run(page, "after");
      await ended(page, "after");
      assert.match(await shownBy(page, "after").innerText(), /\[ 'kept', true \]/);
    });

    await step("in a dark theme a figure is dark, and white where it is printed", async () => {
      const filter = (): Promise<string> =>
        shownBy(page, "loop")
          .locator("visible=true")
          .filter({ has: page.locator(".main-svg") })
          .first()
          .evaluate((element) => String(element.computedStyleMap().get("filter")));
      assert.match(await filter(), /invert/);
      await page.emulateMedia({ media: "print" });
      assert.equal(await filter(), "none");
    });
    await page.close();
  });
