/** The page of runs: whole in itself, tied from row to curve, and harmless with other people's names. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { runsPage, type RunsPageOptions } from "../../src/charts/index.js";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

function options(count: number): RunsPageOptions {
  const runs = Array.from({ length: count }, (_, i) => i);
  return {
    title: "</title><script>throw 1</script>",
    lead: "a < b",
    runs: {
      title: "Runs",
      columns: ["run", "arm", "loss"],
      rows: runs.map((i) => [`<b>${i}</b>`, i % 2 ? "none" : "replay", 1 / (i + 3)]),
    },
    by: { name: "arm", values: runs.map((i) => (i % 2 ? "none" : "replay")) },
    panels: [
      { title: "Loss", x: "tokens", lines: runs.map((run) => ({ run, x: [0, 1e6, 2e6], y: [3, 2 + run / 1e3, NaN] })) },
      { title: "One", x: "tokens", lines: runs.map((run) => ({ run, x: [5], y: [1] })) },
      {
        title: "Long",
        x: "tokens",
        lines: [{ run: 0, x: Array.from({ length: 5000 }, (_, i) => i), y: Array(5000).fill(2) }],
      },
    ],
    tables: [{ title: "What differs", note: "note", columns: ["setting", "values"], rows: [["arm", "none, replay"]] }],
    common: { "recipe.steps": 2 },
    footer: "made",
  };
}

test("one file: every curve and row is there, nothing is loaded, nothing is executed that was not written here", () => {
  const html = runsPage(options(3));
  assert.equal(html.match(/<path class="c /g)!.length, 7);
  assert.equal(html.match(/<tr data-run=/g)!.length, 3);
  assert.equal(html.match(/<script>/g)!.length, 1);
  assert.doesNotMatch(html.replace(/<script>[^]*<\/script>/, ""), /<b>|src=|href=|url\(|NaN|undefined/);
  assert.ok(html.length < 20_000, "5000 points are drawn as those that a panel can show");
});

test(
  "in Chromium at 200 runs: filtered, sorted and kept in front, offline",
  { skip: !chromium && "no Chromium here" },
  async () => {
    const { chromium: browserType } = await import("playwright-core");
    const dir = mkdtempSync(join(tmpdir(), "runs-page-"));
    writeFileSync(join(dir, "runs.html"), runsPage(options(200)));
    const browser = await browserType.launch({ executablePath: chromium, args: ["--no-sandbox"], timeout: 180_000 });
    try {
      const tab = await browser.newPage();
      tab.setDefaultTimeout(180_000);
      const problems: string[] = [];
      tab.on("pageerror", (error) => problems.push(error.message));
      tab.on("request", (request) => {
        if (!request.url().startsWith("file:")) problems.push(request.url());
      });
      await tab.goto(pathToFileURL(join(dir, "runs.html")).href);
      await tab.locator("#runs th", { hasText: "loss" }).click();
      assert.equal(await tab.locator("#runs tbody tr").first().getAttribute("data-run"), "199");
      await tab.fill("#only", "replay");
      assert.equal(await tab.textContent("#count"), "100 of 200");
      await tab.locator('#runs tr[data-run="4"]').click();
      await tab.mouse.move(0, 0);
      assert.equal(await tab.locator(".c.on").count(), 2);
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
      rmSync(dir, { recursive: true });
    }
  },
);
