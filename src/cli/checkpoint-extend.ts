/** `palimpsest checkpoint extend`: a folder with rows for the new tokens of a wider tokenizer. */
import type { GrowReport, InitialiserName } from "../embed/index.js";
import { lengthTable, notKept } from "./checkpoint-inspect.js";
import { evidenceFor, type EvidenceOptions } from "./evidence.js";
import { newFolder, onFolder, tokenizerAt } from "./folders.js";
import { wholeNumber } from "./numbers.js";
import { BadArguments, type Outcome, type Work } from "./work.js";

export interface ExtendOptions extends EvidenceOptions {
  tokenizer: string;
  init: string;
  seed: string;
  padTo: string;
  match?: "mean" | "median";
  endOfText?: string;
  out: string;
}

export async function extendVerb([dir]: string[], options: ExtendOptions, { signal }: Work): Promise<Outcome> {
  const { endOfText, match } = options;
  const { initialisers } = await import("../embed/index.js");
  const { rng } = await import("../rng.js");
  if (!Object.hasOwn(initialisers, options.init))
    throw new BadArguments(`invalid --init: ${options.init}; one of ${Object.keys(initialisers).join(", ")}`);
  const init = options.init as InitialiserName;
  const evidenceOf = evidenceFor(init, initialisers[init], options);
  const seed = wholeNumber("--seed", options.seed, 0);
  const padTo = wholeNumber("--pad-to", options.padTo, 1);
  if (!(match === undefined || match === "mean" || match === "median"))
    throw new BadArguments(`invalid --match: ${match}; mean or median`);
  const out = newFolder(options.out);
  const { extend, gigabytes, inspect, open } = await import("../checkpoint/index.js");
  return onFolder(dir!, endOfText, async (base, onProgress) => {
    const tokenizer = await tokenizerAt(options.tokenizer, base.tokenizer, endOfText);
    const evidence = await evidenceOf({ base: base.tokenizer, tokenizer, signal, onProgress });
    const made = { init, evidence, rng: rng(seed), padTo, match };
    const { report, rows, held, leftOut } = await extend({ base, out, tokenizer, ...made, signal, onProgress });
    const { lengths } = inspect({ base: open({ dir: out, endOfText }), against: base.tokenizer });
    const { newIds, ...told } = report;
    const text = [
      describeGrowth(report, rows),
      ...(held > 0 ? [`  ${gigabytes(held)} of the table were held in memory`] : []),
      "",
      lengthTable(lengths),
      "",
      `wrote ${out}`,
      ...notKept(leftOut),
    ];
    return {
      json: { out, seed, ...told, new: newIds.length, rows, held, leftOut, lengths },
      text: text.join("\n"),
    };
  });
}

function describeGrowth({ init, tied, newIds, copied, padding, tables }: GrowReport, rows: number): string {
  const by = tied === undefined ? init : `${init} (the head is tied, so it is ${tied})`;
  const fallbacks = tables.flatMap(({ table, fallbacks }) =>
    Object.entries(fallbacks).map(([reason, count]) => `  ${table}: ${count} by the fallback: ${reason}`),
  );
  return [`${rows} rows: ${copied} kept, ${newIds.length} new by ${by}, ${padding} padding`, ...fallbacks].join("\n");
}
