/**
 * EEVE (Kim et al. 2024, arXiv 2402.14714): a new token is read as the mean of its old pieces and written as the first of
 * them, since the head has to predict how the word begins. The first piece that means something, that is: a bare space is
 * how most words begin, and part of a character begins thousands of characters, so such tokens are left to the mean of
 * their pieces. A tied table reads and writes with one row, and gets the mean.
 */
import { combine, eachSpelled, equally } from "./combine.js";
import { subwordMean } from "./subword-mean.js";
import type { Growing } from "./types.js";

export function eeve(growing: Growing, rows: Float32Array): void {
  const { side, tied, table, base, miss } = growing;
  if (side === "input" || tied) return subwordMean(growing, rows);
  eachSpelled(growing, (pieces, n) => {
    const first = pieces.find((piece) => base.bytesOf(piece).some((byte) => byte !== 0x20)) ?? pieces[0]!;
    if (isText(base.bytesOf(first))) combine(table, equally([first]), rows, n);
    else miss(n, "its first piece is part of a character");
  });
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Whether the bytes are whole characters. */
export function isText(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
