/**
 * Pictures for print by a browser that is there already: PDF with its fonts inside, PNG at a stated resolution. One start for
 * many pictures, and the same bytes for the same picture: what would tell one time from another is taken out.
 */
import type { Browser } from "playwright-core";
import { stampedPdf, stampedPng } from "./stamp.js";

export interface Picture {
  /** What the PDF is called in a reader. */
  name: string;
  /** An SVG document with its fonts, in pixels of 1/96 inch. */
  svg: string;
  width: number;
  height: number;
}

export interface Printer {
  pdf(picture: Picture): Promise<Uint8Array>;
  png(picture: Picture): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface PrinterOptions {
  /** The browser's program. */
  browser: string;
  /** Of PNG; defaults to 300. */
  dotsPerInch?: number;
}

export async function printer({ browser: executablePath, dotsPerInch = 300 }: PrinterOptions): Promise<Printer> {
  const { chromium } = await import("playwright-core");
  const args = ["--disable-gpu", "--font-render-hinting=none", "--force-color-profile=srgb", "--disable-lcd-text"];
  const browser: Browser = await chromium.launch({
    executablePath,
    // Chromium's sandbox refuses the root user.
    args: process.getuid?.() === 0 ? [...args, "--no-sandbox"] : args,
  });
  const page = await browser.newPage({ deviceScaleFactor: dotsPerInch / 96 });
  const show = async ({ name, svg, width, height }: Picture): Promise<void> => {
    await page.setViewportSize({ width: Math.ceil(width), height: Math.ceil(height) });
    await page.setContent(
      `<!doctype html><title>${name}</title><style>body{margin:0}body>svg{display:block}</style>${svg}`,
    );
    await page.evaluate("document.fonts.ready");
  };
  return {
    async pdf(picture) {
      await show(picture);
      const [width, height] = [`${picture.width}px`, `${picture.height}px`];
      return stampedPdf(await page.pdf({ width, height, printBackground: true, pageRanges: "1" }));
    },
    async png(picture) {
      await show(picture);
      return stampedPng(await page.screenshot({ type: "png" }), dotsPerInch);
    },
    close: () => browser.close(),
  };
}
