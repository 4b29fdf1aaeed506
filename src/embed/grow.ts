/**
 * A model for a wider tokenizer: the same weights with rows for the new tokens. Old tokens keep their ids, and their rows
 * bit for bit. Not for a tokenizer that numbers its tokens otherwise: that is `replace`.
 */
import { initialisers, type InitialiserName } from "./initialisers.js";
import type { MatMul } from "./matmul.js";
import { rewrite } from "./tables.js";
import type { Evidence } from "./evidence.js";
import type { Grown, Initialiser } from "./types.js";
import type { Rng } from "../rng.js";
import type { LanguageModel, OnProgress, Tokenizer } from "../types.js";

export interface GrowOptions {
  base: LanguageModel;
  /** Has every token of the base's tokenizer at the same id, and more; other tokens only at the ids of `rows`. */
  tokenizer: Tokenizer;
  /** A name of the registry, or an initialiser of one's own. */
  init: InitialiserName | Initialiser;
  /** What the initialiser `needs`. */
  evidence?: Evidence;
  /** Needed by initialisers that draw. */
  rng?: Rng;
  /** The number of rows becomes a multiple of this, and never falls. Defaults to 1. */
  padTo?: number;
  /** Old ids to write afresh, e.g. of reserved tokens, or of rare ones that gave their ids to new tokens. Defaults to none. */
  rows?: readonly number[];
  /** Old ids that statistics leave out besides padding, reserved names and rows of zeros. Defaults to none. */
  untrained?: readonly number[];
  /** For large tables: `engine.matmul()`. Defaults to plain JavaScript. */
  matmul?: MatMul;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export async function grow(options: GrowOptions): Promise<Grown> {
  const { base, tokenizer, init, evidence = {}, rng, padTo = 1, rows = [], untrained = [] } = options;
  const { name, initialiser } = initialiserOf("grow", init);
  if (!(Number.isInteger(padTo) && padTo > 0))
    throw new RangeError(`grow: invalid padTo: ${padTo} (an integer from 1)`);
  const { kept, newIds } = compare(base.tokenizer, tokenizer, new Set(rows));
  return rewrite({
    caller: "grow",
    base,
    tokenizer,
    name,
    initialiser,
    shared: { base: kept, target: kept },
    newIds,
    untrained: new Set(untrained),
    rows: Math.max(base.config.vocabSize, Math.ceil(tokenizer.size / padTo) * padTo),
    evidence,
    rng,
    matmul: options.matmul,
    signal: options.signal,
    onProgress: options.onProgress,
  });
}

/** The row of the registry, or one that the caller brought. */
export function initialiserOf(
  caller: string,
  init: InitialiserName | Initialiser,
): { name: string; initialiser: Initialiser } {
  if (typeof init === "object") return { name: "custom", initialiser: init };
  if (!Object.hasOwn(initialisers, init))
    throw new Error(
      `${caller}: invalid init: ${JSON.stringify(init)} (one of ${Object.keys(initialisers).join(", ")})`,
    );
  return { name: init, initialiser: initialisers[init] };
}

/** Which ids keep their rows and which get new ones; a token that moved or left, outside `rows`, is an error. */
function compare(
  base: Tokenizer,
  tokenizer: Tokenizer,
  rows: ReadonlySet<number>,
): { kept: Int32Array; newIds: Int32Array } {
  const kept: number[] = [];
  const newIds: number[] = [];
  for (const id of rows)
    if (tokenizer.tokenOf(id) === undefined)
      throw new RangeError(`grow: invalid rows: ${id} (the tokenizer has no token of this id)`);
  for (let id = 0; id < Math.max(base.size, tokenizer.size); id++) {
    const token = base.tokenOf(id);
    if (rows.has(id)) newIds.push(id);
    else if (token !== undefined) {
      if (tokenizer.tokenOf(id) !== token) {
        const now = tokenizer.idOf(token);
        throw new Error(
          `grow: invalid tokenizer: ${JSON.stringify(token)} has id ${id} in the base and ${now ?? "none"} here (extend the base's own tokenizer)`,
        );
      }
      kept.push(id);
    } else if (tokenizer.tokenOf(id) !== undefined) newIds.push(id);
  }
  return { kept: Int32Array.from(kept), newIds: Int32Array.from(newIds) };
}
