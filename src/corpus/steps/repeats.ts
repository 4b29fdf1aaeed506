/** Documents whose whole text an earlier one has go; 16 bytes of a sha256 are kept of each. */
import { createHash } from "node:crypto";
import { made } from "../../registry.js";
import type { Step } from "./types.js";

export const repeats = (): Step =>
  made({
    name: "repeats",
    options: {},
    alone: false,
    open() {
      const seen = new Set<string>();
      return {
        judge(document) {
          // Of its UTF-16 units: halves of surrogate pairs, which are all one in UTF-8, differ.
          const sum = createHash("sha256").update(document.text, "utf16le").digest().toString("latin1", 0, 16);
          if (seen.has(sum)) return { dropped: "the text of another" };
          seen.add(sum);
          return document;
        },
      };
    },
  });
