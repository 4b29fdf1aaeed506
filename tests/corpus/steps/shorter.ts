/** A step that looks at every document before it judges one. */
import type { Step } from "../../../src/corpus/index.js";

/** Drops what is longer than the mean of all it saw. */
export const shorter: Step = {
  name: "shorter",
  options: {},
  alone: false,
  open() {
    let [sum, count] = [0, 0];
    return {
      see({ text }) {
        sum += text.length;
        count++;
      },
      judge: (document) => (document.text.length > sum / count ? { dropped: "longer than the mean" } : document),
    };
  },
};
