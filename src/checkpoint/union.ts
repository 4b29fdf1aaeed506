/** One tokenizer with the tokens of several: the first's with their ids, then what each further one adds. */
import type { Tokenizer } from "../types.js";
import { addTokens, merge } from "../vocab/index.js";

export function union([first, ...others]: readonly Tokenizer[]): Tokenizer {
  return others.reduce((base, auxiliary) => {
    const wider = merge({ base, auxiliary });
    const { added_tokens: added = [] } = auxiliary.json as { added_tokens?: { content: string; special: boolean }[] };
    return [true, false].reduce((own, special) => {
      const missing = added.filter((one) => one.special === special && own.idOf(one.content) === undefined);
      return missing.length > 0
        ? addTokens({ base: own, tokens: missing.map(({ content }) => content), special })
        : own;
    }, wider);
  }, first!);
}
