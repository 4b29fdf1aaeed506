/** The score of every window of a text. What is computed from the windows' text is kept in the cache, by what it was computed from. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { isMade, write } from "../../registry.js";
import type { Tokenizer } from "../../types.js";
import { cacheFolder } from "../cache.js";
import { cut } from "../windows/cut.js";
import type { Shard } from "../shards/shard.js";
import type { Score } from "./types.js";

/** Raised when a score of the lab computes something else than before. */
const version = 1;
const hashBytes = 32;

export interface ScoresOfOptions {
  score: Score;
  shard: Shard;
  context: number;
  /** What encoded the shard. */
  tokenizer: Tokenizer;
}

/** NaN where a window has none. Await the score's `ready` before, where it has one. */
export function scoresOf({ score, shard, context, tokenizer }: ScoresOfOptions): Float64Array {
  const { count, read } = cut({ shard, context });
  if ("values" in score) {
    if (score.values.length !== count)
      throw new Error(
        `${score.name}: invalid values: ${score.values.length} (the text has ${count} windows of ${context + 1} tokens)`,
      );
    return Float64Array.from(score.values);
  }
  // One of the user's is computed anew: its name and options may not say all.
  const keep = isMade(score);
  const made = [version, shard.hash, context, write(score), score.content];
  const key = sha256(JSON.stringify(made)).toString("hex");
  const path = join(cacheFolder(), "scores", key);
  const found = keep && readBack(path, count);
  if (found) return found;
  const values = Float64Array.from({ length: count }, (_, i) => score.ofText(textOf(read(i), tokenizer)));
  if (keep) {
    const bytes = Buffer.from(values.buffer);
    writeAtomically(path, Buffer.concat([bytes, sha256(bytes)]));
  }
  return values;
}

/** Documents with an empty line between them. */
function textOf(tokens: Int32Array, tokenizer: Tokenizer): string {
  const texts: string[] = [];
  for (let from = 0, to; from <= tokens.length; from = to + 1) {
    to = tokens.indexOf(tokenizer.endOfText, from);
    if (to < 0) to = tokens.length;
    texts.push(tokenizer.decode(tokens.subarray(from, to)));
  }
  return texts.join("\n\n");
}

/** Undefined where there is no such file, or it is damaged. */
function readBack(path: string, count: number): Float64Array | undefined {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return undefined;
  }
  const bytes = file.subarray(0, count * 8);
  if (file.length !== count * 8 + hashBytes || !sha256(bytes).equals(file.subarray(-hashBytes))) return undefined;
  return new Float64Array(Uint8Array.from(bytes).buffer);
}

const sha256 = (data: string | Uint8Array): Buffer => createHash("sha256").update(data).digest();
