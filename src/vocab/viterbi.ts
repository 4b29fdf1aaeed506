/**
 * The most probable way to spell a text with pieces that have log probabilities each (Viterbi), as Hugging Face's library finds
 * it: from left to right, of equals the one found first; a character that is no piece costs ten more than the rarest piece.
 */

export interface Pieces {
  /** Log probability of each piece. */
  scores: ReadonlyMap<string, number>;
  /** Of the longest piece, in UTF-16 units. */
  longest: number;
  /** Score of a character that is no piece. */
  unknown: number;
}

export function piecesOf(scores: ReadonlyMap<string, number>): Pieces {
  let [longest, least] = [0, Infinity];
  for (const [piece, score] of scores) {
    longest = Math.max(longest, piece.length);
    least = Math.min(least, score);
  }
  return { scores, longest, unknown: least - 10 };
}

export interface Path {
  /** Where each part of the text ends, in UTF-16 units. */
  ends: number[];
  /** Whether each part is a piece; else it is one character. */
  known: boolean[];
  score: number;
}

/** The best path; only pieces of at most `longest` UTF-16 units are taken, which defaults to all. */
export function bestPath(text: string, { scores, unknown, longest: all }: Pieces, longest = all): Path {
  const n = text.length;
  const best = new Float64Array(n + 1);
  const from = new Int32Array(n + 1).fill(-1);
  const pieces = new Uint8Array(n + 1);
  const offer = (start: number, end: number, score: number, piece: 0 | 1): void => {
    const sum = score + best[start]!;
    if (from[end]! >= 0 && !(sum > best[end]!)) return;
    best[end] = sum;
    from[end] = start;
    pieces[end] = piece;
  };
  for (let start = 0; start < n; start += widthAt(text, start)) {
    const next = start + widthAt(text, start);
    let alone = false;
    for (let end = next; end <= n && end - start <= longest; end += end < n ? widthAt(text, end) : 1) {
      const score = scores.get(text.slice(start, end));
      if (score === undefined) continue;
      offer(start, end, score, 1);
      alone ||= end === next;
    }
    if (!alone) offer(start, next, unknown, 0);
  }
  const ends: number[] = [];
  for (let end = n; end > 0; end = from[end]!) ends.push(end);
  ends.reverse();
  return { ends, known: ends.map((end) => pieces[end] === 1), score: best[n]! };
}

const widthAt = (text: string, i: number): number => (text.codePointAt(i)! > 0xffff ? 2 : 1);
