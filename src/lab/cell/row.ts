/** Several bundles side by side as one: pictures as one picture, anything else as HTML that wraps where there is no room. */
import type { Bundle } from "./display.js";
import { escapeHtml } from "./table.js";

const gap = 16;

export function rowOfBundles(bundles: readonly Bundle[]): Bundle {
  const pictures = bundles.map((bundle) => sized(bundle["image/svg+xml"]));
  const text = { "text/plain": bundles.map((bundle) => String(bundle["text/plain"] ?? "")).join("\n") };
  if (pictures.every((each) => each !== undefined)) return { "image/svg+xml": sideBySide(pictures), ...text };
  const parts = bundles.map((bundle) => `<div>${htmlOf(bundle)}</div>`).join("\n");
  return { "text/html": `<div style="display:flex;flex-wrap:wrap;gap:${gap}px">\n${parts}\n</div>`, ...text };
}

interface Picture {
  svg: string;
  width: number;
  height: number;
}

/** A picture that says its size in pixels, as those of this library do. */
function sized(svg: unknown): Picture | undefined {
  if (typeof svg !== "string") return undefined;
  const [width, height] = ["width", "height"].map((name) =>
    Number(new RegExp(`^<svg\\b[^>]*\\s${name}="([\\d.]+)(?:px)?"`).exec(svg)?.[1]),
  ) as [number, number];
  return width > 0 && height > 0 ? { svg, width, height } : undefined;
}

function sideBySide(pictures: readonly Picture[]): string {
  let across = 0;
  const placed = pictures.map(({ svg, width }) => {
    const at = svg.replace("<svg ", `<svg x="${across}" `);
    across += width + gap;
    return at;
  });
  const [width, height] = [across - gap, Math.max(...pictures.map((each) => each.height))];
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg style="max-width:100%;height:auto" xmlns="http://www.w3.org/2000/svg" ${size}>\n${placed.join("\n")}\n</svg>`;
}

function htmlOf(bundle: Bundle): string {
  if (typeof bundle["text/html"] === "string") return bundle["text/html"];
  const [type, content] = Object.entries(bundle).find(([each]) => each.startsWith("image/")) ?? [];
  const text = escapeHtml(String(bundle["text/plain"] ?? ""));
  if (type === undefined) return `<pre>${text}</pre>`;
  const base64 = type === "image/svg+xml" ? Buffer.from(String(content)).toString("base64") : String(content);
  return `<img class="palimpsest-figure" style="max-width:100%" alt="${text}" src="data:${type};base64,${base64}">`;
}
