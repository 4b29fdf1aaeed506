/** Text that was code-switched or romanised, and after it the text as it was, which alone counts under the objective `answers`. */
import { made, write } from "../../registry.js";
import type { Rendering } from "./types.js";
import { learned } from "./translations.js";

export interface RestoredOptions {
  /** What writes it otherwise: `codeSwitch` or `romanised`. */
  by: Rendering;
  /** Between the two; defaults to an empty line. */
  separator?: string;
}

export function restored({ by, separator = "\n\n" }: RestoredOptions): Rendering {
  return made(
    {
      name: "restored",
      options: { by: write(by), separator },
      async open(at) {
        const render = await by.open(at);
        return (pair, how) =>
          render(pair, how).flatMap(({ text, original }) =>
            original === undefined ? [] : [learned(text + separator, original)],
          );
      },
    },
    by,
  );
}
