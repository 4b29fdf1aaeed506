/**
 * A WordPiece tokenizer with more tokens: pieces of words of new texts are added to its vocabulary. What it breaks: the longest
 * beginning is taken first, so words of the old language that begin like a new piece are split otherwise.
 */
import { extended } from "./extended.js";
import type { Extending } from "./extending.js";
import { learnPieces, missingCharacters, wordCounts, type Naming } from "./extend-pieces.js";
import type { TokenizerJson, WordPieceJson } from "./format.js";
import type { Tokenizer } from "../types.js";

export async function extendWordPiece(options: Extending): Promise<Tokenizer> {
  const { base, maxLength = Infinity } = options;
  const { model, added_tokens: added } = base.json as TokenizerJson<WordPieceJson>;
  const prefix = model.continuing_subword_prefix;
  const naming = namingOf(prefix);
  const reserved = new Set(added.map(({ content }) => content));
  const words = await wordCounts(naming, options);
  for (const name of words.keys()) if ([...name].length - 1 > model.max_input_chars_per_word) words.delete(name);
  const { names } = missingCharacters(naming, words, options);
  const start = extended(base, { tokens: names.map(([name]) => naming.toToken(name)) });
  const allows = (name: string): boolean => {
    const text = name.startsWith(" ") ? name.slice(1) : name;
    return (
      [...text].length <= maxLength &&
      !(name !== text && text.startsWith(prefix)) &&
      !reserved.has(naming.toToken(name))
    );
  };
  const learned = await learnPieces({ start, naming, words, allows, extending: options });
  return extended(start, { tokens: learned.names.map(naming.toToken) });
}

/** A space stands before what begins a word. */
function namingOf(prefix: string): Naming {
  const utf8 = new TextEncoder();
  return {
    ofWord: (word) => ` ${word}`,
    characters: (name) => [...name.slice(1)].map((character, i) => (i === 0 ? ` ${character}` : character)),
    ofToken: (token) => (token.startsWith(prefix) && token !== prefix ? token.slice(prefix.length) : ` ${token}`),
    toToken: (name) => (name.startsWith(" ") ? name.slice(1) : prefix + name),
    bytesOf: (name) => utf8.encode(name),
  };
}
