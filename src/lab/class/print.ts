/** A page as PDF, by a Chromium that is there already. Starts it for one page; what the page may do is the page's to say. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

export interface PrintOptions {
  html: string;
  /** The browser's program. */
  browser: string;
  signal?: AbortSignal;
}

/** Rejects with one line where the browser prints nothing within two minutes. */
export async function printed({ html, browser, signal }: PrintOptions): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "palimpsest-print-"));
  const [page, pdf] = [join(folder, "page.html"), join(folder, "page.pdf")];
  const flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  // Chromium's sandbox refuses the root user.
  if (process.getuid?.() === 0) flags.push("--no-sandbox");
  flags.push(`--user-data-dir=${join(folder, "profile")}`, "--no-pdf-header-footer", `--print-to-pdf=${pdf}`);
  try {
    writeFileSync(page, html);
    await promisify(execFile)(browser, [...flags, pathToFileURL(page).href], { timeout: 120_000, signal });
    return readFileSync(pdf);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`print: ${browser} made no PDF: ${(error as Error).message.split("\n", 1)[0]}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
