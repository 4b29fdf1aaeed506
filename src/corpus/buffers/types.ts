/**
 * A buffer of what a run has read, of limited size, over all its domains: part of every batch is replayed from it, whatever the
 * mixture gives now. Which windows it keeps is a row's; it keeps their places and not their text.
 */
import type { Json, Made } from "../../registry.js";

export interface Buffer extends Made {
  /** At the start of a run, or where a saved state stood. */
  begin(at: { seed: number; state?: Json }): RunningBuffer;
}

/** A window, by where it begins in its domain's text. */
export interface Kept {
  domain: string;
  start: number;
}

export interface RunningBuffer {
  /** The window of the next sequence, where that is to be a replayed one. */
  next(): Kept | undefined;
  /** A window was read for the first time. */
  offer(window: Kept): void;
  /** Windows kept, by domain. */
  readonly counts: Readonly<Record<string, number>>;
  /** Plain JSON: what an exact resume needs. */
  readonly state: Json;
}
