/** sources.csv: from any update back to the documents that it was made of, one line for each stretch of one document. */
import { join } from "node:path";
import type { Shard } from "../../corpus/index.js";
import { type Row, writeCsvRows } from "../../runs/index.js";
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
export async function writeSources(options: SourcesOptions): Promise<Record<string, number>> {
  const drawn: Record<string, number> = Object.fromEntries(options.domains.map((domain) => [domain, 0]));
  await writeCsvRows({ path: join(options.dir, "sources.csv"), columns, rows: batches(options, drawn) });
  return drawn;
}

const columns = ["update", "row", "domain", "document", "key", "from", "at", "tokens"] as const;

/** Of each window its lines. */
function* batches({ windows, textOf, keyOf }: SourcesOptions, drawn: Record<string, number>): Generator<Row[]> {
  for (const window of windows) {
    const { update, row, domain } = window;
    drawn[domain] = (drawn[domain] ?? 0) + 1;
    const places = [...placesOf(window, textOf(domain), keyOf)];
    yield places.map(({ length: tokens, ...place }) => ({ update, row, ...place, tokens }));
  }
}
