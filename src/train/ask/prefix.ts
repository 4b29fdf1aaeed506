/** What stands before a text that is asked or scored alone: one token that begins texts, never two, never scored. */
import { foreignJson, isRecord } from "../../foreign.js";
import type { LanguageModel, Tokenizer } from "../../types.js";

export interface Prefix {
  id: number;
  /** Whether the tokenizer would put it before every text, so that it stands before contexts too. */
  always: boolean;
}

/** The token that begins a text in the model's folder, or else the one that ends one. */
export function prefixOf({ tokenizer, origin }: Pick<LanguageModel, "tokenizer" | "origin">): Prefix {
  const file = origin?.files["tokenizer_config.json"];
  const said = file && parsed(new TextDecoder().decode(file));
  const bos = isRecord(said) ? said.bos_token : undefined;
  const name = isRecord(bos) ? bos.content : bos;
  const id = (typeof name === "string" ? tokenizer.idOf(name) : undefined) ?? tokenizer.endOfText;
  return { id, always: beginsWith((tokenizer.json as { post_processor?: unknown }).post_processor, tokenizer, id) };
}

function parsed(text: string): unknown {
  try {
    return foreignJson(text);
  } catch (error) {
    throw new Error(`ask: invalid model: tokenizer_config.json (${(error as Error).message})`, { cause: error });
  }
}

/** Whether a template of tokenizer.json's post-processor begins with the token. */
function beginsWith(processor: unknown, tokenizer: Tokenizer, id: number): boolean {
  if (!isRecord(processor)) return false;
  if (Array.isArray(processor.processors)) return processor.processors.some((each) => beginsWith(each, tokenizer, id));
  const first: unknown = Array.isArray(processor.single) ? processor.single[0] : undefined;
  const special = isRecord(first) ? first.SpecialToken : undefined;
  return isRecord(special) && typeof special.id === "string" && tokenizer.idOf(special.id) === id;
}
