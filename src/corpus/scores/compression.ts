/** How well a text compresses: deflated bytes over its own; low is repetitive. Without gzip's header, which is 18 bytes a window. */
import { deflateRawSync } from "node:zlib";
import { made } from "../../registry.js";
import type { TextScore } from "./types.js";

export function compression(): TextScore {
  return made({
    name: "compression",
    options: {},
    easy: "low",
    ofText(text) {
      const bytes = Buffer.from(text);
      return bytes.length === 0 ? NaN : deflateRawSync(bytes, { level: 9 }).length / bytes.length;
    },
  });
}
