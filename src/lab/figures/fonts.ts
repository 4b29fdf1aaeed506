/**
 * The type of a picture for print, inside it: Arimo, which is as wide as Helvetica and Arial letter for letter, so that the
 * same bytes are the same picture on every machine. Only the files whose characters the picture has: 11 kB for Latin, 9 kB
 * for Greek, as much again where something is bold. What Arimo has not (Korean, Chinese) is the reader's own font.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const subsets = ["latin", "latin-ext", "greek", "cyrillic", "vietnamese", "hebrew"] as const;

/** The picture with its fonts as data, after its first tag. */
export function withFonts(svg: string): string {
  const text = new Set(svg.replace(/<[^>]*>/g, "").replace(/&\w+;/g, "&"));
  const points = [...text].map((character) => character.codePointAt(0)!);
  const folder = dirname(require.resolve("@fontsource/arimo/package.json"));
  const ranges = JSON.parse(readFileSync(join(folder, "unicode.json"), "utf8")) as Record<string, string>;
  const left = new Set(points.filter((point) => point >= 32));
  const used = subsets.filter((subset) => {
    const within = [...left].filter(inRange(ranges[subset]!));
    within.forEach((point) => left.delete(point));
    return within.length > 0;
  });
  const weights = svg.includes('font-weight="bold"') ? [400, 700] : [400];
  const faces = weights.flatMap((weight) =>
    used.map((subset) => {
      const bytes = readFileSync(join(folder, "files", `arimo-${subset}-${weight}-normal.woff2`));
      const source = `url(data:font/woff2;base64,${bytes.toString("base64")}) format("woff2")`;
      return `@font-face{font-family:Arimo;font-weight:${weight};src:${source};unicode-range:${ranges[subset]!}}`;
    }),
  );
  return svg.replace(/^<svg[^>]*>/, (open) => `${open}\n<style>${faces.join("\n")}</style>`);
}

/** Of a list such as "U+0000-00FF,U+0131". */
function inRange(list: string): (point: number) => boolean {
  const ends = list.split(",").map((part) => {
    const [from, to] = part.slice(2).split("-");
    return [parseInt(from!, 16), parseInt(to ?? from!, 16)] as const;
  });
  return (point) => ends.some(([from, to]) => point >= from && point <= to);
}
