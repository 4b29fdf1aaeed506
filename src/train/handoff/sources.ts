/** sources.csv: from any update back to the documents that it was made of, one line for each stretch of one document. */
import { join } from "node:path";
import { atomicFile } from "../../files.js";
import type { Shard } from "../../corpus/index.js";
import { type KeyOf, placesOf, type Window } from "./windows.js";

export interface SourcesOptions {
  dir: string;
  windows: Iterable<Window>;
  /** Of the mixture; one that is never drawn counts too. */
  domains: readonly string[];
  textOf: (domain: string) => Pick<Shard, "starts">;
  keyOf: KeyOf;
}

/** Gives how many windows each domain had. */
export function writeSources({ dir, windows, domains, textOf, keyOf }: SourcesOptions): Record<string, number> {
  const drawn: Record<string, number> = Object.fromEntries(domains.map((domain) => [domain, 0]));
  const file = atomicFile(join(dir, "sources.csv"));
  try {
    file.write("update,row,domain,document,key,from,at,tokens\n");
    for (const window of windows) {
      const { update, row, domain } = window;
      drawn[domain] = (drawn[domain] ?? 0) + 1;
      const lines = Array.from(placesOf(window, textOf(domain), keyOf), ({ document, key, from, at, length }) =>
        [update, row, quoted(domain), document, quoted(key), from, at, length].join(","),
      );
      file.write(lines.map((line) => `${line}\n`).join(""));
    }
    file.commit();
  } finally {
    file.discard();
  }
  return drawn;
}

/** RFC 4180. */
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
