/**
 * ProX's edits (Zhou et al. 2024): each document has a program, which drops it or removes lines and strings of it
 * (`../prox/program.ts`). A model wrote the programs down in a file, or rules make them.
 */
import { made } from "../../registry.js";
import { mostMalformed, run } from "../prox/program.js";
import { programmed, type ProxRules } from "../prox/rules.js";
import { streamFiles } from "../sources/stream.js";
import type { Step } from "./types.js";

export interface ProxOptions {
  /** Files with a row for each document: its key and its program. Or else `rules`. Documents without a program stay as they are. */
  programs?: string | readonly string[];
  /** Field of `programs` that names the document; defaults to "key". */
  key?: string;
  /** And that has the program; defaults to "program". */
  field?: string;
  rules?: ProxRules;
}

export function prox({ programs, key = "key", field = "program", rules }: ProxOptions): Step {
  if ((programs === undefined) === (rules === undefined))
    throw new Error("prox: invalid options: give either programs or rules");
  const byRule = rules && programmed(rules);
  let read: Map<string, string> | undefined;
  return made({
    name: "prox",
    options: programs === undefined ? { rules: { ...rules } } : { programs, key, field },
    alone: true,
    async ready() {
      if (programs === undefined || read) return;
      const found = new Map<string, string>();
      for await (const document of streamFiles({
        text: { paths: [programs].flat(), key, field },
        language: "programs",
      }))
        found.set(document.key, document.text);
      read = found;
    },
    open() {
      if (!byRule && !read) throw new Error("prox: it is not ready (await its ready() before it is opened)");
      return {
        judge(document) {
          const { key, text } = document;
          const program = byRule ? byRule(text) : read!.get(key);
          if (program === undefined) return document;
          if (/^drop_doc\b/m.test(program)) return { dropped: "drop_doc" };
          const { text: edited, malformed } = run(text, program);
          if (edited === "") return { dropped: "its program leaves next to nothing" };
          const left = edited === text ? document : { ...document, text: edited };
          if (malformed === 0) return left;
          const noted: Record<string, number> = { "malformed calls, skipped": malformed };
          if (malformed >= mostMalformed) noted["programs left out for malformed calls"] = 1;
          return { left, noted };
        },
      };
    },
  });
}
