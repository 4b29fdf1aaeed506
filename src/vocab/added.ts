/**
 * Added tokens are found in a text before anything else is done to it: the leftmost, of those the longest. What is between
 * them is normalised and merged as if it stood alone.
 */
import type { TokenizerJson } from "./format.js";

/** Parts of a text in order: text to be merged, or the id of an added token. */
export type Parts = (string | number)[];

/** Undefined where some added token wants more than to be found (strips spaces, stands for a whole word, is normalised). */
export function partsOfText(json: TokenizerJson): ((text: string) => Parts) | undefined {
  const added = json.added_tokens;
  const normalized = added.filter((token) => token.normalized).length;
  const odd = added.some(({ lstrip, rstrip, single_word }) => lstrip || rstrip || single_word);
  if (odd || (normalized > 0 && (json.normalizer || normalized < added.length))) return undefined;
  if (added.length === 0) return (text) => [text];
  const ids = new Map(added.map(({ content, id }) => [content, id]));
  const longest = [...ids.keys()].sort((a, b) => b.length - a.length);
  const any = new RegExp(longest.map((content) => content.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
  return (text) => {
    const parts: Parts = [];
    let start = 0;
    for (const { 0: content, index } of text.matchAll(any)) {
      if (index > start) parts.push(text.slice(start, index));
      parts.push(ids.get(content)!);
      start = index + content.length;
    }
    if (start < text.length) parts.push(text.slice(start));
    return parts;
  };
}
