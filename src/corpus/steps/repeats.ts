/** Documents whose whole text an earlier one has go. Of each 16 bytes of a sha256 are kept, in 30 to 50 bytes of memory. */
import { createHash } from "node:crypto";
import { made } from "../../registry.js";
import { keySet } from "../repeats/key-set.js";
import { noPast, type Step } from "./types.js";

export const repeats = (): Step =>
  made({
    name: "repeats",
    options: {},
    alone: false,
    open({ log } = noPast) {
      const seen = keySet(4, log);
      return {
        judge(document) {
          // Of its UTF-16 units: halves of surrogate pairs, which are all one in UTF-8, differ.
          const sum = createHash("sha256").update(document.text, "utf16le").digest();
          const isNew = seen.add([0, 4, 8, 12].map((at) => sum.readInt32LE(at)));
          return isNew ? document : { dropped: "the text of another" };
        },
      };
    },
  });
