/** Hugging Face's library for single stages of a tokenizer: normaliser, pre-tokeniser and decoder without a vocabulary. */
import { Tokenizer as Native } from "tokenizers";
import type { ModelJson, TokenizerJson } from "./format.js";

function bare(json: TokenizerJson<ModelJson>): Native {
  const model = { type: "BPE", vocab: {}, merges: [] };
  return Native.fromString(
    JSON.stringify({ ...json, added_tokens: [], post_processor: null, truncation: null, padding: null, model }),
  );
}

/** The normaliser; what it is given back unchanged where there is none. */
export function normalizerOf(json: TokenizerJson<ModelJson>): (text: string) => string {
  const normalizer = json.normalizer && bare(json).getNormalizer();
  return normalizer ? (text) => normalizer.normalizeString(text) : (text) => text;
}

/** The normaliser and the pre-tokeniser. */
export function splitterOf(json: TokenizerJson<ModelJson>): (text: string) => string[] {
  const native = bare(json);
  const normalizer = native.getNormalizer();
  const pre = native.getPreTokenizer();
  return (text) => {
    const normal = normalizer ? normalizer.normalizeString(text) : text;
    return pre ? pre.preTokenizeString(normal).map(([word]) => word) : [normal];
  };
}

/**
 * Unicode's composed form as the library knows it, whose Unicode is older than Node's. Text that Node finds composed is so
 * in every version: characters that a version does not have are left alone by it.
 */
export function composer(json: TokenizerJson<ModelJson>): (text: string) => string {
  let native: ((text: string) => string) | undefined;
  return (text) => (text.normalize("NFC") === text ? text : (native ??= normalizerOf(json))(text));
}

/** The decoder: tokens to text. Without one, spaces between the tokens. */
export function joinerOf(json: TokenizerJson<ModelJson>): (tokens: string[]) => string {
  const decoder = json.decoder && bare(json).getDecoder();
  return decoder ? (tokens) => decoder.decode(tokens) : (tokens) => tokens.join(" ");
}
