/**
 * Pictures and pages for print by a browser that is there already: PDF with its fonts inside, PNG at a stated resolution. One
 * start for many, and the same bytes for the same picture: what would tell one time from another is taken out.
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
  /** The letters of a picture for which the browser has no font: it draws a box in the place of each. */
  withoutGlyph(picture: Picture): Promise<string[]>;
  /** A PDF of A4 pages of a document of any author's: no script of its runs, and nothing is fetched for it. */
  pages(html: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface PrinterOptions {
  /** The browser's program. */
  browser: string;
  /** Of PNG; defaults to 300. */
  dotsPerInch?: number;
}

/** Milliseconds that the browser may take for anything, on a machine that has much else to do. */
const timeout = 180_000;

/** Rejects with one line where the browser does not start. */
export async function printer({ browser: executablePath, dotsPerInch = 300 }: PrinterOptions): Promise<Printer> {
  const { chromium } = await import("playwright-core");
  const args = ["--disable-gpu", "--font-render-hinting=none", "--force-color-profile=srgb", "--disable-lcd-text"];
  // Chromium's sandbox refuses the root user.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  const browser: Browser = await chromium.launch({ executablePath, args, timeout }).catch((error: Error) => {
    const why = error.message.split("\n", 1)[0];
    throw new Error(`printer: ${executablePath} does not start: ${why}`, { cause: error });
  });
  const page = await browser.newPage({ deviceScaleFactor: dotsPerInch / 96 });
  page.setDefaultTimeout(timeout);
  const show = async ({ name, svg, width, height }: Picture): Promise<void> => {
    await page.setViewportSize({ width: Math.ceil(width), height: Math.ceil(height) });
    await page.setContent(
      `<!doctype html><title>${name}</title><style>body{margin:0}body>svg{display:block}</style>${svg}`,
    );
    await page.evaluate("document.fonts.ready");
  };
  const strangers = await browser.newContext({ javaScriptEnabled: false, offline: true });
  strangers.setDefaultTimeout(timeout);
  return {
    async pages(html) {
      const document = await strangers.newPage();
      try {
        await document.setContent(html);
        return stampedPdf(await document.pdf({ format: "A4", printBackground: true, preferCSSPageSize: true }));
      } finally {
        await document.close();
      }
    },
    async pdf(picture) {
      await show(picture);
      const [width, height] = [`${picture.width}px`, `${picture.height}px`];
      return stampedPdf(await page.pdf({ width, height, printBackground: true, pageRanges: "1" }));
    },
    async png(picture) {
      await show(picture);
      return stampedPng(await page.screenshot({ type: "png" }), dotsPerInch);
    },
    async withoutGlyph(picture) {
      const letters = picture.svg.replace(/<style>[^]*?<\/style>|<[^>]*>/g, "").replace(/[^\u0250-\u{10ffff}]/gu, "");
      const unknown = [...new Set(letters)];
      if (unknown.length === 0) return [];
      await show(picture);
      return page.evaluate<string[]>(`(${boxed})(${JSON.stringify(unknown)})`);
    },
    close: () => browser.close(),
  };
}

/** Runs in the page: which of the letters are drawn as one is that no font has, for Unicode has none there. */
const boxed = `(letters) => {
  const canvas = new OffscreenCanvas(32, 32).getContext("2d", { willReadFrequently: true });
  canvas.font = "20px Arimo, sans-serif";
  const drawn = (letter) => {
    canvas.clearRect(0, 0, 32, 32);
    canvas.fillText(letter, 2, 24);
    return canvas.getImageData(0, 0, 32, 32).data.join();
  };
  const box = drawn("\u0378");
  return letters.filter((letter) => drawn(letter) === box);
}`;
