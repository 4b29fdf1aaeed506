/** All windows of a run in the order in which it reads them, and which documents each is of. */
import { documentAt, type Segment, type Shard, type TokenRow } from "../../corpus/index.js";
import type { OnProgress, Tokenizer } from "../../types.js";
import type { Blended } from "../run/batches.js";

export interface Window extends TokenRow {
  /** From 1. */
  update: number;
  /** In its update, from 0. */
  row: number;
  domain: string;
  tokens: Int32Array;
  segments: readonly Segment[];
}

export function* windowsOf(batches: Blended, steps: number): Generator<Window> {
  const { batch, context } = batches;
  const size = context + 1;
  for (let step = 0; step < steps; step++) {
    const { feeds, domains, segments } = batches.next(step);
    for (const [row, domain] of domains.entries()) {
      const tokens = feeds[Math.floor(row / batch)]!.tokens as Int32Array;
      const at = (row % batch) * size;
      const own = segments?.[row];
      if (!own) throw new Error(`handOff: invalid order of ${domain}: it does not say where its windows stand`);
      yield { update: step + 1, row, domain, tokens: tokens.slice(at, at + size), segments: own };
    }
  }
}

export interface WatchedOptions {
  label: string;
  /** Updates. */
  total: number;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** The same, looked at between two updates. */
export function* watched(windows: Iterable<Window>, options: WatchedOptions): Generator<Window> {
  const { label, total, signal, onProgress } = options;
  for (const window of windows) {
    if (window.row === 0) {
      signal?.throwIfAborted();
      onProgress?.({ label, done: window.update - 1, total });
    }
    yield window;
  }
  onProgress?.({ label, done: total, total });
}

export interface Place {
  domain: string;
  /** Number of the document in its domain's train part, from 0. */
  document: number;
  key: string;
  /** Index in the document of the first token, and in the window. */
  from: number;
  at: number;
  /** In tokens, the end of text among them. */
  length: number;
}

export type KeyOf = (domain: string, document: number) => string;

/** The documents that a window is made of. */
export function* placesOf(
  { domain, segments }: Window,
  { starts }: Pick<Shard, "starts">,
  keyOf: KeyOf,
): Generator<Place> {
  for (const { at, start, length } of segments)
    for (let done = 0; done < length;) {
      const document = documentAt({ starts }, start + done);
      const own = Math.min(length - done, starts[document + 1]! - start - done);
      const from = start + done - starts[document]!;
      yield { domain, document, key: keyOf(domain, document), from, at: at + done, length: own };
      done += own;
    }
}

/** The same windows with what formats with columns say of them; text is decoded where it is asked for. */
export function* described(
  windows: Iterable<Window>,
  {
    tokenizer,
    textOf,
    keyOf,
  }: { tokenizer: Tokenizer; textOf: (domain: string) => Pick<Shard, "starts">; keyOf: KeyOf },
): Generator<TokenRow> {
  for (const window of windows) {
    const { update, row, domain, tokens } = window;
    yield {
      tokens,
      id: `${update}.${row}`,
      lang: domain,
      get source() {
        return [...placesOf(window, textOf(domain), keyOf)].map(({ key }) => key).join(" ");
      },
      get text() {
        return tokenizer.decode(tokens);
      },
    };
  }
}
