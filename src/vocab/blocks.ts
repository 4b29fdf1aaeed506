/**
 * A long text in blocks of about a million characters, cut where a pre-tokeniser cuts anyway, so that what is done block
 * by block is what would be done to the whole, in bounded memory.
 */

/** Characters of a block, unless no cut can be made. */
const room = 1 << 20;
/** Characters of a block in any case. */
const most = 1 << 24;

/** Whether the pre-tokens of a text are those of its two parts, parted before position `i`. */
export type IsCut = (text: string, i: number) => boolean;

export function* blocks(text: string, isCut: IsCut): Generator<string> {
  let start = 0;
  while (text.length - start > room) {
    const aim = start + room;
    let end = aim;
    while (end > start && !isCut(text, end)) end--;
    if (end === start) for (end = aim + 1; end < text.length && end - start <= most && !isCut(text, end); end++);
    if (end - start > most)
      throw new Error(`pretokenize: invalid text: ${most} characters without a space between words (break it up)`);
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

/** White space of any Unicode version and engine, U+0085 and the byte order mark included. */
const white = /[\s\u0085\u200b]/;

/**
 * Before a space that follows anything but white space, and before a line end or a common mark that follows a letter:
 * there every known byte-level pre-tokeniser ends a pre-token, whatever comes before and after.
 */
export const beforeSpace: IsCut = (text, i) => {
  const next = text[i]!;
  if (next === " ") return !white.test(text[i - 1]!);
  return ".,\n。、，".includes(next) && /[A-Za-z\uac00-\ud7a3\u4e00-\u9fa5]/.test(text[i - 1]!);
};
