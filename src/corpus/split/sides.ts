/**
 * On which side of the split each document of a stream falls, in some 40 bytes a document: where `split.ts` puts it, which is by its
 * key (or its group's) and the seed alone, or by its date; but where an earlier document of its language has the same text, with
 * that one. What is familiar for other reasons stays.
 */
import { createHash } from "node:crypto";
import { asked, daysOf } from "./dates.js";
import { linesOf, type Log } from "../logs/log.js";
import { keySet } from "../repeats/key-set.js";
import { placeOf } from "./split.js";
import type { Document } from "../types.js";

export type Side = "train" | "heldOut";

/** Undefined where a document is on neither: it may be later, or has the text of one on the other side of the date. */
export type SideOf = (document: Document) => Side | undefined;

export interface SidesOptions {
  /** Share of documents. */
  heldOut: number;
  seed: number;
  /** The last date to train on. */
  until?: string | undefined;
  /** Of what is kept for all languages. */
  tied: Log;
}

/** Gives for each language what sees its documents in order; all of it goes on from its logs. */
export function sidesOf({ heldOut, seed, until, tied: noted }: SidesOptions): (texts: Record<Side, Log>) => SideOf {
  /** Of documents that went with another of the same text, for those of the same key in other languages. */
  const tied = new Map<string, Side>();
  for (const { line } of linesOf(noted)) tied.set(...(JSON.parse(line) as [string, Side]));
  const last = until === undefined ? undefined : asked("encode", "until", until).last;
  const byDate = (date: string | undefined): Side | "either" | undefined => {
    if (last === undefined) return "either";
    const days = date === undefined ? undefined : daysOf(date);
    return days && (days.last <= last ? "either" : days.first > last ? "heldOut" : undefined);
  };
  return (logs) => {
    const texts = { train: keySet(2, logs.train), heldOut: keySet(2, logs.heldOut) };
    return ({ key, text, group = key, date }) => {
      const dated = byDate(date);
      if (!dated) return undefined;
      const placed = tied.get(key) ?? (placeOf(group, seed, "split") < heldOut ? "heldOut" : "train");
      const own = dated === "either" ? placed : dated;
      const sum = createHash("sha256").update(text).digest();
      const hash = [sum.readInt32LE(0), sum.readInt32LE(4)];
      const side = texts.train.has(hash) ? "train" : texts.heldOut.has(hash) ? "heldOut" : own;
      if (side !== own && last !== undefined) return undefined;
      texts[side].add(hash);
      if (side !== own && tied.get(key) !== side) {
        tied.set(key, side);
        noted.append(Buffer.from(`${JSON.stringify([key, side])}\n`));
      }
      return side;
    };
  };
}
