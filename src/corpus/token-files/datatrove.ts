/**
 * datatrove's tokens: ids in `NAME.ds`, the end of each row in `NAME.ds.index`, counted in tokens, and what they are in
 * `NAME.ds.metadata` (pipeline/tokens/tokenizer.py of huggingface/datatrove). Its readers cut windows of `seq_len` + 1 tokens,
 * and take ids for two bytes wide unless they are told `token_size=4`.
 */
import { flat, pieces } from "./flat.js";
import { longs, unsignedFor, widthOf } from "./packed.js";
import type { TokenFilesOptions, TokenFilesWritten } from "./types.js";

export function datatrove(options: TokenFilesOptions): Promise<TokenFilesWritten> {
  const dtype = unsignedFor(options.vocabSize);
  return flat({
    ...options,
    dtype,
    extension: ".ds",
    beside({ lengths, tokens }) {
      let end = 0;
      return {
        ".ds.index": pieces(lengths.length, (from, to) =>
          longs(lengths.slice(from, to).map((length) => (end += length))),
        ),
        ".ds.metadata": [`Unknown Tokenizer|${widthOf(dtype)}\n${tokens}\n${tokens} T`],
      };
    },
  });
}
